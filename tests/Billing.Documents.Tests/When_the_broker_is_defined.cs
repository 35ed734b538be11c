using System.Text.Json;
using System.Text.RegularExpressions;
using Billing.Testing;

namespace Billing.Documents.Tests;

/// <summary>
/// <c>infra/rabbitmq/definitions.json</c> and the contracts fit. A new command is added to the lists of <c>operator</c> and <c>publisher</c>, and to a service that
/// sends it to another.
/// </summary>
public sealed class When_the_broker_is_defined
{
    static readonly JsonElement Definitions = Read("infra/rabbitmq/definitions.json");
    static readonly JsonElement Contracts = Read("contracts/asyncapi.json");

    static readonly (string User, string Namespace)[] Services =
        [("month-close", "MonthClose"), ("notification", "Notification"), ("scheduler", "Scheduling"), ("seat-refresh", "Seats")];

    public static TheoryData<string> Everyone => [.. Services.Select(service => service.User), "console", "operator", "publisher"];

    [Theory]
    [InlineData("console")]
    [InlineData("operator")]
    [InlineData("publisher")]
    public void Should_let_them_give_every_command_and_say_no_event(string user)
    {
        var may = Of(user, "write");
        Assert.Equal(Exchanges("receive"), Exchanges("receive").Where(exchange => may.IsMatch(exchange)));
        Assert.DoesNotContain(Exchanges("send"), exchange => may.IsMatch(exchange));
    }

    [Fact]
    public void Should_let_each_service_say_its_own_events_and_those_of_all_and_no_other()
    {
        foreach (var (user, name) in Services)
        {
            var may = Of(user, "write");
            Assert.Equal(Exchanges("send").Where(exchange => exchange.StartsWith($"Billing.Contracts.{name}.", StringComparison.Ordinal)
                    || exchange.StartsWith("Billing.Contracts.Faults.", StringComparison.Ordinal)
                    || exchange == "Billing.Contracts.Contacts.V1:ContactDataErased"
                    || (exchange == "Billing.Contracts.Contacts.V1:ContactErased" && user == "month-close")),
                Exchanges("send").Where(exchange => may.IsMatch(exchange)));
        }
    }

    [Fact]
    public void Should_let_each_service_read_its_own_queues_and_no_other()
    {
        foreach (var (user, _) in Services)
            foreach (var (other, _) in Services)
                foreach (var queue in (string[])[$"{other}-some-command", $"{other}-some-command_error", $"{other}-dead-letters", $"{other}-bus-0a"])
                    Assert.Equal(user == other, Of(user, "read").IsMatch(queue));
    }

    [Theory]
    [MemberData(nameof(Everyone))]
    public void Should_match_whole_names_and_never_all_of_them(string user) => Assert.All((string[])["configure", "write", "read"], right =>
    {
        Assert.StartsWith("^", $"{Of(user, right)}", StringComparison.Ordinal);
        Assert.EndsWith("$", $"{Of(user, right)}", StringComparison.Ordinal);
        Assert.DoesNotMatch(Of(user, right), "anything");
        Assert.DoesNotMatch(Of(user, right), "x-month-close-start");
    });

    [Fact]
    public void Should_know_no_guest_and_no_password() => Assert.All(Definitions.GetProperty("users").EnumerateArray(), user =>
    {
        Assert.NotEqual("guest", user.GetProperty("name").GetString());
        Assert.Equal($"@{user.GetProperty("name")}@", user.GetProperty("password_hash").GetString());
    });

    static IReadOnlyList<string> Exchanges(string action) => [.. Contracts.GetProperty("operations").EnumerateObject()
        .Where(operation => operation.Value.GetProperty("action").GetString() == action && !operation.Name.StartsWith("Outcomes.", StringComparison.Ordinal))
        .Select(operation => Contracts.GetProperty("channels").GetProperty(operation.Name).GetProperty("address").GetString()!)];

    static Regex Of(string user, string right) => new(Definitions.GetProperty("permissions").EnumerateArray()
        .Single(permission => permission.GetProperty("user").GetString() == user).GetProperty(right).GetString()!);

    static JsonElement Read(string file) => JsonDocument.Parse(File.ReadAllText(ReadmeExamples.PathOf(file))).RootElement;
}
