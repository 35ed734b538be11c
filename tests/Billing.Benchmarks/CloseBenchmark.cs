using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Billing.Testing;
using Npgsql;

namespace Billing.Benchmarks;

/// <summary>
/// Puts the speed of a run that has just ended beside the floor of the same machine in the same minute: four plain SQL transactions for each
/// account (a step each: mark, lock, row, message), ten connections, no bus, no service, no gateway.
/// </summary>
static class CloseBenchmark
{
    const int Connections = 10;
    const int Steps = 4;

    public static async Task<int> RunAsync(string period, int accounts)
    {
        var address = Environment.GetEnvironmentVariable("BILLING_MONTHCLOSE_URL")
            ?? throw new InvalidOperationException("BILLING_MONTHCLOSE_URL is not set: ./billing bench sets it.");
        using var http = new HttpClient { BaseAddress = new Uri(address) };
        var run = await http.GetFromJsonAsync<JsonElement>(new Uri($"api/runs/{period}", UriKind.Relative));
        var took = run.GetProperty("completedAt").GetDateTimeOffset() - run.GetProperty("startedAt").GetDateTimeOffset();
        var closed = run.GetProperty("accounts").GetInt32() / took.TotalSeconds;
        var floor = await FloorAsync(accounts);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"month close, end to end   {closed,8:0} accounts/s"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"plain SQL, one by one     {floor,8:0} accounts/s"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ratio                     {closed / floor,8:0.00}"));
        return 0;
    }

    static async Task<double> FloorAsync(int accounts)
    {
        await using var database = await TestDatabase.CreateAsync("floor");
        await using var source = NpgsqlDataSource.Create(database.ConnectionString + ";Max Auto Prepare=20");
        await using (var tables = source.CreateCommand("""
            create table inbox(id uuid primary key);
            create table saga(id int primary key, step int not null);
            create table result(account int, step int, amount numeric(19,4), primary key (account, step));
            create table outbox(id bigserial primary key, body text);
            """))
            await tables.ExecuteNonQueryAsync();
        await using (var rows = source.CreateCommand($"insert into saga select i, 0 from generate_series(1, {accounts}) i"))
            await rows.ExecuteNonQueryAsync();

        var next = 0;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(async _ =>
        {
            await using var connection = await source.OpenConnectionAsync();
            while (Interlocked.Increment(ref next) is var account && account <= accounts)
                for (var step = 1; step <= Steps; step++)
                    await StepAsync(connection, account, step);
        }));
        return accounts / watch.Elapsed.TotalSeconds;
    }

    static async Task StepAsync(NpgsqlConnection connection, int account, int step)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        await ExecuteAsync(connection, "insert into inbox values ($1)", Guid.NewGuid());
        await ExecuteAsync(connection, "select step from saga where id = $1 for update", account);
        await ExecuteAsync(connection, "insert into result values ($1, $2, 12.34)", account, step);
        await ExecuteAsync(connection, "insert into outbox(body) values ($1)", "{}");
        await ExecuteAsync(connection, "update saga set step = $2 where id = $1", account, step);
        await transaction.CommitAsync();
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync();
    }
}
