using System.Net.Http.Json;
using Billing.Chaos.Faults;
using Npgsql;

namespace Billing.Chaos;

/// <summary>The back office that is hurt and looked at: one of chaos's own, or one that was given by its addresses.</summary>
abstract class Installation : IAsyncDisposable
{
    /// <summary>The services whose databases are read.</summary>
    public static IReadOnlyList<string> Services { get; } = ["monthclose", "notification", "seatrefresh", "scheduler"];

    /// <summary>With the user and the password of one who may publish every command.</summary>
    public Uri Broker => Brokers[0];

    /// <summary>The nodes of the broker, each with that user.</summary>
    public abstract IReadOnlyList<Uri> Brokers { get; }

    public virtual string VirtualHost => "billing";

    /// <summary>The HTTP API of the broker's management.</summary>
    public abstract HttpClient Management { get; }

    /// <summary>The simulated gateway, which has a record of its own; null where the gateway is another.</summary>
    public abstract HttpClient? Gateway { get; }

    /// <summary>The folder where the customers' e-mails arrive; null where they go elsewhere.</summary>
    public abstract string? Mails { get; }

    /// <summary>Connection strings by service, past every wire.</summary>
    public abstract IReadOnlyDictionary<string, string> Databases { get; }

    public abstract IEnumerable<HttpClient> MonthCloses { get; }

    /// <summary>What no mischief excuses, such as a process that ended by itself.</summary>
    public virtual IReadOnlyList<string> Faults => [];

    /// <summary>What is wrong with the servers themselves, although nobody hurts them any more.</summary>
    public virtual Task<IReadOnlyList<string>> ServerFaultsAsync() => Task.FromResult<IReadOnlyList<string>>([]);

    /// <summary>For how long something may still move when nobody hurts it any more.</summary>
    public abstract TimeSpan Patience { get; }

    /// <summary>Those that do something to it, another one for each round.</summary>
    /// <param name="dice">Of the round.</param>
    /// <param name="tally">Counts what is done.</param>
    /// <param name="say">Told of what takes its time.</param>
    public abstract Mischief MischiefOf(Random dice, Tally tally, Action<string> say);

    /// <summary>From here on processes may kill themselves at their boundaries, where they can.</summary>
    public virtual void Arm()
    {
    }

    public virtual void Disarm()
    {
    }

    /// <summary>Whether subscriptions can be made due before their time.</summary>
    public virtual bool CanMakeSeatsDue => false;

    /// <summary>Makes subscriptions due before their time, where that is allowed.</summary>
    public virtual Task MakeSeatsDueAsync() => Task.CompletedTask;

    /// <summary>Fails when something does not become ready.</summary>
    public abstract Task AllAreReadyAsync();

    /// <summary>
    /// Lets the gateway misbehave now and then until it is killed: it takes money and does not say so, says 500, is slow, or wants to be asked later.
    /// </summary>
    public async Task TeaseAsync(int seed)
    {
        var rules = ((string[])["cut_after_success", "error_after_success", "error_before", "rate_limited"])
            .Select(behaviour => new { rate = 0.03, behaviour, latency_ms = 0 }).Append(new { rate = 0.2, behaviour = "succeed", latency_ms = 300 });
        if (Gateway is null)
            return;
        using var answer = await Gateway.PutAsJsonAsync(new Uri("simulator/rules", UriKind.Relative),
            new { seed, rules = rules.Select(rule => new { payment_method = "pm_ok*", rule.rate, rule.behaviour, rule.latency_ms }) });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Lets the gateway take its time, so that a month lasts for as long as what is done to it meanwhile.</summary>
    public async Task SlowDownAsync()
    {
        if (Gateway is null)
            return;
        using var answer = await Gateway.PutAsJsonAsync(new Uri("simulator/rules", UriKind.Relative),
            new { seed = 1, rules = new[] { new { payment_method = "pm_ok*", rate = 1.0, behaviour = "succeed", latency_ms = 1200 } } });
        answer.EnsureSuccessStatusCode();
    }

    public async Task<T> AskAsync<T>(string service, string sql)
    {
        await using var connection = new NpgsqlConnection(Databases[service]);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task ExecuteAsync(string service, string sql)
    {
        await using var connection = new NpgsqlConnection(Databases[service]);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Each row as its columns, null for an empty one.</summary>
    public async Task<IReadOnlyList<object?[]>> RowsAsync(string service, string sql)
    {
        await using var connection = new NpgsqlConnection(Databases[service]);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<object?[]>();
        while (await reader.ReadAsync())
        {
            var row = new object?[reader.FieldCount];
            for (var column = 0; column < row.Length; column++)
                row[column] = await reader.IsDBNullAsync(column) ? null : reader.GetValue(column);
            rows.Add(row);
        }

        return rows;
    }

    /// <summary>What one of MonthClose's processes answers; null while none of them does.</summary>
    public async Task<T?> AskMonthCloseAsync<T>(string path)
        where T : class
    {
        foreach (var http in MonthCloses)
            try
            {
                return await http.GetFromJsonAsync<T>(new Uri(path, UriKind.Relative));
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
            {
                // it is down, or has something to compare that is away
            }

        return null;
    }

    public abstract ValueTask DisposeAsync();
}
