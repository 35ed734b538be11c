using Billing.Scenarios.House;
using Billing.Testing;
using Npgsql;
using Xunit.Abstractions;

namespace Billing.Scenarios;

/// <summary>SIGKILL in the middle of sending: every message arrives, and only what was in flight at a kill may arrive twice.</summary>
[TakesLong(95)]
[Trait("Category", "Slow")]
public sealed class When_a_sender_is_killed_again_and_again(ITestOutputHelper output)
{
    const int PerSecond = 400;

    [Fact]
    public async Task Should_lose_none_and_send_none_twice_but_those_in_flight()
    {
        var (count, kills) = LongTests.Asked ? (2000, 6) : (800, 2);
        // a short lease, so that what a dead process had comes back soon; no limit, so that many are in flight at any moment
        await using var house = await SendingHouse.OpenAsync(1, ("Sending__Email__PerSecond", "0"), ("Sending__Lease", "00:00:30"));
        var emails = await house.StoreEmailsAsync(Enumerable.Range(0, count).Select(at => $"w{at % 7}"));
        await house.LetGoAsync("Email", PerSecond);

        var addresses = emails.ToDictionary(email => email.NotificationId, email => email.To);       // in the table they are sealed
        var inFlight = new HashSet<string>();
        for (var kill = 1; kill <= kills; kill++)
        {
            var before = house.Mail.Taken.Count;
            var next = count * kill / (kills + 1);
            await Eventually.HoldsAsync(() => Task.FromResult(house.Mail.Taken.Count), taken => taken >= Math.Max(next, before + 1), $"{next} have left",
                TimeSpan.FromMinutes(5));
            await house.Processes[0].KillAsync();
            // what it had written down as being sent; the dead write no more
            inFlight.UnionWith((await BeingSentAsync(house)).Select(id => addresses[id]));
            house.Processes[0].Start();
        }

        await house.Processes[0].BecomesReadyAsync();
        await house.CountsBecomeAsync("Email", counts => counts.Sent == count, $"{count} are sent", TimeSpan.FromMinutes(5));
        var arrived = house.Mail.Taken.GroupBy(mail => mail.To).ToDictionary(mails => mails.Key, mails => mails.Count());
        var twice = arrived.Where(mail => mail.Value > 1).Select(mail => mail.Key).ToList();
        output.WriteLine(
            $"{kills} kills, {count} messages: {arrived.Count} arrived, {twice.Count} of them more than once; {inFlight.Count} were in flight at a kill");

        Assert.Equal(emails.Select(email => email.To).Order(), arrived.Keys.Order());
        Assert.Empty(twice.Except(inFlight));
        Assert.All(arrived.Values, times => Assert.InRange(times, 1, 1 + kills));
        Assert.NotEmpty(inFlight);      // else nothing was killed in the middle
    }

    static async Task<IReadOnlyList<Guid>> BeingSentAsync(SendingHouse house)
    {
        await using var connection = new NpgsqlConnection(house.Database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("""select "NotificationId" from "Notification" where "State" = 'Sending'""", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var ids = new List<Guid>();
        while (await reader.ReadAsync())
            ids.Add(reader.GetGuid(0));
        return ids;
    }
}
