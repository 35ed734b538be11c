using System.Text.RegularExpressions;
using Billing.Testing;

namespace Billing.Containers.Tests;

/// <summary>
/// Each program as a process, told word for word what compose and the manifests tell it, with the passwords and keys that <c>./billing</c> makes for them. The
/// servers that they are told of are not here: a service starts all the same, and says so.
/// </summary>
[Trait("Category", "Long"), TakesLong(120)]
public sealed partial class When_processes_are_told_their_settings
{
    const string Kubernetes = "kubernetes";

    static readonly string[] Hosts = ["console", "month-close", "notification", "scheduler", "seat-refresh"];

    public static TheoryData<string, string> Everywhere
    {
        get
        {
            var each = new TheoryData<string, string>();
            foreach (var place in ComposeFile.Names.Append(Kubernetes))
                foreach (var host in Hosts)
                    each.Add(place, host);
            return each;
        }
    }

    [Theory, MemberData(nameof(Everywhere))]
    public async Task Should_start(string place, string host)
    {
        var told = place != Kubernetes ? await OfComposeAsync(ComposeFile.Read(place)[host])
            : await OfManifestsAsync(Manifest.Programs.Single(one => one.Kind == "Deployment" && one.Name == host), "base/settings.yaml");
        // a folder of the container
        if (told.ContainsKey("Mail__PickupFolder"))
            told["Mail__PickupFolder"] = Path.Combine(Path.GetTempPath(), "billing-mail");
        using var process = new ServiceProcess(ProjectOf(host), told);
        process.Start();
        await Eventually.HoldsAsync(async () => process.HasEnded || await IsAliveAsync(process), "it lives, or has ended");
        Assert.False(process.HasEnded, process.Output);
    }

    /// <summary>On a real PostgreSQL; they need nothing else, and end.</summary>
    [Theory]
    [InlineData("month-close")]
    [InlineData("notification")]
    [InlineData("scheduler")]
    [InlineData("seat-refresh")]
    public async Task Should_migrate_and_end(string host)
    {
        await using var database = await TestDatabase.CreateAsync(host.Replace("-", "", StringComparison.Ordinal));
        var told = await OfManifestsAsync(Manifest.Programs.Single(one => one.Name == $"migrate-{host}"), "migrations/settings.yaml");
        Assert.All(database.Access.Settings.Keys, setting => Assert.Contains(setting.Replace(":", "__", StringComparison.Ordinal), told.Keys));
        (told["Database__ConnectionString"], told["Database__OwnerConnectionString"]) = (database.Access.Service, database.Access.Owner);
        using var process = new ServiceProcess(ProjectOf(host), told);
        process.Start();
        await Eventually.HoldsAsync(() => Task.FromResult(process.HasEnded), "the job has ended");
        Assert.True(process.ExitCode == 0, process.Output);
    }

    static string ProjectOf(string host) =>
        $"services/Billing.{string.Concat(host.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]))}";

    static async Task<bool> IsAliveAsync(ServiceProcess process)
    {
        try
        {
            using var answer = await process.Http.GetAsync(new Uri("health/live", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    static async Task<Dictionary<string, string>> OfComposeAsync(ComposeService service)
    {
        using var copy = new Shell.Copy();
        var made = await Shell.RunAsync("./billing compose-env && cat .env", copy.Folder);
        Assert.True(made.Code == 0, made.Errors);
        var values = made.Output.Split('\n').Where(line => line.Contains('=', StringComparison.Ordinal)).Select(line => line.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1]);
        return service.Environment.ToDictionary(one => one.Key,
            one => OfCompose().Replace(one.Value, hole => values.GetValueOrDefault(hole.Groups["name"].Value, "")));
    }

    /// <summary>With the settings that all share, and those of the example.</summary>
    static async Task<Dictionary<string, string>> OfManifestsAsync(Manifest program, string shared)
    {
        using var copy = new Shell.Copy();
        var printed = await Shell.RunAsync("./billing kubernetes-secrets", copy.Folder, new Dictionary<string, string>
        {
            ["BILLING_GATEWAY_API_KEY"] = "sk_test",
            ["BILLING_GATEWAY_WEBHOOK_SECRET"] = "whsec_0123456789",
            ["BILLING_SMTP_PASSWORD"] = "password"
        });
        Assert.True(printed.Code == 0, printed.Errors);
        var secrets = Yaml.ReadAll(printed.Output).ToDictionary(secret => $"{secret["metadata"]!["name"]}", secret => secret["stringData"]!);
        var maps = program.Container["envFrom"]!.AsArray().Select(from => $"{from!["configMapRef"]!["name"]}").ToList();
        var told = Manifest.All.Where(one => one.Kind == "ConfigMap" && maps.Contains(one.Name) && (one.File == shared || one.File == "example/settings.yaml"))
            .SelectMany(one => one.Root["data"]!.AsObject()).ToDictionary(one => one.Key, one => $"{one.Value}");
        foreach (var variable in program.Container["env"]!.AsArray())
        {
            var reference = variable!["valueFrom"]?["secretKeyRef"];
            told[$"{variable["name"]}"] = reference is not null ? $"{secrets[$"{reference["name"]}"][$"{reference["key"]}"]}"
                : OfCluster().Replace($"{variable["value"]}", hole => told[hole.Groups["name"].Value]);
        }

        return told;
    }

    [GeneratedRegex(@"\$\{(?<name>\w+)[^}]*\}")]
    private static partial Regex OfCompose();

    [GeneratedRegex(@"\$\((?<name>\w+)\)")]
    private static partial Regex OfCluster();
}
