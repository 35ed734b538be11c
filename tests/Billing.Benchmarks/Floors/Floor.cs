using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Billing.Testing;
using Npgsql;

namespace Billing.Benchmarks.Floors;

/// <summary>
/// What plain SQL does one by one on the same server: prepared statements, ten connections, driven by <c>pgbench</c>; no bus, no service. Every commit is
/// durable, as ours are.
/// </summary>
static partial class Floor
{
    const int Connections = 10;

    /// <summary>Units a second. <paramref name="name"/> names <c>Floors/NAME.setup.sql</c> and <c>Floors/NAME.sql</c>.</summary>
    public static async Task<double> RunAsync(string name, int units)
    {
        var each = Math.Max(1, units / Connections);
        var folder = Path.Combine(AppContext.BaseDirectory, "Floors");
        await using var database = await TestDatabase.CreateAsync("floor");
        var setup = await File.ReadAllTextAsync(Path.Combine(folder, $"{name}.setup.sql"));
        await ExecuteAsync(database.ConnectionString, setup.Replace(":n", (each * Connections).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        await ExecuteAsync(database.ConnectionString, "vacuum (analyze)");
        await ExecuteAsync(database.ConnectionString, "checkpoint");

        var server = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        var start = new ProcessStartInfo("pgbench") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["-n", "-M", "prepared", "-c", $"{Connections}", "-j", "2", "-t", $"{each}", "-D", "turn=0", "-D", $"each={each}",
            "-f", Path.Combine(folder, $"{name}.sql"), "-h", server.Host!, "-p", $"{server.Port}", "-U", server.Username!, database.Name])
            start.ArgumentList.Add(argument);
        start.Environment["PGPASSWORD"] = server.Password;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 && Rate().Match(output) is { Success: true } rate
            ? double.Parse(rate.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"pgbench ended with {process.ExitCode}: {await errors}{output}");
    }

    static async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }

    [GeneratedRegex(@"tps = ([0-9.]+) \(without")]
    private static partial Regex Rate();
}
