using System.Text.Json;
using Billing.Chaos;
using Billing.Testing;
using Xunit;
using Xunit.Abstractions;

namespace Billing.Chaos.Tests;

/// <summary>An installation that is not chaos's own.</summary>
public sealed class When_an_installation_is_given(ITestOutputHelper output) : IDisposable
{
    readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("{", "cannot be used")]
    [InlineData("""{ "broker": "amqp://a:b@127.0.0.1:1", "management": "http://a:b@127.0.0.1:1/", "monthClose": [] }""", "'databases'")]
    [InlineData("""{ "broker": "amqp://a:b@127.0.0.1:1", "management": "http://a:b@127.0.0.1:1/", "databases": { "monthclose": "Host=a" }, "monthClose": [] }""",
        "databases has no \"notification\"")]
    [InlineData("""{ "brokers": "amqp://a:b@127.0.0.1:1" }""", "'brokers'")]
    public async Task Should_say_what_is_wrong_with_its_addresses(string addresses, string why)
    {
        await File.WriteAllTextAsync(_file, addresses);

        var unusable = await Assert.ThrowsAsync<UnusableInstallationException>(() => ChaosRun.RunAsync(new Plan { Against = _file }, output.WriteLine));

        Assert.Contains(_file, unusable.Message, StringComparison.Ordinal);
        Assert.Contains(why, unusable.Message, StringComparison.Ordinal);
    }

    /// <summary>Hurt from outside, and then refused, because it bills somebody.</summary>
    [Fact]
    [Trait("Category", "Long")]
    public async Task Should_keep_its_books_right_and_not_be_used_twice()
    {
        var lines = new List<string>();
        await using var other = await OwnInstallation.OpenAsync(new Plan());
        await File.WriteAllTextAsync(_file, JsonSerializer.Serialize(new Addresses(other.Broker,
            new UriBuilder(other.Management.BaseAddress!) { UserName = other.Broker.UserInfo.Split(':')[0], Password = other.Broker.UserInfo.Split(':')[1] }.Uri,
            other.Databases, [.. other.MonthCloses.Select(http => http.BaseAddress!)], Gateway: other.Gateway!.BaseAddress, Mails: other.Mails),
            JsonSerializerOptions.Web));
        var plan = new Plan { Rounds = 1, Accounts = 40, Against = _file };

        Assert.True(await ChaosRun.RunAsync(plan, lines.Add) == 0, string.Join('\n', lines));

        lines.ForEach(output.WriteLine);
        Assert.Contains(lines, line => line.Contains("connections to the broker", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("sessions at the database", StringComparison.Ordinal));
        var unusable = await Assert.ThrowsAsync<UnusableInstallationException>(() => ChaosRun.RunAsync(plan, output.WriteLine));
        Assert.Contains("accounts already; expected an installation with none", unusable.Message, StringComparison.Ordinal);
    }
}
