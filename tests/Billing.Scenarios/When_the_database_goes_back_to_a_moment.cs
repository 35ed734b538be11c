using System.Globalization;
using Billing.Scenarios.House;
using Billing.Testing;
using Xunit;

namespace Billing.Scenarios;

/// <summary>
/// The four databases go back by the log of their server to a moment in the middle of a run. The gateway, the mailboxes and the broker do not: what lies in
/// the queues is younger than the books, and what lay in them then is nowhere any more.
/// </summary>
[TakesLong(200)]
[Trait("Category", "Long")]
public sealed class When_the_database_goes_back_to_a_moment
{
    static readonly int Accounts = LongTests.Asked ? 300 : 80;

    readonly Guid _email = Guid.NewGuid();

    [Fact]
    public async Task Should_charge_and_send_nothing_twice_and_end_the_month()
    {
        var servers = await PrivateServers.OpenAsync();
        await servers.KeepLogAsync();
        await using var house = await BillingHouse.OpenAsync(servers, 1, ("Closing__MaxChunksInFlight", "2"));
        using var operators = new BroughtBack(house);
        await house.TakeInAsync(Accounts);
        await house.LimitGatewayAsync(2);
        await house.StartRunAsync();
        await house.UntilAsync("the first are charged", run => run.Captures > 0);
        await servers.CopyBaseAsync();
        await house.LimitGatewayAsync(Accounts / 6);
        await house.UntilAsync("a quarter is charged", run => run.Captures > Accounts / 4);
        await house.LimitGatewayAsync(2);
        var due = TimeProvider.System.GetUtcNow().AddSeconds(15);
        await house.ScheduleEmailAsync(_email, due);
        var moment = await servers.MomentAsync();
        Assert.True(moment < due, "The machine is too slow: the e-mail was due before the moment to go back to.");

        // what is done from here on, the books will not know
        var before = await house.PaymentsAsync();
        await house.LimitGatewayAsync(null);
        await house.EndsAsync();
        await Eventually.HoldsAsync(() => Task.FromResult(house.Mails), mails => mails.ContainsKey($"{_email}.eml"), "the scheduled e-mail has left");
        var (payments, mails, invoices) = (await house.PaymentsAsync(), house.Mails, await house.InvoicesAsync());
        var since = payments.Except(before).ToList();
        Assert.NotEmpty(since);
        await house.StopServicesAsync();
        await house.StartRunAsync();        // somebody's command that nobody has heard: a message of another time

        await servers.GoBackToAsync(moment);
        var forgotten = invoices.Keys.Except((await house.InvoicesAsync()).Keys).ToList();
        Assert.NotEmpty(forgotten);
        var known = await house.ChargesAsync();
        await IsMarkedAsync(operators, moment, 2 * Accounts);       // some may have been given to nobody
        await house.StartServicesAsync();
        await house.LimitGatewayAsync(null);        // the limit went back, too

        // The run says that it stands, each difference is named, and nothing leaves. Of a charge that the books know of the outcome is looked for at once.
        await house.RunIsAsync("Paused");
        var verified = await operators.RunAsync("restored", "verify");
        Assert.True(verified.ExitCode == 1, verified.Text);
        var booked = await house.ChargesAsync();
        foreach (var (account, charge) in since)
            Assert.True(verified.Text.Contains(charge, StringComparison.Ordinal) || (known.ContainsKey(charge) && booked[charge] == "Succeeded"),
                $"the charge {charge} of {account} is not named, nor one that was asked for then and found out since, in:\n{verified.Text}");
        Assert.Contains($"scheduled command {_email}: SendEmail was due", verified.Text, StringComparison.Ordinal);
        Assert.Equal(payments, await house.PaymentsAsync());
        Assert.Equal(mails, house.Mails);

        var released = await operators.RunAsync("restored", "release", "--why", "looked at each");
        Assert.True(released.ExitCode == 0, released.Text);
        Assert.Contains($"resume {BillingHouse.Month}", released.Text, StringComparison.Ordinal);
        await house.ResumeRunAsync();
        await house.EndsAsync();
        await house.EndsWithBooksThatAgreeAsync();
        Assert.Equal(payments.Order(), (await house.PaymentsAsync()).Order());
        Assert.Equal(mails, house.Mails);
        // a number stands on the paper of one invoice, then and now
        Assert.DoesNotContain(await house.InvoicesAsync(), invoice => invoices.TryGetValue(invoice.Key, out var id) && id != invoice.Value);
        var settled = await operators.RunAsync("restored", "verify");
        Assert.True(settled.ExitCode == 0, settled.Text);
        Assert.Contains("0 differences", settled.Text, StringComparison.Ordinal);
    }

    static async Task IsMarkedAsync(BroughtBack operators, DateTimeOffset moment, int numbers)
    {
        var at = moment.ToString("O", CultureInfo.InvariantCulture);
        var refused = await operators.RunAsync("restored", "mark", "--at", at);
        Assert.True(refused.ExitCode != 0 && refused.Text.Contains("--skip-numbers", StringComparison.Ordinal), refused.Text);
        var marked = await operators.RunAsync("restored", "mark", "--at", at, "--skip-numbers", $"{numbers}");
        Assert.True(marked.ExitCode == 0, marked.Text);
        foreach (var service in (string[])["monthclose", "notification", "seatrefresh", "scheduler"])
            Assert.Contains($"{service}: nothing leaves before: restored release", marked.Text, StringComparison.Ordinal);
        Assert.Contains("are left out, for papers that may bear them", marked.Text, StringComparison.Ordinal);
        Assert.Contains("1 of month-close-start-month-close", marked.Text, StringComparison.Ordinal);
    }
}
