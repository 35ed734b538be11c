using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;

namespace Billing.Testing;

/// <summary>Everything that lies anywhere, as text: what somebody reads who may read it all, and has no key.</summary>
public static class Leaks
{
    /// <summary>Its name ends like those of error queues, so that nobody waits until it is empty.</summary>
    const string Witness = "witness_error";

    /// <summary>From now on a queue keeps a copy of what goes through every exchange of ours and of MassTransit, but for those that a test itself speaks to.</summary>
    public static async Task WitnessAsync(TestVirtualHost broker, params string[] spokenTo)
    {
        broker.IsChanged();
        using var made = await broker.Management.PutAsJsonAsync($"api/queues/{broker.Name}/{Witness}", new { durable = true });
        made.EnsureSuccessStatusCode();
        var exchanges = (await broker.Management.GetFromJsonAsync<JsonElement[]>($"api/exchanges/{broker.Name}?columns=name"))!;
        string[] faults = [.. spokenTo.Select(command => $"MassTransit:Fault--{command}--")];
        foreach (var fault in faults)
            (await broker.Management.PutAsJsonAsync($"api/exchanges/{broker.Name}/{Uri.EscapeDataString(fault)}", new { type = "fanout", durable = true })).Dispose();
        foreach (var exchange in exchanges.Select(exchange => exchange.GetProperty("name").GetString()!).Concat(faults).Distinct())
            if ((exchange.StartsWith("Billing.", StringComparison.Ordinal) || exchange.StartsWith("MassTransit:", StringComparison.Ordinal)) && !spokenTo.Contains(exchange))
                (await broker.Management.PostAsJsonAsync($"api/bindings/{broker.Name}/e/{Uri.EscapeDataString(exchange)}/q/{Witness}", new { routing_key = "" })).Dispose();
    }

    /// <summary>What <see cref="WitnessAsync"/> has seen, a message to a line.</summary>
    public static async Task<IReadOnlyList<string>> SeenAsync(TestVirtualHost broker) =>
        [.. (await broker.PeekAsync(Witness)).Select(message => message.GetRawText())];

    /// <summary>Every message of every queue with its headers, and every row of every table.</summary>
    public static async Task<IReadOnlyList<string>> AnywhereAsync(TestVirtualHost broker, string? database = null)
    {
        var found = new List<string>();
        var queues = (await broker.Management.GetFromJsonAsync<JsonElement[]>($"api/queues/{broker.Name}?disable_stats=true&columns=name"))!;
        foreach (var queue in queues.Select(queue => queue.GetProperty("name").GetString()!))
            found.AddRange((await broker.PeekAsync(queue)).Select(message => $"{queue}: {message.GetRawText()}"));
        if (database is null)
            return found;
        foreach (var table in await ReadAsync(database, "select table_name from information_schema.tables where table_schema = 'public'"))
            found.AddRange((await ReadAsync(database, $"""select row_to_json(t)::text from "{table}" t""")).Select(row => $"{table}: {row}"));
        return found;
    }

    static async Task<IReadOnlyList<string>> ReadAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(reader.GetString(0));
        return rows;
    }
}
