using System.Text.Json.Nodes;
using Billing.Testing;
using k8s;
using k8s.Models;

namespace Billing.Containers.Tests;

/// <summary>One object of <c>infra/kubernetes</c>, as it stands in its file.</summary>
sealed record Manifest(string File, JsonObject Root)
{
    public static string Folder { get; } = Path.Combine(Checkout.Root, "infra", "kubernetes");

    public static IReadOnlyList<string> Files { get; } = [.. Directory.EnumerateFiles(Folder, "*.yaml", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Folder, file)).Order(StringComparer.Ordinal)];

    /// <summary>But for those by which kustomize puts them together.</summary>
    public static IReadOnlyList<Manifest> All { get; } = [.. Files.Where(file => Path.GetFileName(file) != "kustomization.yaml")
        .SelectMany(file => Yaml.ReadAll(Text(file)).Select(root => new Manifest(file, root.AsObject())))];

    public string Kind => Root["kind"]!.ToString();

    public string Name => Root["metadata"]!["name"]!.ToString();

    /// <summary>Of a Deployment or a Job.</summary>
    public JsonObject Pod => Root["spec"]!["template"]!["spec"]!.AsObject();

    /// <summary>Of its one container.</summary>
    public JsonObject Container => Assert.Single(Pod["containers"]!.AsArray())!.AsObject();

    /// <summary>Those of ours that hold programs; a patch holds a part of one.</summary>
    public static IEnumerable<Manifest> Programs => All.Where(manifest =>
        manifest.Kind is "Deployment" or "Job" && !manifest.File.StartsWith("example/", StringComparison.Ordinal));

    public static string Text(string file) => System.IO.File.ReadAllText(Path.Combine(Folder, file));

    /// <summary>Reads a file as the cluster would: a field that its kind does not have, and a value of another sort, is refused.</summary>
    /// <exception cref="Exception">It says where and what.</exception>
    public static IReadOnlyList<object> Check(string text) => KubernetesYaml.LoadAllFromString(text, Kinds, strict: true);

    /// <summary>Those of the operators: what we use of them.</summary>
    static readonly Dictionary<string, Type> Kinds = new()
    {
        ["keda.sh/v1alpha1/ScaledObject"] = typeof(ScaledObject),
        ["keda.sh/v1alpha1/TriggerAuthentication"] = typeof(TriggerAuthentication),
        ["postgresql.cnpg.io/v1/Cluster"] = typeof(PostgresCluster),
        ["postgresql.cnpg.io/v1/Database"] = typeof(PostgresDatabase),
        ["rabbitmq.com/v1beta1/RabbitmqCluster"] = typeof(RabbitmqCluster),
        ["kustomize.config.k8s.io/v1beta1/Kustomization"] = typeof(Kustomization)
    };

    public override string ToString() => $"{Kind} {Name} of {File}";
}

class Custom
{
    public string? ApiVersion { get; set; }
    public string? Kind { get; set; }
    public V1ObjectMeta? Metadata { get; set; }
}

sealed class Named
{
    public string? Name { get; set; }
}

sealed class ScaledObject : Custom
{
    public Specification? Spec { get; set; }

    public sealed class Specification
    {
        public Named? ScaleTargetRef { get; set; }
        public int? MinReplicaCount { get; set; }
        public int? MaxReplicaCount { get; set; }
        public int? CooldownPeriod { get; set; }
        public List<Trigger>? Triggers { get; set; }
    }

    public sealed class Trigger
    {
        public string? Type { get; set; }
        public Dictionary<string, string>? Metadata { get; set; }
        public Named? AuthenticationRef { get; set; }
    }
}

sealed class TriggerAuthentication : Custom
{
    public Specification? Spec { get; set; }

    public sealed class Specification
    {
        public List<SecretTarget>? SecretTargetRef { get; set; }
    }

    public sealed class SecretTarget
    {
        public string? Parameter { get; set; }
        public string? Name { get; set; }
        public string? Key { get; set; }
    }
}

sealed class PostgresCluster : Custom
{
    public Specification? Spec { get; set; }

    public sealed class Specification
    {
        public int? Instances { get; set; }
        public string? ImageName { get; set; }
        public Storage? Storage { get; set; }
        public V1ResourceRequirements? Resources { get; set; }
        public Postgresql? Postgresql { get; set; }
        public Managed? Managed { get; set; }
    }

    public sealed class Storage
    {
        public string? Size { get; set; }
    }

    public sealed class Postgresql
    {
        public Dictionary<string, string>? Parameters { get; set; }
        public Synchronous? Synchronous { get; set; }
    }

    public sealed class Synchronous
    {
        public string? Method { get; set; }
        public int? Number { get; set; }
    }

    public sealed class Managed
    {
        public List<Role>? Roles { get; set; }
    }

    public sealed class Role
    {
        public string? Name { get; set; }
        public string? Ensure { get; set; }
        public bool? Login { get; set; }
        public Named? PasswordSecret { get; set; }
    }
}

sealed class PostgresDatabase : Custom
{
    public Specification? Spec { get; set; }

    public sealed class Specification
    {
        public Named? Cluster { get; set; }
        public string? Name { get; set; }
        public string? Owner { get; set; }
    }
}

sealed class RabbitmqCluster : Custom
{
    public Specification? Spec { get; set; }

    public sealed class Specification
    {
        public string? Image { get; set; }
        public int? Replicas { get; set; }
        public Persistence? Persistence { get; set; }
        public V1ResourceRequirements? Resources { get; set; }
        public Configuration? Rabbitmq { get; set; }
        public Override? Override { get; set; }
    }

    public sealed class Persistence
    {
        public string? Storage { get; set; }
    }

    public sealed class Configuration
    {
        public string? AdditionalConfig { get; set; }
    }

    public sealed class Override
    {
        public V1StatefulSet? StatefulSet { get; set; }
    }
}

sealed class Kustomization : Custom
{
    public string? Namespace { get; set; }
    public string? NameSuffix { get; set; }
    public List<string>? Resources { get; set; }
    public List<Image>? Images { get; set; }
    public List<Patch>? Patches { get; set; }

    public sealed class Image
    {
        public string? Name { get; set; }
        public string? NewName { get; set; }
        public string? NewTag { get; set; }
    }

    public sealed class Patch
    {
        public string? Path { get; set; }
    }
}
