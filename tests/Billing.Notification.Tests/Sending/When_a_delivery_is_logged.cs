using Billing.Contracts.Notification.V1;
using Billing.Notification.Tests.House;
using Billing.Testing;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Billing.Notification.Tests.Sending;

public sealed class When_a_delivery_is_logged : IAsyncLifetime, IDisposable
{
    static readonly Guid Id = Guid.NewGuid(), Conversation = Guid.NewGuid(), Correlation = Guid.NewGuid();

    readonly NotificationHouse _house = new();
    readonly ScopeCollector _lines = new();

    public async Task InitializeAsync()
    {
        await _house.InitializeAsync();
        await RestartAsync();
    }

    public Task DisposeAsync() => _house.DisposeAsync();
    public void Dispose() => _lines.Dispose();

    [Fact]
    public async Task Should_bear_the_ids_that_were_given_with_the_e_mail_and_its_own_and_its_batch()
    {
        var (named, next) = (Sample.Receipt(), Sample.Receipt());

        await _house.PublishAsync(named, With);
        await _house.PublishAsync(next, _ => { });

        await _house.EndsAsync(named.NotificationId);
        await _house.EndsAsync(next.NotificationId);
        var (line, other) = (await LineOfAsync(named.NotificationId), await LineOfAsync(next.NotificationId));
        Assert.Equal((Id, Conversation, Correlation), (line["MessageId"], line["ConversationId"], line["CorrelationId"]));
        Assert.NotEqual(Guid.Empty, line["BatchId"]);
        Assert.NotEqual(Conversation, other["ConversationId"]);
    }

    /// <summary>It is written by another process, long after the command was handled.</summary>
    [Fact]
    public async Task Should_bear_them_after_a_restart_too()
    {
        var later = Sample.Receipt() with { SendAt = _house.Clock.GetUtcNow().AddHours(1) };
        await _house.PublishAsync(new SendEmails { Emails = [later] }, With);
        await Eventually.HoldsAsync(() => _house.FindAsync(later.NotificationId), found => found.ValueKind == System.Text.Json.JsonValueKind.Object, "it is stored");

        await RestartAsync();
        _house.Clock.Advance(TimeSpan.FromHours(2));
        await _house.EndsAsync(later.NotificationId);

        Assert.Equal((Id, Conversation), ((await LineOfAsync(later.NotificationId))["MessageId"], (await LineOfAsync(later.NotificationId))["ConversationId"]));
    }

    /// <summary>Gathered with others into one batch, and sent by a worker that knows nothing of the command.</summary>
    [Fact]
    public async Task Should_be_of_the_trace_that_its_own_command_names()
    {
        var (one, other) = (Guid.NewGuid(), Guid.NewGuid());

        await Task.WhenAll(
            PasteAsync(one, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"), PasteAsync(other, "00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"));

        await _house.EndsAsync(one);
        await _house.EndsAsync(other);
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", (await LineOfAsync(one))["TraceId"]);
        Assert.Equal("1af7651916cd43dd8448eb211c80319c", (await LineOfAsync(other))["TraceId"]);
    }

    Task PasteAsync(Guid id, string traceParent) => _house.PublishByHandAsync("Billing.Contracts.Notification.V1:SendEmail",
        $$"""{"notificationId":"{{id}}","workspaceId":"acme","to":"jane@example.com","subject":"Hello","text":"Hello"}""",
        new { headers = new { traceparent = traceParent } });

    [Fact]
    public async Task Should_bear_the_id_that_a_person_gave_who_pasted_the_e_mail()
    {
        var id = Guid.NewGuid();

        await _house.PublishByHandAsync("Billing.Contracts.Notification.V1:SendEmail",
            $$"""{"notificationId":"{{id}}","workspaceId":"acme","to":"jane@example.com","subject":"Hello","text":"Hello"}""", new { correlation_id = Correlation });

        await _house.EndsAsync(id);
        var line = await LineOfAsync(id);
        Assert.Equal((Correlation, Correlation), (line["ConversationId"], line["CorrelationId"]));
        Assert.Contains("MessageId", line.Keys);
    }

    static void With(PublishContext context) => (context.MessageId, context.ConversationId, context.CorrelationId) = (Id, Conversation, Correlation);

    async Task RestartAsync()
    {
        await _house.StopServiceAsync();
        await _house.StartServiceAsync(builder =>
        {
            builder.Logging.SetMinimumLevel(LogLevel.Information);
            // last: the service clears the providers that were there before its own
            builder.Host.ConfigureContainer<IServiceCollection>((_, services) => services.AddSingleton<ILoggerProvider>(_lines));
        });
    }

    async Task<Dictionary<string, object>> LineOfAsync(Guid id)
    {
        await Eventually.HoldsAsync(() => Task.FromResult(Lines(id).Any()), $"the delivery of {id} is logged");
        return Assert.Single(Lines(id));
    }

    IEnumerable<Dictionary<string, object>> Lines(Guid id) =>
        _lines.Where(line => line.Contains($"{id}", StringComparison.Ordinal) && line.EndsWith("is sent", StringComparison.Ordinal));
}
