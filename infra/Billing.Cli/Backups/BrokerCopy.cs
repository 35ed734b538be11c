using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Billing.Cli.Backups;

/// <summary>
/// What the broker holds: how its queues are bound, without its users, and the messages that lie in them. It is read and written while no service runs, so
/// that no message is in anybody's hands.
/// </summary>
sealed class BrokerCopy : IAsyncDisposable
{
    public const string DefinitionsFile = "broker/definitions.json";
    public const string MessagesFile = "broker/messages.ndjson";

    /// <summary>After so many looks the broker puts a message away as one that nobody can take; half of them are left to the services.</summary>
    const int ManyLooks = 50;

    /// <summary>Looks at the queues, with a pause before and after each, until they stand still.</summary>
    const int Looks = 20;

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    readonly HttpClient _management = new();
    readonly IConnection _connection;
    readonly string _virtualHost;

    BrokerCopy(IConnection connection, string virtualHost, Uri management)
    {
        (_connection, _virtualHost) = (connection, virtualHost);
        _management.BaseAddress = new UriBuilder(management) { UserName = "", Password = "", Path = "/" }.Uri;
        _management.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic",
            Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(management.UserInfo))));
    }

    string Escaped => Uri.EscapeDataString(_virtualHost);

    public static async Task<BrokerCopy> ConnectAsync(BackupPlace place, CancellationToken cancellation)
    {
        var (address, management) = (place.Broker, place.Management);
        var user = address.UserInfo.Split(':', 2);
        var virtualHost = address.AbsolutePath.Trim('/') is { Length: > 0 } named ? Uri.UnescapeDataString(named) : "/";
        try
        {
            var connection = await new ConnectionFactory
            {
                HostName = address.Host,
                Port = address.Port,
                VirtualHost = virtualHost,
                UserName = Uri.UnescapeDataString(user[0]),
                Password = Uri.UnescapeDataString(user.ElementAtOrDefault(1) ?? ""),
                AutomaticRecoveryEnabled = false
            }.CreateConnectionAsync("backup", cancellation);
            return new BrokerCopy(connection, virtualHost, management);
        }
        catch (BrokerUnreachableException e)
        {
            throw new CliException($"The broker at {address.Host}:{address.Port} does not answer. Is it up?", e);
        }
    }

    /// <summary>Of the virtual host alone: queues, exchanges, bindings and policies; users and what is known of their passwords are not in it.</summary>
    public async Task WriteDefinitionsAsync(string folder, CancellationToken cancellation)
    {
        var definitions = await ReadAsync<JsonObject>($"api/definitions/{Escaped}", cancellation);
        await File.WriteAllTextAsync(Path.Combine(folder, DefinitionsFile), definitions.ToJsonString(new JsonSerializerOptions { WriteIndented = true }),
            cancellation);
    }

    /// <summary>
    /// Copies every message that lies in a lasting queue, in its order, and leaves it there. What a service had in hand when it stopped comes back to its
    /// queue a moment later: the copy is whole when every queue holds as many afterwards, and is made anew until then.
    /// </summary>
    /// <returns>How many, by queue.</returns>
    /// <exception cref="CliException">The queues do not stand still: somebody works.</exception>
    public async Task<IReadOnlyDictionary<string, int>> WriteMessagesAsync(string folder, CancellationToken cancellation)
    {
        using var pause = new PeriodicTimer(Pause, TimeProvider.System);
        for (var look = 0; look < Looks; look++)
        {
            await pause.WaitForNextTickAsync(cancellation);
            var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
            await using (var file = new StreamWriter(Path.Combine(folder, MessagesFile)))
                foreach (var queue in await QueuesAsync(cancellation))
                    if (await WriteMessagesAsync(queue, file, cancellation) is > 0 and var count)
                        counts[queue] = count;
            await pause.WaitForNextTickAsync(cancellation);
            var after = await StatesAsync(cancellation);
            if (after.All(queue => queue.State.ConsumerCount == 0 && queue.State.MessageCount == counts.GetValueOrDefault(queue.Name)))
                return counts;
        }

        var working = (await StatesAsync(cancellation)).Where(queue => queue.State.ConsumerCount > 0).Select(queue => queue.Name).Take(5).ToList();
        throw new CliException("The queues do not stand still" + (working.Count > 0 ? $", and have consumers: {string.Join(", ", working)}" : "")
            + ". Stop the services first, all processes of them.");
    }

    async Task<IReadOnlyList<(string Name, QueueDeclareOk State)>> StatesAsync(CancellationToken cancellation)
    {
        var states = new List<(string, QueueDeclareOk)>();
        foreach (var queue in await QueuesAsync(cancellation))
        {
            await using var channel = await ChannelAsync(cancellation);
            states.Add((queue, await channel.QueueDeclarePassiveAsync(queue, cancellation)));
        }

        return states;
    }

    async Task<int> WriteMessagesAsync(string queue, StreamWriter file, CancellationToken cancellation)
    {
        await using var channel = await ChannelAsync(cancellation);
        var most = await channel.MessageCountAsync(queue, cancellation);
        var count = 0;
        for (; count < most && await channel.BasicGetAsync(queue, autoAck: false, cancellation) is { } got; count++)
        {
            await file.WriteLineAsync(JsonSerializer.Serialize(QueuedMessage.Of(queue, got)));
            if (got.BasicProperties.Headers?.TryGetValue("x-delivery-count", out var looks) != true
                || Convert.ToInt64(looks, CultureInfo.InvariantCulture) < ManyLooks)
                continue;
            await channel.BasicPublishAsync("", queue, mandatory: true, new BasicProperties(got.BasicProperties), got.Body, cancellation);
            await channel.BasicAckAsync(got.DeliveryTag, multiple: false, cancellation);
        }

        return count;       // what was not acknowledged is given back when the channel ends
    }

    /// <summary>Makes the queues that are missing, takes every message away that is of another time than the backup, and puts those of the backup in.</summary>
    /// <returns>How many were taken away.</returns>
    public async Task<long> ReplaceAsync(string folder, CancellationToken cancellation)
    {
        using var definitions = new StringContent(await File.ReadAllTextAsync(Path.Combine(folder, DefinitionsFile), cancellation), Encoding.UTF8,
            "application/json");
        using (var answer = await _management.PostAsync(new Uri($"api/definitions/{Escaped}", UriKind.Relative), definitions, cancellation))
            if (!answer.IsSuccessStatusCode)
                throw new CliException("The broker does not take the definitions: "
                    + $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellation)}");
        var purged = (await PurgeAsync(cancellation)).Values.Sum();
        await using var channel = await ChannelAsync(cancellation);
        await foreach (var line in File.ReadLinesAsync(Path.Combine(folder, MessagesFile), cancellation))
        {
            var message = JsonSerializer.Deserialize<QueuedMessage>(line)!;
            await channel.BasicPublishAsync("", message.Queue, mandatory: true, message.Properties(), message.Body, cancellation);
        }

        return purged;
    }

    /// <returns>How many messages were taken away, by queue; those that held none are left out.</returns>
    public async Task<IReadOnlyDictionary<string, long>> PurgeAsync(CancellationToken cancellation)
    {
        var purged = new Dictionary<string, long>(StringComparer.Ordinal);
        await using var channel = await ChannelAsync(cancellation);
        foreach (var queue in await QueuesAsync(cancellation))
            if (await channel.QueuePurgeAsync(queue, cancellation) is > 0 and var messages)
                purged[queue] = messages;
        return purged;
    }

    Task<IChannel> ChannelAsync(CancellationToken cancellation) => _connection.CreateChannelAsync(
        new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellation);

    /// <summary>Those that outlive their process.</summary>
    async Task<IReadOnlyList<string>> QueuesAsync(CancellationToken cancellation)
    {
        var queues = await ReadAsync<JsonElement[]>($"api/queues/{Escaped}?columns=name,durable,auto_delete,exclusive", cancellation);
        return [.. queues.Where(queue => Is(queue, "durable") && !Is(queue, "auto_delete") && !Is(queue, "exclusive"))
            .Select(queue => queue.GetProperty("name").GetString()!).Order(StringComparer.Ordinal)];

        static bool Is(JsonElement queue, string what) => queue.TryGetProperty(what, out var value) && value.ValueKind == JsonValueKind.True;
    }

    async Task<T> ReadAsync<T>(string path, CancellationToken cancellation)
    {
        try
        {
            return (await _management.GetFromJsonAsync<T>(new Uri(path, UriKind.Relative), cancellation))!;
        }
        catch (HttpRequestException e)
        {
            throw new CliException($"The broker's management API at {_management.BaseAddress} does not answer: {e.Message}", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _management.Dispose();
        await _connection.DisposeAsync();
    }
}

/// <summary>A message as it lay in its queue.</summary>
sealed record QueuedMessage
{
    public required string Queue { get; init; }
    public required byte[] Body { get; init; }
    public string? MessageId { get; init; }
    public string? CorrelationId { get; init; }
    public string? ReplyTo { get; init; }
    public string? ContentType { get; init; }
    public string? Type { get; init; }
    public long? Timestamp { get; init; }
    public byte? Priority { get; init; }

    /// <summary>Text, numbers and switches; what the broker itself wrote of its deliveries is left out.</summary>
    public required Dictionary<string, JsonElement> Headers { get; init; }

    public static QueuedMessage Of(string queue, BasicGetResult got)
    {
        var told = got.BasicProperties;
        return new QueuedMessage
        {
            Queue = queue,
            Body = got.Body.ToArray(),
            MessageId = told.MessageId,
            CorrelationId = told.CorrelationId,
            ReplyTo = told.ReplyTo,
            ContentType = told.ContentType,
            Type = told.Type,
            Timestamp = told.IsTimestampPresent() ? told.Timestamp.UnixTime : null,
            Priority = told.IsPriorityPresent() ? told.Priority : null,
            Headers = (told.Headers ?? new Dictionary<string, object?>()).Where(header => !header.Key.StartsWith("x-", StringComparison.Ordinal))
                .Select(header => (header.Key, Value: Written(header.Value))).Where(header => header.Value is not null)
                .ToDictionary(header => header.Key, header => header.Value!.Value, StringComparer.Ordinal)
        };
    }

    public BasicProperties Properties()
    {
        var properties = new BasicProperties
        {
            Persistent = true,
            MessageId = MessageId,
            CorrelationId = CorrelationId,
            ReplyTo = ReplyTo,
            ContentType = ContentType,
            Type = Type,
            Headers = Headers.ToDictionary(header => header.Key, header => Read(header.Value), StringComparer.Ordinal)
        };
        if (Timestamp is { } at)
            properties.Timestamp = new AmqpTimestamp(at);
        if (Priority is { } priority)
            properties.Priority = priority;
        return properties;
    }

    static JsonElement? Written(object? value) => value switch
    {
        byte[] text => JsonSerializer.SerializeToElement(Encoding.UTF8.GetString(text)),
        string or bool or int or long or short or byte or double => JsonSerializer.SerializeToElement(value, value.GetType()),
        _ => null
    };

    static object? Read(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.TryGetInt64(out var whole) ? whole : value.GetDouble(),
        JsonValueKind.True or JsonValueKind.False => value.GetBoolean(),
        _ => value.GetString()
    };
}
