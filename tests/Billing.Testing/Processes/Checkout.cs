using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Billing.Testing;

/// <summary>Where things are in this checkout.</summary>
public static class Checkout
{
    public static string Root { get; } = FindRoot();

    static readonly ConcurrentDictionary<int, bool> Given = new();

    /// <summary>
    /// The program that was built along with this test, in the same configuration; the same program compiled ahead, where the folder has it that
    /// BILLING_COMPILED_AHEAD names.
    /// </summary>
    public static string Program(string project)
    {
        var name = Path.GetFileName(project);
        if (Environment.GetEnvironmentVariable("BILLING_COMPILED_AHEAD") is { } ahead && Path.Combine(ahead, name, $"{name}.dll") is var compiled && File.Exists(compiled))
            return compiled;
        var framework = new DirectoryInfo(AppContext.BaseDirectory);
        var file = Path.Combine(Root, project, "bin", framework.Parent!.Name, framework.Name, $"{name}.dll");
        return File.Exists(file) ? file : throw new FileNotFoundException($"{file} is missing; build the solution first.");
    }

    /// <summary>
    /// A port that is free now, and kept by the service over its restarts. Below the range from which the system takes ports for outgoing connections: one of
    /// those may be taken while the service is down. No port is given twice, since a service that is down for a moment still needs its own.
    /// </summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(20_000, 32_000);
            if (!Given.TryAdd(port, true))
                continue;
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // taken; another may be free
            }
        }
    }

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Billing.sln")))
                return folder.FullName;
        throw new DirectoryNotFoundException("No Billing.sln above the tests.");
    }
}
