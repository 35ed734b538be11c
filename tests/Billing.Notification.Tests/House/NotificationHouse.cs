using System.Net.Http.Json;
using System.Text.Json;
using Billing.Contracts.Notification.V1;
using Billing.Notification.Outlets;
using Billing.Testing;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Billing.Notification.Tests.House;

/// <summary>
/// One Notification service on a virtual host and a database of its own. Tests speak to it as anyone does, by messages,
/// and read what it did from its pickup folder and its HTTP.
/// </summary>
public sealed class NotificationHouse : IAsyncLifetime
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("billing-mail-");
    TestDatabase _database = null!;
    TestVirtualHost _virtualHost = null!;
    readonly OneService _service = new();
    IBusControl _bus = null!;
    readonly Handling _received = new();
    Action? _meanwhile;
    int _told;

    public ShiftedTimeProvider Clock { get; } = new();
    public HttpClient Http { get; private set; } = null!;
    public TestVirtualHost Broker => _virtualHost;
    /// <summary>The key <c>test</c>, of no worth to anyone.</summary>
    public static string SealingKey { get; } = Convert.ToBase64String([.. Enumerable.Range(0, 32).Select(at => (byte)at)]);

    public string MailFolder => _folder.FullName;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.BorrowAsync("notification");
        _virtualHost = await TestVirtualHost.BorrowAsync("notification");
        await StartServiceAsync();
        await _database.HasItsTablesAsync();
        _bus = Bus.Factory.CreateUsingRabbitMq(bus =>
        {
            bus.Host(TestVirtualHost.Host, TestVirtualHost.Port, _virtualHost.Name, host =>
            {
                host.Username(TestVirtualHost.Username);
                host.Password(TestVirtualHost.Password);
            });
            bus.OverrideDefaultBusEndpointQueueName($"month-close-bus-{Guid.NewGuid():N}");       // who asks something is MonthClose, and nobody else is answered
        });
        await _bus.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _bus.StopAsync();
        await StopServiceAsync();
        await _virtualHost.DisposeAsync();
        await _database.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <param name="replace">What a test puts in the place of the real thing.</param>
    /// <param name="settings">On top of those of every test.</param>
    public async Task StartServiceAsync(Action<WebApplicationBuilder>? replace = null, params (string Key, string Value)[] settings)
    {
        var service = NotificationApplication.Build([], builder =>
        {
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Urls"] = "http://127.0.0.1:0",
                ["Database:ConnectionString"] = _database.Access.Service,
                ["Database:OwnerConnectionString"] = _database.Access.Owner,
                ["RabbitMq:Host"] = TestVirtualHost.Host,
                ["RabbitMq:Port"] = TestVirtualHost.Port.ToString(),
                ["RabbitMq:VirtualHost"] = _virtualHost.Name,
                ["RabbitMq:Username"] = TestVirtualHost.UserOf(BrokerUsers.Notification).Name,
                ["RabbitMq:Password"] = TestVirtualHost.UserOf(BrokerUsers.Notification).Password,
                ["Mail:PickupFolder"] = MailFolder,
                ["Sealing:CurrentKey"] = "test",
                ["Sealing:Keys:test"] = SealingKey,
                ["Metrics:RefreshEvery"] = "00:00:00.2",
                ["Sending:LookEvery"] = "00:00:00.2",
                ["Sending:Email:Kind"] = "Unlimited",       // tests of the limits say so
                ["Sending:Sms:Kind"] = "Unlimited",
                ["Serilog:MinimumLevel:Default"] = "Error"
            });
            builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
            builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));
            builder.Services.AddReceiveObserver(_ => _received);
            replace?.Invoke(builder);
        });
        // registered first, so it runs last: whatever the service does about the stop is done by then
        service.Lifetime.ApplicationStopping.Register(() => _meanwhile?.Invoke());
        Http = await _service.StartAsync(service);
        await OneService.IsReadyAsync(Http);
    }

    /// <param name="meanwhile">What happens once the service knows that it has to stop.</param>
    public async Task StopServiceAsync(Action? meanwhile = null)
    {
        Http.Dispose();
        _meanwhile = meanwhile;
        await _service.StopAsync();
    }

    public Task<IReadOnlyList<string>> AllEndpointsReadOddIdsAsync() => OddIds.AllEndpointsReadThemAsync(_service.Running, Http);

    // ---- what a test says ----

    public Task TellAsync(params object[] messages)
    {
        _told += messages.Length;
        return Task.WhenAll(messages.Select(message => _bus.Publish(message)));
    }

    public Task PublishAsync<T>(T message, Action<PublishContext> with)
        where T : class
    {
        _told++;
        return _bus.Publish(message, (PublishContext<T> context) => with(context));
    }

    /// <summary>Publishes a body as a person does who uses the management page: no envelope, and no message id unless he fills it in.</summary>
    public async Task PublishByHandAsync(string messageType, string json, object? properties = null)
    {
        using var answer = await _virtualHost.Management.PostAsJsonAsync($"api/exchanges/{_virtualHost.Name}/{Uri.EscapeDataString(messageType)}/publish",
            new { properties = properties ?? new { }, routing_key = "", payload = json, payload_encoding = "string" });
        answer.EnsureSuccessStatusCode();
        _told++;
        Assert.True((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("routed").GetBoolean(), $"{messageType} reached no queue");
    }

    /// <summary>Runs a statement as another process would.</summary>
    public async Task BreakInAsync(string sql, int rows = 1)
    {
        await using var connection = new NpgsqlConnection(_database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        Assert.Equal(rows, await command.ExecuteNonQueryAsync());
    }

    /// <summary>Hears an event as another service does, until it is disposed of.</summary>
    public async Task<IAsyncDisposable> ListenAsync<T>(Action<T> heard)
        where T : class
    {
        var handle = _bus.ConnectReceiveEndpoint($"test-{Guid.NewGuid():N}", endpoint => endpoint.Handler<T>(context =>
        {
            heard(context.Message);
            return Task.CompletedTask;
        }));
        await handle.Ready;
        return new Listening(handle);
    }

    sealed class Listening(HostReceiveEndpointHandle handle) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await handle.StopAsync();
    }

    // ---- what a test asks ----

    /// <summary>What stands in the tables, asked as their owner.</summary>
    internal async Task<T> AskAsync<T>(Func<NotificationDbContext, Task<T>> question)
    {
        await using var db = new PostgresNotificationDbContext(
            new DbContextOptionsBuilder<PostgresNotificationDbContext>().UseNpgsql(_database.Access.Owner).Options);
        return await question(db);
    }

    /// <summary>What stands in the table, as whoever reads a dump of it.</summary>
    public async Task<string> ReadColumnAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (string)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Waits until the message has ended, and returns what HTTP says of it.</summary>
    public Task<JsonElement> EndsAsync(Guid id) =>
        Eventually.HoldsAsync(() => FindAsync(id), found =>
            found.ValueKind == JsonValueKind.Object && found.GetProperty("state").GetString() is "Sent" or "Failed", $"{id} has ended");

    public async Task<JsonElement> FindAsync(Guid id)
    {
        using var answer = await Http.GetAsync(new Uri($"api/notifications/{id}", UriKind.Relative));
        return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<JsonElement>() : default;
    }

    /// <summary>Asks as another service does, over the bus.</summary>
    public async Task<FoundNotification[]> FindAsync(params Guid[] ids)
    {
        _told++;
        return (await _bus.CreateRequestClient<FindNotifications>()
            .GetResponse<NotificationsFound>(new FindNotifications { NotificationIds = ids })).Message.Notifications;
    }

    /// <summary>Asks as another service does, over the bus.</summary>
    public async Task<LetterPreviewed> PreviewAsync(PreviewLetter asked)
    {
        _told++;
        return (await _bus.CreateRequestClient<PreviewLetter>().GetResponse<LetterPreviewed>(asked)).Message;
    }

    public async Task<IReadOnlyList<JsonElement>> OfWorkspaceAsync(string workspace) =>
        (await Http.GetFromJsonAsync<JsonElement[]>(new Uri($"api/notifications?workspace={workspace}", UriKind.Relative)))!;

    public async Task<Counts> CountAsync(string channel = "Email") =>
        (await Http.GetFromJsonAsync<Counts[]>(new Uri("api/notifications/counts", UriKind.Relative)))!.Single(counts => counts.Channel == channel);

    public Task<Counts> CountsBecomeAsync(Func<Counts, bool> expected, string words) => Eventually.HoldsAsync(() => CountAsync(), expected, words);

    /// <summary>Waits until every message was received to its end, so that what was told twice was heard twice.</summary>
    public Task HeardAllAsync() => Eventually.HoldsAsync(() => Task.FromResult(_received.Ended), count => count >= _told, $"{_told} messages are received");

    public IReadOnlyList<string> Files => [.. _folder.EnumerateFiles("*", SearchOption.AllDirectories).Select(file => file.Name).Order()];

    public string Read(string file) => File.ReadAllText(Path.Combine(MailFolder, file));
}

public sealed record Counts(string Channel, long Queued, long Collected, long Sending, long Deferred, long Sent, long Failed, long Dropped);

/// <summary>Ordinary things, so that a test only says what matters to it.</summary>
static class Sample
{
    public static SendEmail Receipt(Guid? id = null, string to = "jane@example.com", string workspace = "acme") => new()
    {
        NotificationId = id ?? Guid.NewGuid(),
        WorkspaceId = workspace,
        To = to,
        Template = "receipt",
        Values = new() { ["name"] = "Jane", ["number"] = "2026-000017", ["period"] = "2026-10", ["paid"] = "50.00", ["currency"] = "USD" }
    };

    public static SendEmails List(int count) =>
        new() { Emails = [.. Enumerable.Range(0, count).Select(at => Receipt(to: $"customer-{at}@example.com", workspace: $"w{at % 10}"))] };

    public static SendSms Sms(string text = "Your invoice is ready") =>
        new() { NotificationId = Guid.NewGuid(), WorkspaceId = "acme", To = "+4930123456", Text = text };
}
