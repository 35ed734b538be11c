using System.Text.Json;
using System.Text.RegularExpressions;
using Billing.Testing;

namespace Billing.Documents.Tests;

/// <summary>
/// RabbitMQ 4 refuses what earlier versions took, or takes it otherwise: mirrored queues are gone, a quorum queue sets a message aside after 20 deliveries
/// unless told, a message has 16 MiB at most, and what is deprecated may be switched off. Nothing that is defined or asked for here depends on any of it.
/// </summary>
public sealed class When_the_broker_is_of_a_later_version
{
    /// <summary>In bytes, as RabbitMQ 4 has it.</summary>
    const int LargestMessage = 16 * 1024 * 1024;

    static readonly JsonElement Definitions = JsonDocument.Parse(TextOf("infra/rabbitmq/definitions.json")).RootElement;

    static IEnumerable<JsonElement> Queues => Definitions.GetProperty("queues").EnumerateArray();
    static IEnumerable<JsonElement> Policies => Definitions.GetProperty("policies").EnumerateArray();

    [Fact]
    public void Should_find_no_queue_that_is_mirrored_transient_or_of_one_node() => Assert.All(Queues, queue =>
    {
        Assert.Equal("quorum", queue.GetProperty("arguments").GetProperty("x-queue-type").GetString());
        Assert.True(queue.GetProperty("durable").GetBoolean());
        Assert.False(queue.GetProperty("auto_delete").GetBoolean());
        // a quorum queue refuses each of these, or has no use for it
        foreach (var argument in (string[])["x-max-priority", "x-queue-mode", "x-queue-master-locator", "x-queue-version", "x-expires"])
            Assert.False(queue.GetProperty("arguments").TryGetProperty(argument, out _), $"{queue.GetProperty("name")} has {argument}");
    });

    [Fact]
    public void Should_find_no_policy_of_mirrors() => Assert.All(Policies.SelectMany(policy => policy.GetProperty("definition").EnumerateObject()),
        key => Assert.Matches("^(max-length|max-length-bytes|overflow|delivery-limit)$", key.Name));

    /// <summary>By an argument, or by the policy that matches its name; so have the queues of what failed, which are made when something fails.</summary>
    [Fact]
    public void Should_say_how_often_each_message_may_be_delivered()
    {
        var names = Queues.Select(queue => queue.GetProperty("name").GetString()!);
        foreach (var name in names.Concat(["month-close-some-command_error", "scheduler-some-command_skipped"]))
            Assert.True(ArgumentOf(name) == 100 || PolicyOf(name) == 100, $"{name} leaves it to the broker how often a message may be delivered");

        static int? ArgumentOf(string name) => Queues.Where(queue => queue.GetProperty("name").GetString() == name)
            .Select(queue => Number(queue.GetProperty("arguments"), "x-delivery-limit")).FirstOrDefault();

        static int? PolicyOf(string name) => Policies.Where(policy => Regex.IsMatch(name, policy.GetProperty("pattern").GetString()!))
            .OrderByDescending(policy => policy.GetProperty("priority").GetInt32())
            .Select(policy => Number(policy.GetProperty("definition"), "delivery-limit")).FirstOrDefault();

        static int? Number(JsonElement some, string name) => some.TryGetProperty(name, out var number) ? number.GetInt32() : null;
    }

    /// <summary>A broker that is older is told the same bound: what would be too large there is too large in every test.</summary>
    [Fact]
    public void Should_bound_a_message_as_it_does() =>
        Assert.Contains($"max_message_size = {LargestMessage}", TextOf("infra/rabbitmq/20-billing.conf").Split('\n'));

    /// <summary>A bound for all consumers of a channel together is gone; each has its own.</summary>
    [Fact]
    public void Should_be_asked_for_no_bound_that_channels_share() =>
        Assert.All(Sources("infra").Concat(Sources("services")),
            source => Assert.DoesNotMatch(@"GlobalPrefetch|global: true|BasicQosAsync\([^)]*true", source));

    static IEnumerable<string> Sources(string folder) => Directory.EnumerateFiles(ReadmeExamples.PathOf(folder), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)).Select(File.ReadAllText);

    static string TextOf(string file) => File.ReadAllText(ReadmeExamples.PathOf(file));
}
