using System.Text.Json;
using Billing.Testing;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Hosting.Tests;

public sealed class When_a_command_is_bad : IAsyncLifetime
{
    const string Queue = "sample-register-account";
    const string Exchange = "Billing.Hosting.Tests:RegisterAccount";
    readonly Journal _journal = new();
    HostUnderTest _host = null!;

    public async Task InitializeAsync() => _host = await HostUnderTest.StartAsync(
        x => x.AddConsumer<RegisterAccountConsumer>(), builder => builder.Services.AddSingleton(_journal));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Should_answer_with_a_fault_that_names_each_field_its_value_and_what_was_expected()
    {
        await using var scope = _host.App.Services.CreateAsyncScope();
        var client = scope.ServiceProvider.GetRequiredService<IBus>().CreateRequestClient<RegisterAccount>();

        var fault = await Assert.ThrowsAsync<RequestFaultException>(() => client.GetResponse<AccountRegistered>(
            new RegisterAccount { AccountId = "A-1", Currency = "EURO", Seats = 0 }));

        Assert.Equal(
            "RegisterAccount was rejected: Currency is \"EURO\"; expected an ISO 4217 code of three capital letters. "
            + "Seats is 0; expected 1 to 1000 seats.",
            fault.Fault!.Exceptions[0].Message);
        Assert.Equal(0, _journal.Attempts);
    }

    [Fact]
    public async Task Should_park_it_untried_with_the_reason_in_the_headers()
    {
        await _host.PublishByHandAsync(Exchange, """{"accountId":"A-1","currency":"usd","seats":5}""");

        var (headers, _) = Parked(await _host.TakeFromQueueAsync($"{Queue}_error"));

        Assert.Equal(
            "RegisterAccount was rejected: Currency is \"usd\"; expected an ISO 4217 code of three capital letters.",
            headers.GetProperty("MT-Fault-Message").GetString());
        Assert.Equal("Billing.Hosting.CommandRejectedException", headers.GetProperty("MT-Fault-ExceptionType").GetString());
        Assert.False(headers.TryGetProperty("MT-Fault-RetryCount", out _));
        Assert.Equal(0, _journal.Attempts);
    }

    [Fact]
    public async Task Should_name_missing_members_rather_than_show_a_stack_trace()
    {
        await _host.PublishByHandAsync(Exchange, """{"seats":5}""");

        var (headers, _) = Parked(await _host.TakeFromQueueAsync($"{Queue}_error"));

        Assert.Equal(
            "RegisterAccount was rejected: AccountId is missing; expected a value. Currency is missing; expected a value.",
            headers.GetProperty("MT-Fault-Message").GetString());
    }

    [Theory]
    [InlineData("""{"accountId":"A-1","currency":"USD","seats":"many"}""", "RegisterAccount was rejected: seats is \"many\"; expected a whole number.")]
    [InlineData("""{"accountId":"A-1","currency":""",
        "RegisterAccount was rejected: The body is {\"accountId\":\"A-1\",\"currency\": and no JSON from byte 31 of line 1 on; expected a JSON object with the command's members.")]
    [InlineData("""not json at all""",
        "RegisterAccount was rejected: The body is not json at all and no JSON from byte 2 of line 1 on; expected a JSON object with the command's members.")]
    [InlineData("""[1,2]""", "RegisterAccount was rejected: The body is [1,2]; expected a JSON object with the command's members.")]
    [InlineData("null", "RegisterAccount was rejected: The body is null; expected a JSON object with the command's members.")]
    [InlineData("\"text\"", "RegisterAccount was rejected: The body is \"text\"; expected a JSON object with the command's members.")]
    [InlineData("5", "RegisterAccount was rejected: The body is 5; expected a JSON object with the command's members.")]
    public async Task Should_park_what_cannot_be_read_and_say_where_it_breaks(string body, string named)
    {
        await _host.PublishByHandAsync(Exchange, body, new { content_type = "application/json" });

        var (headers, payload) = Parked(await _host.TakeFromQueueAsync($"{Queue}_error"));

        Assert.Equal(body, payload);
        Assert.Contains(named, headers.GetProperty("MT-Fault-Message").GetString(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, _journal.Attempts);
    }

    [Theory]
    [InlineData("null", "The body is null; expected an envelope")]
    [InlineData("[1,2]", "The body is [1,2]; expected an envelope")]
    [InlineData("{}", "The body is {}; expected an envelope")]
    [InlineData("""{"messageType":["urn:message:Billing.Hosting.Tests:RegisterAccount"],"message":[1,2]}""", "message is [1,2]; expected an object.")]
    [InlineData("""{"messageType":["urn:message:Billing.Hosting.Tests:RegisterAccount"],"message":null}""", "expected an envelope")]
    [InlineData("""{"messageType":["urn:message:Billing.Hosting.Tests:RegisterAccount"]}""", "expected an envelope")]
    [InlineData("""{"messageType":5,"message":{"accountId":"A-1"}}""", "expected an envelope")]
    public async Task Should_say_what_is_wrong_with_an_envelope(string body, string named)
    {
        await _host.PublishByHandAsync(Exchange, body, new { content_type = "application/vnd.masstransit+json" });

        var (headers, payload) = Parked(await _host.TakeFromQueueAsync($"{Queue}_error"));

        Assert.Equal(body, payload);
        var reason = headers.GetProperty("MT-Fault-Message").GetString()!;
        Assert.StartsWith("RegisterAccount was rejected: ", reason, StringComparison.Ordinal);
        Assert.Contains(named, reason, StringComparison.Ordinal);
        Assert.Equal(0, _journal.Attempts);
    }

    [Fact]
    public async Task Should_still_obey_good_ones_from_people()
    {
        await _host.PublishByHandAsync(Exchange, """{"accountId":"A-2","currency":"USD","seats":5}""");
        await _host.PublishByHandAsync(Exchange, """{"accountId":"A-3","currency":"USD","seats":5,"unknown":1}""",
            new { content_type = "application/json", message_id = Guid.NewGuid() });

        await Eventually.HoldsAsync(() => Task.FromResult(_journal.Handled.Count == 2), "both are handled");
        Assert.Equal(["A-2", "A-3"], _journal.Handled.Select(x => x.AccountId).Order());
    }

    static (JsonElement Headers, string Payload) Parked(JsonElement message) =>
        (message.GetProperty("properties").GetProperty("headers"), message.GetProperty("payload").GetString()!);
}
