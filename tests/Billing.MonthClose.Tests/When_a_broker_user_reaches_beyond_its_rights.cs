using System.Text;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Xunit;

namespace Billing.MonthClose.Tests;

/// <summary>Each service speaks with the broker as a user of its own. Whoever takes over one reads what it reads, says what it says, and no more.</summary>
public sealed class When_a_broker_user_reaches_beyond_its_rights(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    const string Contracts = "Billing.Contracts";

    [Theory]
    [InlineData(BrokerUsers.Notification, "month-close-record-payment")]
    [InlineData(BrokerUsers.SeatRefresh, "month-close-record-payment")]
    [InlineData(BrokerUsers.Scheduler, "month-close-record-payment_error")]
    [InlineData(BrokerUsers.Publisher, "month-close-record-payment")]
    [InlineData(BrokerUsers.Operator, "month-close-record-payment")]
    [InlineData(BrokerUsers.MonthClose, "notification-send-emails")]
    [InlineData(BrokerUsers.Notification, "outcomes")]
    public Task Should_read_no_queue_of_another(string user, string queue) =>
        IsRefusedAsync(user, channel => channel.BasicGetAsync(queue, autoAck: true));

    [Theory]
    [InlineData(BrokerUsers.SeatRefresh, "month-close-record-payment")]
    [InlineData(BrokerUsers.Publisher, "month-close-record-payment")]
    [InlineData(BrokerUsers.MonthClose, "notification-send-emails")]
    public async Task Should_make_empty_and_delete_no_queue_of_another(string user, string queue)
    {
        await IsRefusedAsync(user, channel => channel.QueueDeclareAsync(queue, true, false, false));
        await IsRefusedAsync(user, channel => channel.QueuePurgeAsync(queue));
        await IsRefusedAsync(user, channel => channel.QueueDeleteAsync(queue));
    }

    [Theory]
    [InlineData(BrokerUsers.Notification, "MonthClose.V1:RefundPayment")]
    [InlineData(BrokerUsers.Notification, "MonthClose.V1:InvoiceIssued")]
    [InlineData(BrokerUsers.SeatRefresh, "MonthClose.V1:StartMonthClose")]
    [InlineData(BrokerUsers.SeatRefresh, "Notification.V1:SendEmails")]
    [InlineData(BrokerUsers.Scheduler, "MonthClose.V1:InvoiceIssued")]       // any command may be kept until its time, and no event
    [InlineData(BrokerUsers.MonthClose, "Seats.V1:SeatUsageChanged")]
    [InlineData(BrokerUsers.MonthClose, "Notification.V1:SetSendingLimit")]
    [InlineData(BrokerUsers.Publisher, "MonthClose.V1:InvoiceIssued")]
    [InlineData(BrokerUsers.Publisher, "Seats.V1:SeatUsageChanged")]
    [InlineData(BrokerUsers.Operator, "MonthClose.V1:PaymentRecorded")]
    public Task Should_say_nothing_that_is_not_its_own(string user, string exchange) =>
        IsRefusedAsync(user, channel => PublishAsync(channel, $"{Contracts}.{exchange}", ""));

    [Fact]
    public async Task Should_let_a_publisher_put_nothing_into_a_queue_by_its_name() =>
        await IsRefusedAsync(BrokerUsers.Publisher, channel => PublishAsync(channel, "", "month-close-issue-invoices"));

    [Fact]
    public async Task Should_let_a_publisher_command_and_hear_what_became_of_it()
    {
        await using var connection = await ConnectAsync(BrokerUsers.Publisher);
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        await channel.QueueDeclareAsync("publisher-of-the-tests", durable: false, exclusive: true, autoDelete: true);
        var body = """{"priceCode":"by-a-publisher","currency":"EUR","description":"x","model":"unit","unitPrice":1}""";
        await channel.BasicPublishAsync($"{Contracts}.MonthClose.V1:SetPrice", "", mandatory: true,
            new BasicProperties { ReplyTo = "publisher-of-the-tests" }, Encoding.UTF8.GetBytes(body));
        var told = await Eventually.HoldsAsync(() => channel.BasicGetAsync("publisher-of-the-tests", autoAck: true), got => got is not null, "it is answered");
        Assert.Contains("\"accepted\"", Encoding.UTF8.GetString(told!.Body.Span), StringComparison.Ordinal);
        _ = await channel.BasicGetAsync("outcomes", autoAck: false);
    }

    /// <summary>A breach closes the channel.</summary>
    async Task IsRefusedAsync(string user, Func<IChannel, Task> act)
    {
        await using var connection = await ConnectAsync(user);
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => act(channel));
        Assert.Contains("ACCESS_REFUSED", $"{refused} {channel.CloseReason}", StringComparison.Ordinal);
    }

    static Task PublishAsync(IChannel channel, string exchange, string queue) =>
        channel.BasicPublishAsync(exchange, queue, mandatory: false, Encoding.UTF8.GetBytes("{}")).AsTask();

    Task<IConnection> ConnectAsync(string user) => new ConnectionFactory
    {
        HostName = TestVirtualHost.Host,
        Port = TestVirtualHost.Port,
        VirtualHost = house.Broker.Name,
        UserName = TestVirtualHost.UserOf(user).Name,
        Password = TestVirtualHost.UserOf(user).Password,
        AutomaticRecoveryEnabled = false
    }.CreateConnectionAsync();
}
