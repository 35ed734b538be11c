using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Billing.Cli.Backups;

/// <summary>pg_dump and pg_restore: of <c>BILLING_POSTGRES_BIN</c>, the newest in /usr/lib/postgresql, or those that the PATH finds.</summary>
static partial class PostgresTool
{
    /// <exception cref="CliException">It is not there, or fails; says what it said.</exception>
    public static async Task<string> RunAsync(string tool, NpgsqlConnectionStringBuilder server, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(PathOf(tool)) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["PGHOST"] = server.Host;
        start.Environment["PGPORT"] = server.Port.ToString(CultureInfo.InvariantCulture);
        start.Environment["PGUSER"] = server.Username;
        start.Environment["PGPASSWORD"] = server.Password;      // not where the list of processes shows it
        using var process = Start(start);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancellation), process.StandardError.ReadToEndAsync(cancellation));
        try
        {
            await process.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }

        return process.ExitCode == 0 ? await output : throw new CliException($"{tool} failed ({process.ExitCode}): {(await errors).Trim()}");
    }

    /// <exception cref="CliException">The tool is older than the server, which it could not read.</exception>
    public static async Task FitsAsync(string tool, int serverVersion, CancellationToken cancellation)
    {
        var text = await RunAsync(tool, new NpgsqlConnectionStringBuilder(), ["--version"], cancellation);
        if (Major().Match(text) is { Success: true } found && int.Parse(found.Value, CultureInfo.InvariantCulture) < serverVersion)
            throw new CliException($"{tool} is of version {found.Value}, and PostgreSQL of version {serverVersion}: "
                + "set BILLING_POSTGRES_BIN to the folder of a newer one.");
    }

    static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new CliException($"{start.FileName} cannot be run: {e.Message}. It comes with PostgreSQL; BILLING_POSTGRES_BIN says where.", e);
        }
    }

    static string PathOf(string tool)
    {
        if (Environment.GetEnvironmentVariable("BILLING_POSTGRES_BIN") is { Length: > 0 } folder)
            return Path.Combine(folder, tool);
        const string Debian = "/usr/lib/postgresql";
        return Directory.Exists(Debian)
            ? Directory.GetDirectories(Debian)
                .OrderByDescending(one => int.TryParse(Path.GetFileName(one), NumberStyles.None, CultureInfo.InvariantCulture, out var major) ? major : 0)
                .Select(one => Path.Combine(one, "bin", tool)).FirstOrDefault(File.Exists) ?? tool
            : tool;
    }

    [GeneratedRegex(@"\d+")]
    private static partial Regex Major();
}
