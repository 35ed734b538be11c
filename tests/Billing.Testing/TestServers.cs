using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Billing.Testing;

/// <summary>
/// The real PostgreSQL and RabbitMQ that tests run against: named by environment variables, or by the file
/// <c>.data/environment</c> that <c>./billing up</c> leaves at the top of the checkout.
/// </summary>
public static class TestServers
{
    static readonly Lazy<IReadOnlyDictionary<string, string>> Remembered = new(ReadEnvironmentFile);

    /// <summary>Connection string of the PostgreSQL server, without a database.</summary>
    public static string Postgres => Setting("BILLING_POSTGRES");

    /// <summary>AMQP address with user and password, without a virtual host.</summary>
    public static Uri RabbitMq => new(Setting("BILLING_RABBITMQ"));

    /// <summary>Address of the management HTTP API, with user and password.</summary>
    public static Uri RabbitMqManagement => new(Setting("BILLING_RABBITMQ_MANAGEMENT"));

    /// <summary>Connection string of a SQL Server, when there is one: the integration tests then run against it.</summary>
    public static string? SqlServer => Environment.GetEnvironmentVariable("BILLING_TEST_SQLSERVER") is { Length: > 0 } value ? value : null;

    static string Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value
        : Remembered.Value.TryGetValue(name, out var remembered) ? remembered
        : throw new InvalidOperationException($"{name} is not set, and no .data/environment was found: run ./billing up first, or ./billing test.");

    static Dictionary<string, string> ReadEnvironmentFile()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, ".data", "environment");
            if (File.Exists(file))
                return File.ReadLines(file)
                    .Select(line => line.Split('=', 2))
                    .Where(pair => pair.Length == 2)
                    .ToDictionary(pair => pair[0].Trim(), pair => pair[1].Trim());
        }

        return [];
    }
}

/// <summary>A virtual host of one test class on the real broker, deleted with everything in it, or emptied for the next.</summary>
public sealed class TestVirtualHost : IAsyncDisposable
{
    readonly HttpClient _management = CreateManagementClient();
    readonly WaitingMessages _waiting;
    string? _lentFor;

    TestVirtualHost(string name)
    {
        Name = name;
        _waiting = new WaitingMessages(_management, name);
    }

    public string Name { get; }

    public static string Host => TestServers.RabbitMq.Host;
    public static ushort Port => (ushort)TestServers.RabbitMq.Port;
    public static string Username => Uri.UnescapeDataString(TestServers.RabbitMq.UserInfo.Split(':')[0]);
    public static string Password => Uri.UnescapeDataString(TestServers.RabbitMq.UserInfo.Split(':')[1]);

    /// <summary>As whom a service speaks with this broker.</summary>
    public static BrokerUser UserOf(string service) => BrokerUsers.Of(service, TestServers.RabbitMq);

    /// <summary>The management HTTP API, signed in; paths are relative, such as <c>api/queues/{Name}</c>.</summary>
    public HttpClient Management => _management;

    public static async Task<TestVirtualHost> CreateAsync(string purpose = "test")
    {
        var host = new TestVirtualHost(FreeVirtualHosts.NewName(purpose));
        using var created = await host._management.PutAsync($"api/vhosts/{host.Name}", JsonContent.Create(new { }));
        created.EnsureSuccessStatusCode();
        using var permitted = await host._management.PutAsJsonAsync(
            $"api/permissions/{host.Name}/{Username}", new { configure = ".*", write = ".*", read = ".*" });
        permitted.EnsureSuccessStatusCode();
        await BrokerUsers.PermitAsync(host._management, host.Name, TestServers.RabbitMq);
        return host;
    }

    /// <summary>
    /// One that another test of this process had and left empty, with its queues and exchanges, or a new one. To make and delete the fifty queues of a service
    /// costs the broker more than most tests do. For tests that begin with the same service, and leave its queues as they are.
    /// </summary>
    public static async Task<TestVirtualHost> BorrowAsync(string purpose)
    {
        var host = await FreeVirtualHosts.TakeAsync(purpose) is { } name ? new TestVirtualHost(name) : await CreateAsync(purpose);
        host._lentFor = purpose;
        return host;
    }

    /// <summary>Says that a test has made queues or bindings of its own here: nobody else gets it.</summary>
    public void IsChanged() => _lentFor = null;

    /// <summary>Publishes a body as a person does on the management page: no envelope, no properties, no message id.</summary>
    /// <param name="exchange">The command's.</param>
    /// <param name="body">What is pasted.</param>
    /// <param name="correlationId">The only property, if there is one.</param>
    /// <param name="traceParent">The only header, if there is one: W3C's <c>traceparent</c>.</param>
    public async Task PasteAsync(string exchange, string body, string? correlationId = null, string? traceParent = null)
    {
        var properties = new Dictionary<string, object>();
        if (correlationId is not null)
            properties["correlation_id"] = correlationId;
        if (traceParent is not null)
            properties["headers"] = new { traceparent = traceParent };
        using var answer = await _management.PostAsJsonAsync($"api/exchanges/{Name}/{Uri.EscapeDataString(exchange)}/publish",
            new { properties, routing_key = "", payload = body, payload_encoding = "string" });
        answer.EnsureSuccessStatusCode();
        if ((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("routed").ValueKind != JsonValueKind.True)
            throw new InvalidOperationException($"Nobody listens to {exchange}.");
    }

    /// <summary>The messages that wait in a queue, with their headers, without taking them away.</summary>
    public Task<IReadOnlyList<JsonElement>> PeekAsync(string queue) => AskAsync(queue, 100, givesBack: true);

    /// <summary>
    /// The messages of a queue, when there are so many at once: a service that looks through its own error queues has their messages in its hands for a moment,
    /// and nobody else sees them then.
    /// </summary>
    public Task<IReadOnlyList<JsonElement>> LyingAsync(string queue, int count) =>
        Eventually.HoldsAsync(() => PeekAsync(queue), seen => seen.Count == count, $"{count} messages lie in {queue}");

    /// <summary>Takes up to so many messages away from a queue, as a person does on the management page.</summary>
    public Task<IReadOnlyList<JsonElement>> TakeAsync(string queue, int most) => AskAsync(queue, most, givesBack: false);

    async Task<IReadOnlyList<JsonElement>> AskAsync(string queue, int most, bool givesBack)
    {
        using var answer = await AskForMessagesAsync(_management, Name, queue, most, givesBack);
        return !answer.IsSuccessStatusCode ? [] : [.. (await answer.Content.ReadFromJsonAsync<JsonElement>()).EnumerateArray()];
    }

    /// <summary>Asks the management HTTP API for at most so many messages of a queue; those that it gives back stay in it.</summary>
    public static Task<HttpResponseMessage> AskForMessagesAsync(HttpClient management, string virtualHost, string queue, int most, bool givesBack) =>
        management.PostAsJsonAsync(new Uri($"api/queues/{Uri.EscapeDataString(virtualHost)}/{Uri.EscapeDataString(queue)}/get", UriKind.Relative),
            new { count = most, ackmode = givesBack ? "ack_requeue_true" : "ack_requeue_false", encoding = "auto" });

    /// <summary>The error queues that hold messages, by name.</summary>
    public async Task<IReadOnlyList<string>> ErrorQueuesAsync() =>
        [.. (await _waiting.CountAsync()).Select(waiting => waiting.Queue).Where(IsForErrors)];

    /// <summary>Messages that wait in a queue at this moment; none in one that is not there.</summary>
    public Task<uint> WaitingInAsync(string queue) => _waiting.CountAsync(queue);

    /// <summary>Waits until so many wait in it: the broker counts a message a moment after it has it.</summary>
    public Task HoldsAsync(string queue, uint messages) =>
        Eventually.HoldsAsync(() => WaitingInAsync(queue), waiting => waiting == messages, $"{messages} messages wait in {queue}");

    /// <summary>What is asked besides the queues: messages that a house has committed and not sent yet.</summary>
    public Func<Task<int>>? Unsent { get; set; }

    /// <summary>What the buses of this virtual host report to, so that a message counts until it is handled.</summary>
    public Handling Handling { get; } = new();

    /// <summary>True when nothing is left to handle; see <see cref="BusyQueuesAsync"/>.</summary>
    public async Task<bool> QueuesAreEmptyAsync() => (await BusyQueuesAsync()).Length == 0;

    /// <summary>
    /// What is still to be handled, as one line: by those who have begun, unsent, or waiting in a queue; those where the unreadable and the refused
    /// end, and that of the outcomes, are left out. A message goes from the first to the second to the third and from there to the first again, so asked in
    /// this order none slips through unless somebody began another meanwhile. Nothing is said twice, a moment apart: what the broker has just handed over
    /// may be on its way.
    /// </summary>
    public async Task<string> BusyQueuesAsync()
    {
        var begun = Handling.Begun;
        using var moment = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var look = 1; look <= 2; look++)
        {
            if (Handling.UnderWay is > 0 and var underWay)
                return $"{underWay} are being handled";
            if (Unsent is not null && await Unsent() is > 0 and var unsent)
                return $"{unsent} are not sent yet";
            var waiting = (await _waiting.CountAsync()).Where(waiting => !IsForLooking(waiting.Queue)).ToList();
            if (waiting.Count > 0)
                return string.Join(", ", waiting.Select(queue => $"{queue.Queue}: {queue.Count}"));
            if (look == 1)
                await moment.WaitForNextTickAsync();
        }

        return Handling.Begun == begun ? "" : "one was being handled";
    }

    static bool IsForErrors(string queue) => queue.EndsWith("_error", StringComparison.Ordinal);

    /// <summary>Where nobody has to take the messages away.</summary>
    static bool IsForLooking(string queue) => IsForErrors(queue) || queue == "outcomes";

    public async ValueTask DisposeAsync()
    {
        var givenBack = _lentFor is not null && await _waiting.EmptyAsync();
        await _waiting.DisposeAsync();
        if (givenBack)
            FreeVirtualHosts.Add(_lentFor!, Name);
        else
            using (var deleted = await _management.DeleteAsync($"api/vhosts/{Name}"))
                if (deleted.StatusCode != HttpStatusCode.NotFound)
                    deleted.EnsureSuccessStatusCode();
        _management.Dispose();
    }

    internal static HttpClient CreateManagementClient()
    {
        var address = TestServers.RabbitMqManagement;
        var client = new HttpClient { BaseAddress = new Uri($"{address.Scheme}://{address.Host}:{address.Port}/") };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(address.UserInfo))));
        return client;
    }
}
