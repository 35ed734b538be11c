using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Billing.Notification.Tests.House;

/// <summary>The programs in <c>node/</c> and the packages that they need as npm has them, at the locked versions, installed once into a folder of their own.</summary>
static class NodePackages
{
    static readonly SemaphoreSlim OneAtATime = new(1);

    /// <summary>Starts one of the programs; what it prints can be read, and it ends with its input.</summary>
    public static async Task<Process> StartAsync(string program, string argument)
    {
        var folder = await InstalledAsync();
        return Start("node", folder, [Path.Combine(Sources(), program), argument], ("NODE_PATH", Path.Combine(folder, "node_modules")));
    }

    static async Task<string> InstalledAsync()
    {
        var locked = Sources();
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
            using var npm = Start("npm", folder, ["ci", "--no-audit", "--no-fund"]);
            npm.StandardInput.Close();
            var (_, errors) = (npm.StandardOutput.ReadToEndAsync(), npm.StandardError.ReadToEndAsync());
            await npm.WaitForExitAsync();
            Assert.True(npm.ExitCode == 0, $"npm ci ended with {npm.ExitCode}: {await errors}");
            await File.WriteAllTextAsync(done, "");
            return folder;
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    static Process Start(string program, string folder, string[] args, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, args) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new InvalidOperationException($"{program} is needed for a mail server that is not ours; ./billing test installs it (on Debian and Ubuntu: apt-get install nodejs npm).");
        }
    }

    static string Sources([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "..", "node");
}
