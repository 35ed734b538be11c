using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Billing.Testing;

namespace Billing.Containers.Tests;

/// <summary>The manifests by the schema of their kinds, and what holds of all of ours, without a cluster that takes them.</summary>
public sealed partial class When_kubernetes_manifests_are_read
{
    static readonly string Version = XDocument.Load(Path.Combine(Checkout.Root, "Directory.Build.props")).Descendants("Version").Single().Value;

    public static TheoryData<string> Files => [.. Manifest.Files];

    [Theory, MemberData(nameof(Files))]
    public void Should_be_of_their_kinds(string file) => Assert.NotEmpty(Manifest.Check(Manifest.Text(file)));

    [Theory]
    [InlineData("readinessProbe:", "readynessProbe:")]
    [InlineData("replicas: 2", "replicas: two")]
    [InlineData("terminationGracePeriodSeconds: 40", "terminationGracePeriodSeconds: [40]")]
    [InlineData("containerPort: 8080", "containerPort: http")]
    [InlineData("runAsNonRoot: true", "runAsNonRoot: perhaps")]
    [InlineData("readOnlyRootFilesystem", "readOnlyRootFileSystem")]
    [InlineData("minAvailable: 1", "minimumAvailable: 1")]
    public void Should_be_refused_when_they_are_not(string right, string wrong)
    {
        var text = Manifest.Text("base/scheduler.yaml");
        Assert.Contains(right, text, StringComparison.Ordinal);
        Assert.ThrowsAny<Exception>(() => Manifest.Check(text.Replace(right, wrong, StringComparison.Ordinal)));
    }

    [Fact]
    public void Should_be_refused_when_an_operator_does_not_know_a_field()
    {
        var text = Manifest.Text("base/scaling.yaml").Replace("maxReplicaCount", "maxReplicas", StringComparison.Ordinal);
        Assert.ThrowsAny<Exception>(() => Manifest.Check(text));
    }

    [Fact]
    public void Should_be_put_together_without_one_that_is_missing_or_forgotten()
    {
        foreach (var folder in Manifest.Files.Select(file => Path.GetDirectoryName(file)!).Distinct())
        {
            var kustomization = Yaml.Read(Path.Combine(Manifest.Folder, folder, "kustomization.yaml"));
            var named = (kustomization["resources"]?.AsArray() ?? []).Select(resource => resource!.ToString())
                .Concat((kustomization["patches"]?.AsArray() ?? []).Select(patch => patch!["path"]!.ToString()))
                .ToLookup(name => name.StartsWith("..", StringComparison.Ordinal));
            Assert.All(named[true], other => Assert.True(Directory.Exists(Path.Combine(Manifest.Folder, folder, other)), other));
            Assert.Equal(Manifest.Files.Where(file => Path.GetDirectoryName(file) == folder && !file.EndsWith("kustomization.yaml", StringComparison.Ordinal))
                .Select(file => Path.GetFileName(file)), named[false].Order(StringComparer.Ordinal));
        }

        Assert.Equal("console month-close notification scheduler seat-refresh", NamesOf("Deployment"));
        Assert.Equal("migrate-month-close migrate-notification migrate-scheduler migrate-seat-refresh", NamesOf("Job"));
    }

    static string NamesOf(string kind) => string.Join(' ', Of(kind).Select(one => one.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Should_let_a_program_do_no_more_than_it_needs() => Assert.All(Manifest.Programs, program =>
    {
        var (pod, container) = (program.Pod["securityContext"]!, program.Container["securityContext"]!);
        Assert.Equal(("true", "1654", "RuntimeDefault"), ($"{pod["runAsNonRoot"]}", $"{pod["runAsUser"]}", $"{pod["seccompProfile"]!["type"]}"));
        Assert.Equal(("true", "false", """["ALL"]"""), ($"{container["readOnlyRootFilesystem"]}", $"{container["allowPrivilegeEscalation"]}",
            container["capabilities"]!["drop"]!.ToJsonString()));
        Assert.Equal("false", $"{program.Pod["automountServiceAccountToken"]}");
        Assert.False(program.Pod.ContainsKey("hostNetwork") || program.Pod.ContainsKey("hostPID"));
        Assert.Equal(["/tmp"], program.Container["volumeMounts"]!.AsArray().Select(mount => mount!["mountPath"]!.ToString()));
    });

    [Fact]
    public void Should_say_what_a_program_asks_for_and_gets_at_most() => Assert.All(Manifest.Programs, program =>
        Assert.All((string[])["requests", "limits"], bound => Assert.All((string[])["cpu", "memory"], what =>
            Assert.NotNull(program.Container["resources"]?[bound]?[what]))));

    [Fact]
    public void Should_ask_each_service_whether_it_started_is_ready_and_lives() => Assert.All(Of("Deployment"), service =>
    {
        foreach (var (probe, path) in new[] { ("startupProbe", "/health/startup"), ("readinessProbe", "/health/ready"), ("livenessProbe", "/health/live") })
            Assert.Equal((path, "http"), ($"{service.Container[probe]!["httpGet"]!["path"]}", $"{service.Container[probe]!["httpGet"]!["port"]}"));
        Assert.Equal(("http", "8080"), ($"{service.Container["ports"]![0]!["name"]}", $"{service.Container["ports"]![0]!["containerPort"]}"));
        // the host takes up to 30 s
        Assert.InRange((int)service.Pod["terminationGracePeriodSeconds"]!, 35, 120);
    });

    [Fact]
    public void Should_keep_a_process_of_each_while_nodes_and_versions_change() => Assert.All(Of("Deployment"), service =>
    {
        var budget = Assert.Single(Of("PodDisruptionBudget"), one => Selects(one.Root["spec"]!["selector"]!["matchLabels"]!, service));
        var scaler = Of("ScaledObject").SingleOrDefault(one => one.Root["spec"]!["scaleTargetRef"]!["name"]!.ToString() == service.Name);
        // one of the two says how many there are
        Assert.NotEqual(scaler is null, service.Root["spec"]!["replicas"] is null);
        var least = (int)(service.Root["spec"]!["replicas"] ?? scaler!.Root["spec"]!["minReplicaCount"]!);
        var kept = budget.Root["spec"]!.AsObject().First();
        Assert.Equal(least > 1 ? "minAvailable 1" : "maxUnavailable 1", $"{kept.Key} {kept.Value}");
        Assert.Equal("0", $"{service.Root["spec"]!["strategy"]!["rollingUpdate"]!["maxUnavailable"]}");
        var apart = service.Pod["affinity"]!["podAntiAffinity"]!["preferredDuringSchedulingIgnoredDuringExecution"]![0]!["podAffinityTerm"]!;
        Assert.True(apart["topologyKey"]!.ToString() == "kubernetes.io/hostname" && Selects(apart["labelSelector"]!["matchLabels"]!, service));
        Assert.Single(Of("Service"), one => one.Name == service.Name && Selects(one.Root["spec"]!["selector"]!, service));
    });

    static bool Selects(JsonNode labels, Manifest service) =>
        labels.AsObject().All(label => service.Root["spec"]!["template"]!["metadata"]!["labels"]![label.Key]?.ToString() == label.Value!.ToString());

    [Fact]
    public void Should_be_of_this_version()
    {
        Assert.All(Manifest.Programs, program =>
            Assert.Equal($"billing/{program.Name.Replace("migrate-", "", StringComparison.Ordinal)}:{Version}", $"{program.Container["image"]}"));
        foreach (var folder in new[] { "example", "migrations" })
        {
            var kustomization = Yaml.Read(Path.Combine(Manifest.Folder, folder, "kustomization.yaml"));
            Assert.All(kustomization["images"]!.AsArray(), image => Assert.Equal(Version, $"{image!["newTag"]}"));
            if (folder == "migrations")
                Assert.Equal($"-{Version.Replace('.', '-')}", $"{kustomization["nameSuffix"]}");
        }
    }

    [Fact]
    public void Should_name_only_settings_that_exist()
    {
        Assert.All(Of("ConfigMap"), map => Assert.All(map.Root["data"]!.AsObject(), setting =>
            Assert.True(Settings.Knows(setting.Key) && !Settings.IsSecret(setting.Key), $"{setting.Key} of {map}")));
        Assert.All(Manifest.Programs, program =>
        {
            var text = program.Container.ToJsonString();
            Assert.All(Variables(program).Select(variable => variable.Name), name =>
                Assert.True(Settings.Knows(name) || text.Contains($"$({name})", StringComparison.Ordinal), $"{name} of {program}"));
            Assert.Equal(Variables(program).Count, Variables(program).Select(variable => variable.Name).Distinct().Count());
        });
    }

    [Fact]
    public void Should_have_secrets_by_reference_only()
    {
        Assert.Empty(Of("Secret"));
        Assert.All(Manifest.Programs, program => Assert.All(Variables(program), variable =>
        {
            Assert.True(!Settings.IsSecret(variable.Name) || variable.Value is null, $"{variable.Name} of {program}");
            Assert.DoesNotMatch(@"(?i)password=(?!\$\()", variable.Value ?? "");
            foreach (Match used in Used().Matches(variable.Value ?? ""))
                Assert.Contains((used.Groups["name"].Value, null), Variables(program).TakeWhile(before => before != variable));
        }));
    }

    /// <summary>Who works with the tables does not know the password of him who may change them.</summary>
    [Fact]
    public void Should_let_only_migrations_know_the_owner()
    {
        Assert.All(Of("Deployment"), service => Assert.DoesNotContain("owner", service.Root.ToJsonString(), StringComparison.OrdinalIgnoreCase));
        Assert.All(Of("Job"), job =>
        {
            Assert.Contains(Variables(job), variable => variable is { Name: "Database__OnlyMigrate", Value: "true" });
            Assert.Contains(Variables(job), variable => variable.Name == "Database__OwnerConnectionString");
        });
        Assert.Equal(DataOf("base/settings.yaml"), DataOf("migrations/settings.yaml"));
    }

    static string DataOf(string file) => Manifest.All.Single(one => one.File == file).Root["data"]!.ToJsonString();

    [Fact]
    public async Task Should_find_each_secret_that_the_script_prints()
    {
        using var copy = new Shell.Copy();
        var printed = await Shell.RunAsync("./billing kubernetes-secrets", copy.Folder, new Dictionary<string, string>
        {
            ["BILLING_GATEWAY_API_KEY"] = "sk_\"test",
            ["BILLING_GATEWAY_WEBHOOK_SECRET"] = "whsec_test",
            ["BILLING_SMTP_PASSWORD"] = "p\\w"
        });
        Assert.True(printed.Code == 0, printed.Errors);
        Assert.NotEmpty(Manifest.Check(printed.Output));
        var secrets = Yaml.ReadAll(printed.Output).ToDictionary(secret => $"{secret["metadata"]!["name"]}", secret => secret["stringData"]!.AsObject());
        Assert.Equal(("sk_\"test", "p\\w"), ($"{secrets["billing-gateway"]["api-key"]}", $"{secrets["billing-mail"]["password"]}"));
        foreach (var (name, key) in Manifest.Programs.SelectMany(References).Concat(Of("TriggerAuthentication")
            .SelectMany(one => one.Root["spec"]!["secretTargetRef"]!.AsArray().Select(target => ($"{target!["name"]}", $"{target["key"]}")))))
            Assert.True(secrets.TryGetValue(name, out var values) && values[key]!.ToString().Length > 0, $"{name}/{key} is not printed");
        foreach (var role in Of("Cluster").Single().Root["spec"]!["managed"]!["roles"]!.AsArray())
            Assert.Equal($"{role!["name"]}", $"{secrets[$"{role["passwordSecret"]!["name"]}"]["username"]}");
        var definitions = JsonNode.Parse(secrets["billing-broker-definitions"]["definitions.json"]!.ToString())!;
        Assert.DoesNotContain("@", definitions["users"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(secrets["billing-broker"].Select(user => user.Key).Order(StringComparer.Ordinal),
            definitions["users"]!.AsArray().Select(user => $"{user!["name"]}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Should_count_messages_of_queues_that_exist()
    {
        var queues = Of("ScaledObject").SelectMany(one => one.Root["spec"]!["triggers"]!.AsArray())
            .Select(trigger => $"{trigger!["metadata"]!["queueName"]}").ToList();
        Assert.Equal(3, queues.Count);
        var consumers = ((string[])["MonthClose", "Notification"]).SelectMany(service => Consumer()
            .Matches(File.ReadAllText(Path.Combine(Checkout.Root, "services", $"Billing.{service}", $"{service}Bus.cs")))
            .Select(consumer => Hump().Replace(service + consumer.Groups["name"].Value, "-").ToLowerInvariant())).ToList();
        Assert.Contains("month-close-start-month-close", consumers);
        Assert.All(queues, queue => Assert.Contains(queue, consumers));
    }

    static IEnumerable<Manifest> Of(string kind) => Manifest.All.Where(one => one.Kind == kind && one.File != "example/more-memory.yaml");

    static List<(string Name, string? Value)> Variables(Manifest program) =>
        [.. program.Container["env"]!.AsArray().Select(variable => ($"{variable!["name"]}", variable["value"]?.ToString()))];

    static IEnumerable<(string Name, string Key)> References(Manifest program) => program.Container["env"]!.AsArray()
        .Select(variable => variable!["valueFrom"]?["secretKeyRef"]).OfType<JsonNode>().Select(reference => ($"{reference["name"]}", $"{reference["key"]}"));

    [GeneratedRegex(@"\$\((?<name>\w+)\)")]
    private static partial Regex Used();

    [GeneratedRegex("AddConsumer<(?<name>[A-Za-z]+)Consumer[,>]")]
    private static partial Regex Consumer();

    [GeneratedRegex("(?<=[a-z])(?=[A-Z])")]
    private static partial Regex Hump();
}
