using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Billing.Testing;
using Npgsql;

namespace Billing.Scenarios.House;

/// <summary>What the command line said, and how it ended.</summary>
sealed record Said(int ExitCode, string Text);

/// <summary>Backs a house up and brings it back, by the command line as an operator types it.</summary>
sealed class BroughtBack(BillingHouse house) : IDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    readonly string _folder = Directory.CreateTempSubdirectory("billing-backup-").FullName;

    public string Folder => Path.Combine(_folder, "backup");

    /// <summary>The manifest of the last backup.</summary>
    public JsonElement Manifest => JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "manifest.json"))).RootElement;

    public Task<Said> BackUpAsync() => RunAsync("backup", Folder);

    public async Task<Said> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Checkout.Program("infra/Billing.Cli"), .. arguments])
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        foreach (var (name, value) in house.ForOperators)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeLimits.Scaled(Limit));
        return new Said(process.ExitCode, $"{await output}{await errors}");
    }

    /// <summary>Every database of the house is gone, whoever is connected.</summary>
    public async Task DropEverythingAsync()
    {
        foreach (var database in house.Databases.Values)
        {
            await using var server = new NpgsqlConnection(
                new NpgsqlConnectionStringBuilder(database.Administrator) { Database = "postgres", Pooling = false }.ConnectionString);
            await server.OpenAsync();
            var name = new NpgsqlConnectionStringBuilder(database.Administrator).Database;
            await using var drop = new NpgsqlCommand($"drop database \"{name}\" with (force)", server);
            await drop.ExecuteNonQueryAsync();
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
