using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Billing.MonthClose.Tests.Charging.Webhooks;

/// <summary>Stripe's library for Node as npm has it, at the locked version, installed once into a folder of its own.</summary>
static class StripesOwnLibrary
{
    static readonly SemaphoreSlim OneAtATime = new(1);

    /// <summary>Runs a few lines with <c>stripe</c> at hand and the arguments in <c>args</c>; what they print is the answer.</summary>
    public static async Task<string> RunAsync(string script, params string[] args)
    {
        var folder = await InstalledAsync();
        return (await RunAsync("node", folder, ["-e", $"const Stripe = require('stripe'); const stripe = new Stripe('sk_test_none'); const args = process.argv.slice(1); {script}", "--", .. args])).Trim();
    }

    static async Task<string> InstalledAsync([CallerFilePath] string here = "")
    {
        var locked = Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "node");
        var version = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(locked, "package-lock.json"))))[..12];
        var folder = Path.Combine(Path.GetTempPath(), $"billing-node-{version}");
        await OneAtATime.WaitAsync();
        try
        {
            var done = Path.Combine(folder, "installed");
            if (File.Exists(done))
                return folder;
            Directory.CreateDirectory(folder);
            foreach (var file in (string[])["package.json", "package-lock.json"])
                File.Copy(Path.Combine(locked, file), Path.Combine(folder, file), overwrite: true);
            await RunAsync("npm", folder, ["ci", "--no-audit", "--no-fund"]);
            await File.WriteAllTextAsync(done, "");
            return folder;
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    static async Task<string> RunAsync(string program, string folder, string[] args)
    {
        var start = new ProcessStartInfo(program, args) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new InvalidOperationException($"{program} is needed to check webhooks against Stripe's own library; ./billing test installs it (on Debian and Ubuntu: apt-get install nodejs npm).");
        }

        using (process)
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{program} {string.Join(' ', args.Take(2))} ended with {process.ExitCode}: {await errors}");
        }
    }
}
