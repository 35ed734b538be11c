using System.Text;
using System.Text.Json;
using Billing.Testing;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;

namespace Billing.Hosting.Tests;

/// <summary>What became of a command is said on the bus, in plain JSON, to whoever wants to know.</summary>
public sealed class When_a_command_is_answered : IAsyncLifetime
{
    const string Exchange = "Billing.Hosting.Tests:RegisterAccount";
    const string Good = """{"accountId":"A-1","currency":"USD","seats":5}""";
    readonly Journal _journal = new();
    TestDatabase _database = null!;
    HostUnderTest _host = null!;
    IConnection _connection = null!;
    IChannel _channel = null!;

    public async Task InitializeAsync()
    {
        _database = await SampleService.CreateDatabaseAsync();
        _host = await HostUnderTest.StartAsync(SampleService.ConfigureBus, builder => SampleService.Configure(builder, _journal),
            new() { ["Database:ConnectionString"] = _database.ConnectionString });
        var factory = new ConnectionFactory
        {
            HostName = TestVirtualHost.Host,
            Port = TestVirtualHost.Port,
            VirtualHost = _host.VirtualHost,
            UserName = TestVirtualHost.Username,
            Password = TestVirtualHost.Password
        };
        _connection = await factory.CreateConnectionAsync();
        _channel = await _connection.CreateChannelAsync();
    }

    public async Task DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
        await _host.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Should_say_in_the_queue_of_outcomes_what_was_changed()
    {
        await _host.PublishByHandAsync(Exchange, Good);

        var message = await _host.TakeFromQueueAsync("outcomes");

        Assert.Equal("application/json", message.GetProperty("properties").GetProperty("content_type").GetString());
        var answer = Body(message);
        Assert.Equal((Exchange, "accepted", "sample"), (Text(answer, "command"), Text(answer, "outcome"), Text(answer, "service")));
        var change = Assert.Single(answer.GetProperty("changes").EnumerateArray());
        Assert.Equal(("Account", "A-1", "registered", "{\"seats\":5}"),
            (Text(change, "subject"), Text(change, "id"), Text(change, "what"), Text(change, "after")));
    }

    [Theory]
    [InlineData("42")]
    [InlineData("6f1c1b52-6b1f-4b40-9d39-111111111111")]
    public async Task Should_answer_to_the_queue_that_the_sender_named_with_his_words(string correlationId)
    {
        var mine = (await _channel.QueueDeclareAsync()).QueueName;

        await PublishAsync(Good, mine, correlationId);

        var answer = await Eventually.HoldsAsync(() => _channel.BasicGetAsync(mine, autoAck: true), got => got is not null, "an answer");
        Assert.Equal(correlationId, answer!.BasicProperties.CorrelationId);
        var body = JsonDocument.Parse(answer.Body).RootElement;
        Assert.Equal(("accepted", correlationId), (Text(body, "outcome"), Text(body, "correlationId")));
        Assert.Equal(0u, await _host.Broker.WaitingInAsync("outcomes"));
    }

    [Fact]
    public async Task Should_answer_a_client_that_waits_on_its_own_channel()
    {
        var heard = new TaskCompletionSource<string>();
        var consumer = new RabbitMQ.Client.Events.AsyncEventingBasicConsumer(_channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            heard.SetResult(Encoding.UTF8.GetString(delivery.Body.Span));
            return Task.CompletedTask;
        };
        await _channel.BasicConsumeAsync("amq.rabbitmq.reply-to", autoAck: true, consumer);

        await PublishAsync(Good, "amq.rabbitmq.reply-to", "7");

        Assert.Equal("accepted", Text(JsonDocument.Parse(await heard.Task.WithinLimitAsync()).RootElement, "outcome"));
    }

    [Fact]
    public async Task Should_say_each_member_that_is_wrong_and_where_the_command_waits()
    {
        await _host.PublishByHandAsync(Exchange, """{"accountId":"A-1","currency":"EURO","seats":0}""");

        var answer = Body(await _host.TakeFromQueueAsync("outcomes"));

        Assert.Equal(("rejected", "sample-save-account_error"), (Text(answer, "outcome"), Text(answer, "waitsIn")));
        Assert.Equal(
            [("Currency", "EURO", "an ISO 4217 code of three capital letters"), ("Seats", "0", "1 to 1000 seats")],
            answer.GetProperty("faults").EnumerateArray().Select(fault => (Text(fault, "field"), Text(fault, "value"), Text(fault, "expected"))));
        await _host.Broker.HoldsAsync("sample-save-account_error", 1);
    }

    [Theory]
    [InlineData("null", "The body", "null", "a JSON object with the command's members")]
    [InlineData("""{"accountId":"A-1","currency":"USD","seats":"many"}""", "seats", "many", "a whole number")]
    [InlineData("""{"currency":"USD","seats":1}""", "AccountId", "missing", "a value")]
    public async Task Should_say_what_cannot_be_read(string body, string field, string value, string expected)
    {
        await _host.PublishByHandAsync(Exchange, body);

        var fault = Assert.Single(Body(await _host.TakeFromQueueAsync("outcomes")).GetProperty("faults").EnumerateArray());

        Assert.Equal((field, value, expected), (Text(fault, "field"), Text(fault, "value"), Text(fault, "expected")));
    }

    [Fact]
    public async Task Should_say_nothing_of_what_was_rolled_back_and_then_say_it_once()
    {
        _journal.ToThrow.Enqueue(new InvalidOperationException("first"));
        await _host.PublishByHandAsync(Exchange, Good);

        var answer = Body(await _host.TakeFromQueueAsync("outcomes"));

        Assert.Equal("accepted", Text(answer, "outcome"));
        Assert.Single(answer.GetProperty("changes").EnumerateArray());
        Assert.Equal(2, _journal.Attempts);
        await Eventually.HoldsAsync(() => _host.Broker.QueuesAreEmptyAsync(), "all is handled");
        Assert.Equal(0u, await _host.Broker.WaitingInAsync("outcomes"));
    }

    [Fact]
    public async Task Should_call_it_failed_when_it_is_no_fault_of_the_command()
    {
        for (var i = 0; i < 4; i++)
            _journal.ToThrow.Enqueue(new InvalidOperationException("the moon is full"));
        await _host.PublishByHandAsync(Exchange, Good);

        var answer = Body(await _host.TakeFromQueueAsync("outcomes"));

        Assert.Equal(("failed", "the moon is full", "sample-save-account_error"),
            (Text(answer, "outcome"), Text(answer, "because"), Text(answer, "waitsIn")));
        await using var db = SampleService.Open(_database);
        Assert.Equal(0, await db.Accounts.CountAsync());
    }

    [Fact]
    public async Task Should_say_that_the_same_message_was_taken_before()
    {
        await _host.PublishByHandAsync(Exchange, Good);
        Assert.Equal("accepted", Text(Body(await _host.TakeFromQueueAsync("outcomes")), "outcome"));

        await _host.PublishByHandAsync(Exchange, Good);

        var answer = Body(await _host.TakeFromQueueAsync("outcomes"));
        Assert.Equal(("unchanged", "the same message was taken before"), (Text(answer, "outcome"), Text(answer, "because")));
        Assert.Equal(1, _journal.Attempts);
    }

    [Fact]
    public async Task Should_leave_messages_in_envelopes_without_an_answer_that_nobody_asked_for()
    {
        await _host.App.Services.GetRequiredService<IBus>().Publish(new RegisterAccount { AccountId = "A-1", Currency = "USD", Seats = 1 });

        await Eventually.HoldsAsync(() => Task.FromResult(_journal.Told.Count == 1), "it is obeyed");
        await Eventually.HoldsAsync(() => _host.Broker.QueuesAreEmptyAsync(), "all is handled");
        Assert.Equal(0u, await _host.Broker.WaitingInAsync("outcomes"));
    }

    async Task PublishAsync(string body, string replyTo, string correlationId) =>
        await _channel.BasicPublishAsync(Exchange, "", mandatory: true,
            new BasicProperties { ReplyTo = replyTo, CorrelationId = correlationId }, Encoding.UTF8.GetBytes(body));

    static JsonElement Body(JsonElement message) => JsonDocument.Parse(message.GetProperty("payload").GetString()!).RootElement;

    static string? Text(JsonElement element, string member) =>
        !element.TryGetProperty(member, out var value) ? null : value.ValueKind == JsonValueKind.String ? value.GetString() : value.ToString();
}
