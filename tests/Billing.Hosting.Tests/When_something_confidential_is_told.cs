using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Billing.Contracts;
using Billing.Hosting.Bus;
using Billing.Sealing;
using Billing.Testing;
using MassTransit;
using MassTransit.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Billing.Hosting.Tests;

/// <summary>Generated over every contract that marks a member as confidential: its example, with a secret in each of these members.</summary>
public sealed class When_something_confidential_is_told
{
    const string Secret = "wilhelmina.topsecret@example.com";
    static readonly Sealer Sealer = new("test", new Dictionary<string, byte[]> { ["test"] = new byte[Sealer.KeySize] });
    static readonly JsonSerializerOptions Json = ContractJson.Configure(SystemTextJsonMessageSerializer.Options);

    static IEnumerable<Type> Marked =>
        typeof(ConfidentialAttribute).Assembly.GetExportedTypes().Where(type => type.IsClass && ConfidentialMembers.Of(type).Any);

    static readonly Dictionary<string, string?> WithKey = new()
    {
        ["Sealing:CurrentKey"] = "test",
        ["Sealing:Keys:test"] = Convert.ToBase64String(new byte[Sealer.KeySize])
    };

    public static TheoryData<string> Contracts => [.. Marked.Select(type => type.FullName!)];

    [Fact]
    public void Should_be_marked_in_these_contracts() => Assert.Equal(
        ["ChangePaymentMethod.PaymentMethod", "RegisterAccount.Email", "RegisterAccount.PaymentMethod", "RegisterSubscription.AlertEmail",
            "ScheduleCommand.Body", "SendEmail.Subject", "SendEmail.Text", "SendEmail.To", "SendEmail.Values", "SendSms.Text", "SendSms.To"],
        Marked.SelectMany(type => type.GetProperties()).Where(IsMarked).Select(member => $"{member.DeclaringType!.Name}.{member.Name}").Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Contracts))]
    public void Should_be_sealed_in_every_body_that_leaves_or_is_set_aside(string contract)
    {
        var type = typeof(ConfidentialAttribute).Assembly.GetType(contract)!;
        foreach (var (told, form) in Bodies(type))
        {
            var body = Encoding.UTF8.GetBytes(told);
            var aside = Encoding.UTF8.GetString(SealedJson.SealReceived(body, [typeof(Contracts.MonthClose.V1.SetPrice), type], Sealer));
            Assert.DoesNotContain("topsecret", aside, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("sealed:v1:test:", aside, StringComparison.Ordinal);
            Assert.Equal(aside, Encoding.UTF8.GetString(SealedJson.SealReceived(Encoding.UTF8.GetBytes(aside), [type], Sealer)));     // once is enough
            Assert.Same(body, SealedJson.SealReceived(body, [type], Sealer.None));
            if (form == "plain")
                Assert.DoesNotContain("topsecret", Encoding.UTF8.GetString(SealedJson.Seal(body, type, Sealer)), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [MemberData(nameof(Contracts))]
    public void Should_be_read_as_it_was_by_who_has_the_key(string contract)
    {
        var type = typeof(ConfidentialAttribute).Assembly.GetType(contract)!;
        var body = Plain(type).ToJsonString();
        var read = JsonSerializer.Deserialize(SealedJson.Seal(Encoding.UTF8.GetBytes(body), type, Sealer), type, Json)!;
        Assert.Contains("sealed:v1:test:", JsonSerializer.Serialize(read, type, Json), StringComparison.Ordinal);
        ConfidentialMembers.Open(read, Sealer);
        Assert.Equal(JsonSerializer.Serialize(JsonSerializer.Deserialize(body, type, Json), type, Json), JsonSerializer.Serialize(read, type, Json));
    }

    [Fact]
    public async Task Should_lie_nowhere_in_clear_when_it_is_refused_or_its_consumer_fails()
    {
        var lines = new LinesLogged();
        await using var host = await HostAsync(WithKey, lines);
        var count = await PasteAllAsync(host);
        var lying = await LyingAsync(host, count);

        Assert.DoesNotContain(lying, text => text.Contains("topsecret", StringComparison.OrdinalIgnoreCase));
        Assert.All(lying, text => Assert.Contains("sealed:v1:test:", text, StringComparison.Ordinal));
        Assert.DoesNotContain(lines.All, line => line.Contains("topsecret", StringComparison.OrdinalIgnoreCase));
        var seen = await Leaks.SeenAsync(host.Broker);
        Assert.DoesNotContain(seen, text => text.Contains("topsecret", StringComparison.OrdinalIgnoreCase));
        Assert.Contains(seen, text => text.Contains("MassTransit:Fault[[", StringComparison.Ordinal) && text.Contains("sealed:v1:test:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Should_lie_as_it_came_when_there_is_no_key_and_be_shown_in_no_reason()
    {
        await using var host = await HostAsync([], new LinesLogged());
        var type = typeof(Contracts.MonthClose.V1.RegisterAccount);
        var body = Plain(type).ToJsonString();
        await host.PublishByHandAsync(Exchange(type), body);
        var lying = await host.TakeFromQueueAsync($"sample-failing-{KebabCaseEndpointNameFormatter.Instance.SanitizeName(type.Name)}_error");
        Assert.Equal(body, lying.GetProperty("payload").GetString());
        Assert.DoesNotContain("topsecret", lying.GetProperty("properties").GetRawText(), StringComparison.OrdinalIgnoreCase);
    }

    static async Task<HostUnderTest> HostAsync(Dictionary<string, string?> settings, LinesLogged lines)
    {
        var host = await HostUnderTest.StartAsync(
            x =>
            {
                foreach (var type in Marked)
                    x.AddConsumer(typeof(Failing<>).MakeGenericType(type)).Endpoint(endpoint =>
                        endpoint.Name = $"sample-failing-{KebabCaseEndpointNameFormatter.Instance.SanitizeName(type.Name)}");
            }, builder => builder.Logging.AddProvider(lines), settings);
        await Leaks.WitnessAsync(host.Broker, [.. Marked.Select(Exchange)]);
        return host;
    }

    static async Task<int> PasteAllAsync(HostUnderTest host)
    {
        var count = 0;
        foreach (var type in Marked)
            foreach (var (body, form) in Bodies(type))
            {
                await host.PublishByHandAsync(Exchange(type), body, form == "envelope" ? new { content_type = "application/vnd.masstransit+json" } : new { });
                count++;
            }

        return count;
    }

    static Task<IReadOnlyList<string>> LyingAsync(HostUnderTest host, int count) => Eventually.HoldsAsync(async () => (IReadOnlyList<string>)
        [.. (await Leaks.AnywhereAsync(host.Broker)).Where(text => text.StartsWith("sample-", StringComparison.Ordinal) && text.Contains("_error: ", StringComparison.Ordinal))],
        lying => lying.Count >= count, $"{count} are set aside");

    /// <summary>The example of the contract, as it should be and in every form in which somebody may get it wrong.</summary>
    static IEnumerable<(string Body, string Form)> Bodies(Type type)
    {
        var plain = Plain(type).ToJsonString();
        yield return (plain, "plain");
        yield return ($$"""{"messageType":["urn:message:{{Exchange(type)}}"],"message":{{plain}} }""", "envelope");
        yield return (plain[..^1], "no JSON");
        yield return ($"[{plain}]", "a list");
        yield return ($"\"{Secret}\"", "a text");
        yield return ($$"""{"emial":"{{Secret}}","nothing":{"else":"{{Secret}}"} }""", "unknown members");
        foreach (var member in type.GetProperties().Where(IsMarked))
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(member.Name);
            foreach (var wrong in (JsonNode[])[new JsonObject { ["is"] = Secret }, new JsonArray(Secret), new JsonArray(new JsonObject { ["is"] = Secret })])
            {
                var body = Plain(type);
                body[name] = wrong;
                yield return (body.ToJsonString(), "another kind of value");
            }

            yield return ($$"""{"{{name.ToUpperInvariant()}}":"{{Secret}}","{{name}}":"{{Secret}}"}""", "twice");
        }

        foreach (var list in type.GetProperties().Where(member => member.PropertyType.IsArray && !IsMarked(member)))
            foreach (var wrong in (JsonNode[])[Secret, new JsonObject { ["is"] = Secret }, new JsonArray(Secret), new JsonArray(new JsonArray(Secret))])
                yield return (new JsonObject { [JsonNamingPolicy.CamelCase.ConvertName(list.Name)] = wrong }.ToJsonString(), "no list of records");
    }

    static JsonObject Plain(Type type)
    {
        var example = JsonNode.Parse(ReadmeExamples.All[Exchange(type)])!.AsObject();
        Fill(example, type);
        return example;
    }

    static void Fill(JsonObject example, Type type)
    {
        foreach (var member in type.GetProperties())
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(member.Name);
            if (IsMarked(member))
                example[name] = member.PropertyType == typeof(Dictionary<string, string>) || member.PropertyType == typeof(JsonObject) ? new JsonObject { ["name"] = Secret } : Secret;
            else if (member.PropertyType is { IsArray: true } list && example[name] is JsonArray records && ConfidentialMembers.Of(list.GetElementType()!).Any)
                foreach (var record in records)
                    Fill(record!.AsObject(), list.GetElementType()!);
        }
    }

    static bool IsMarked(MemberInfo member) => member.IsDefined(typeof(ConfidentialAttribute));

    static string Exchange(Type type) => $"{type.Namespace}:{type.Name}";

    /// <summary>Quotes all that it was told, as an exception of a library may.</summary>
    public sealed class Failing<T> : IConsumer<T>
        where T : class
    {
        public Task Consume(ConsumeContext<T> context) => throw new CommandRejectedException(typeof(T).Name,
            [JsonSerializer.Serialize(context.Message, Json)]);
    }

    sealed class LinesLogged : ILoggerProvider, ILogger
    {
        readonly System.Collections.Concurrent.ConcurrentQueue<string> _lines = new();

        public IEnumerable<string> All => _lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue(Billing.Hosting.Logging.Masked.Text($"{formatter(state, exception)} {exception}"));

        public void Dispose()
        {
        }
    }
}
