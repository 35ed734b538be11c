using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;

namespace Billing.Testing;

/// <summary>
/// Packages as npm has them, at the versions that a folder's <c>package-lock.json</c> names, and programs that need them. They are installed once, into
/// a folder beside the system's other temporary ones.
/// </summary>
/// <param name="folder">Where <c>package.json</c>, its lock and the programs are.</param>
/// <param name="purpose">What they are needed for, as whoever lacks Node is told.</param>
public sealed class NodePackages(string folder, string purpose)
{
    static readonly SemaphoreSlim OneAtATime = new(1);

    /// <summary>
    /// Starts Node on one of the folder's programs or, after <c>-e</c>, on a few lines; it ends at the latest with its input, if it reads that.
    /// </summary>
    public async Task<Process> StartAsync(params string[] args)
    {
        var installed = await InstalledAsync();
        return Start("node", folder, args, ("NODE_PATH", Path.Combine(installed, "node_modules")));
    }

    /// <summary>Runs Node to its end; what it printed is the answer.</summary>
    public async Task<string> RunAsync(params string[] args)
    {
        using var node = await StartAsync(args);
        return await EndOfAsync(node);
    }

    async Task<string> InstalledAsync()
    {
        var version = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(folder, "package-lock.json"))))[..12];
        var installed = Path.Combine(Path.GetTempPath(), $"billing-packages-{version}");
        await OneAtATime.WaitAsync();
        try
        {
            if (!Directory.Exists(installed))
                await InstallAsync(installed);
            return installed;
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    /// <summary>Beside the place first: another test process may be at it too, and nobody must find a folder that is half full.</summary>
    async Task InstallAsync(string place)
    {
        var aside = Directory.CreateDirectory($"{place}-{Guid.NewGuid():N}").FullName;
        foreach (var file in (string[])["package.json", "package-lock.json"])
            File.Copy(Path.Combine(folder, file), Path.Combine(aside, file));
        using (var npm = Start("npm", aside, ["ci", "--no-audit", "--no-fund", "--ignore-scripts"]))
            await EndOfAsync(npm);
        try
        {
            Directory.Move(aside, place);
        }
        catch (IOException) when (Directory.Exists(place))
        {
            Directory.Delete(aside, recursive: true);       // the other was faster
        }
    }

    Process Start(string program, string where, string[] args, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, args)
        {
            WorkingDirectory = where,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            throw new InvalidOperationException(
                $"{program} is needed {purpose}; ./billing test installs it (on Debian and Ubuntu: apt-get install nodejs npm).");
        }
    }

    static async Task<string> EndOfAsync(Process process)
    {
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await output
            : throw new InvalidOperationException(
                $"{process.StartInfo.FileName} {string.Join(' ', process.StartInfo.ArgumentList.Take(2))} ended with {process.ExitCode}: {await errors}");
    }
}
