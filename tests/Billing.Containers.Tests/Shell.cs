using System.Diagnostics;
using Billing.Testing;

namespace Billing.Containers.Tests;

/// <summary>Bash, as a person or a container runs it.</summary>
static class Shell
{
    /// <param name="script">What bash is to do.</param>
    /// <param name="folder">Where; the checkout when left out.</param>
    /// <param name="environment">What is set besides.</param>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(
        string script, string? folder = null, IEnumerable<KeyValuePair<string, string>>? environment = null)
    {
        var start = new ProcessStartInfo("bash", ["-c", script])
        {
            WorkingDirectory = folder ?? Checkout.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        foreach (var (name, value) in environment ?? [])
            start.Environment[name] = value;
        using var bash = Process.Start(start)!;
        var (output, errors) = (bash.StandardOutput.ReadToEndAsync(), bash.StandardError.ReadToEndAsync());
        await bash.WaitForExitAsync();
        return (bash.ExitCode, await output, await errors);
    }

    /// <summary>A copy of <c>./billing</c> with the scripts that it sources and nothing else; whatever it makes goes with it.</summary>
    public sealed class Copy : IDisposable
    {
        public Copy()
        {
            foreach (var file in Scripts().Append("infra/rabbitmq/definitions.json"))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Folder, file))!);
                File.Copy(Path.Combine(Checkout.Root, file), Path.Combine(Folder, file));
            }
        }

        public string Folder { get; } = Directory.CreateTempSubdirectory("billing-scripts-").FullName;

        public void Dispose() => Directory.Delete(Folder, recursive: true);
    }

    /// <summary>All of them, from the top of the checkout.</summary>
    public static IEnumerable<string> Scripts() => Directory.EnumerateFiles(Path.Combine(Checkout.Root, "infra"), "*.sh", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Checkout.Root, file)).Where(file => !file.Split('/').Intersect(["bin", "obj"]).Any())
        .Append("billing").Order(StringComparer.Ordinal);
}
