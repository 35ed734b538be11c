using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Billing.Testing;

/// <summary>
/// The virtual hosts of this process that nobody uses at the moment, by what they are for. They stay when it ends, because a test process is not given the time
/// to delete them; the next one does that.
/// </summary>
static partial class FreeVirtualHosts
{
    static readonly ConcurrentDictionary<string, ConcurrentBag<string>> Free = [];
    static readonly Lazy<Task> Swept = new(SweepAsync);

    public static string NewName(string purpose) => $"{purpose}-p{Environment.ProcessId}-{Guid.NewGuid():N}";

    public static async Task<string?> TakeAsync(string purpose)
    {
        await Swept.Value;
        return Free.TryGetValue(purpose, out var names) && names.TryTake(out var name) ? name : null;
    }

    public static void Add(string purpose, string name) => Free.GetOrAdd(purpose, _ => []).Add(name);

    /// <summary>Deletes what processes have left that are no more. Of a broker elsewhere it cannot be known which are.</summary>
    static async Task SweepAsync()
    {
        if (TestServers.RabbitMqManagement.HostNameType != UriHostNameType.IPv4 || !IPAddress.IsLoopback(IPAddress.Parse(TestServers.RabbitMqManagement.Host)))
            return;
        using var management = TestVirtualHost.CreateManagementClient();
        foreach (var host in (await management.GetFromJsonAsync<JsonElement[]>("api/vhosts?columns=name"))!)
            if (host.GetProperty("name").GetString()! is var name && Named().Match(name) is { Success: true } parts && !TestProcess.Lives(int.Parse(parts.Groups[1].ValueSpan)))
                using (await management.DeleteAsync($"api/vhosts/{name}"))
                {
                    // another process may have been quicker
                }
    }

    [GeneratedRegex("-p([0-9]+)-[0-9a-f]{32}$")]
    private static partial Regex Named();
}
