using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Billing.Testing;

/// <summary>As whom something speaks with the broker.</summary>
public sealed record BrokerUser(string Name, string Password);

/// <summary>
/// The users of <c>infra/rabbitmq/definitions.json</c> on a broker of the tests, under names and passwords of their own: whatever a test starts has the rights
/// that it has in production, and no more.
/// </summary>
public static class BrokerUsers
{
    public const string MonthClose = "month-close";
    public const string Notification = "notification";
    public const string Scheduler = "scheduler";
    public const string SeatRefresh = "seat-refresh";
    public const string Console = "console";
    public const string Operator = "operator";
    public const string Publisher = "publisher";

    static readonly ConcurrentDictionary<string, Lazy<Task>> Made = [];

    static readonly Lazy<JsonElement> Definitions = new(() =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(Checkout.Root, "infra", "rabbitmq", "definitions.json"))).RootElement);

    static IEnumerable<JsonElement> Permissions => Definitions.Value.GetProperty("permissions").EnumerateArray()
        .Where(permission => permission.GetProperty("user").GetString() is MonthClose or Notification or Scheduler or SeatRefresh or Console or Operator or Publisher);

    /// <param name="name">Of the definitions.</param>
    /// <param name="broker">The broker, with its administrator: who knows him knows the others.</param>
    public static BrokerUser Of(string name, Uri broker)
    {
        ArgumentNullException.ThrowIfNull(broker);
        var secret = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Uri.UnescapeDataString(broker.UserInfo)}:{name}")));
        return new BrokerUser($"test-{name}", secret);
    }

    /// <summary>As whom the service of this database speaks.</summary>
    public static BrokerUser Of(ServiceDatabase database, Uri broker)
    {
        ArgumentNullException.ThrowIfNull(database);
        return Of(((string[])[MonthClose, Notification, Scheduler, SeatRefresh])
            .Single(name => name.Replace("-", "", StringComparison.Ordinal) == database.Purpose), broker);
    }

    /// <summary>Makes the users when they are not there, and gives them their rights on a virtual host, with its policies.</summary>
    public static async Task PermitAsync(HttpClient management, string virtualHost, Uri broker)
    {
        ArgumentNullException.ThrowIfNull(broker);
        await Made.GetOrAdd(broker.AbsoluteUri, _ => new Lazy<Task>(() => MakeAsync(management, broker))).Value;
        await Task.WhenAll(Permissions.Select(permission => PutAsync(management,
            $"api/permissions/{Uri.EscapeDataString(virtualHost)}/{Of(permission.GetProperty("user").GetString()!, broker).Name}", new
            {
                configure = permission.GetProperty("configure").GetString(),
                write = permission.GetProperty("write").GetString(),
                read = permission.GetProperty("read").GetString()
            })).Concat(Definitions.Value.GetProperty("policies").EnumerateArray().Select(policy => PutAsync(management,
                $"api/policies/{Uri.EscapeDataString(virtualHost)}/{policy.GetProperty("name").GetString()}", policy))));
    }

    static Task MakeAsync(HttpClient management, Uri broker) => Task.WhenAll(Permissions.Select(permission =>
    {
        var user = Of(permission.GetProperty("user").GetString()!, broker);
        return PutAsync(management, $"api/users/{user.Name}", new { password = user.Password, tags = "" });
    }));

    static async Task PutAsync<T>(HttpClient management, string path, T body)
    {
        using var answer = await management.PutAsJsonAsync(new Uri(path, UriKind.Relative), body);
        answer.EnsureSuccessStatusCode();
    }
}
