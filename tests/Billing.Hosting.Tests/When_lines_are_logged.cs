using System.Globalization;
using Billing.Hosting.Logging;
using Billing.Testing;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serilog;

namespace Billing.Hosting.Tests;

public sealed class When_lines_are_logged
{
    [Theory]
    [InlineData("jane@example.com", "j***@example.com")]
    [InlineData("to jane.o'neil+bills@mail.example.co.uk, and x@y.org!", "to j***@mail.example.co.uk, and x***@y.org!")]
    [InlineData("call +4917612345678 now", "call +49***78 now")]
    [InlineData("call +49 176 1234-5678 now", "call +49***78 now")]
    [InlineData("2026-10-31T23:30:00+00:00 took 1234567890 ms", "2026-10-31T23:30:00+00:00 took 1234567890 ms")]
    public void Should_mask_addresses_of_people(string text, string masked) => Assert.Equal(masked, Masked.Text(text));

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    public void Should_let_no_address_through_whether_in_text_property_or_exception(string format)
    {
        using var written = new StringWriter();
        using (var log = new LoggerConfiguration().WriteTo.Sink(new WriterSink(LoggingSetup.Formatter(format), written)).CreateLogger())
            log.Error(new InvalidOperationException("cannot reach jane@example.com"), "Mail to {Address} for {@Customer}", "jane@example.com",
                new { Phone = "+4917612345678" });

        Assert.DoesNotContain("jane", written.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("7612345", written.ToString(), StringComparison.Ordinal);
        Assert.Contains("j***@example.com", written.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Should_mask_every_part_of_an_event_that_is_sent_in_parts()
    {
        var sent = new PartsSink();
        using (var log = new LoggerConfiguration().WriteTo.Sink(new MaskingSink(sent)).CreateLogger())
            log.Error(
                new InvalidOperationException("cannot reach jane@example.com"),
                    "Mail to {Address} for {@Customer} beside bob@example.com: {Count} {@Others} {@ByName}",
                "jane@example.com", new { Phone = "+4917612345678" }, 3, new[] { "jane@example.com" },
                    new Dictionary<string, string> { ["jane@example.com"] = "+4917612345678" });

        var sentEvent = Assert.Single(sent.Events);
        var text = sentEvent.RenderMessage(CultureInfo.InvariantCulture) + string.Join('\n', sentEvent.Properties.Select(property =>
            $"{property.Key}: {property.Value}"));
        Assert.Null(sentEvent.Exception);
        Assert.DoesNotContain("jane", text, StringComparison.Ordinal);
        Assert.DoesNotContain("bob", text, StringComparison.Ordinal);
        Assert.DoesNotContain("7612345", text, StringComparison.Ordinal);
        Assert.Contains("cannot reach j***@example.com", text, StringComparison.Ordinal);
        Assert.Equal(3, Assert.IsType<Serilog.Events.ScalarValue>(sentEvent.Properties["Count"]).Value);
    }

    sealed class PartsSink : Serilog.Core.ILogEventSink
    {
        public List<Serilog.Events.LogEvent> Events { get; } = [];

        public void Emit(Serilog.Events.LogEvent logEvent) => Events.Add(logEvent);
    }

    [Fact]
    public async Task Should_carry_the_ids_of_the_message_in_hand()
    {
        var lines = new ScopeCollector();
        var journal = new Journal();
        await using var host = await HostUnderTest.StartAsync(x => x.AddConsumer<RegisterAccountConsumer>(), builder =>
        {
            builder.Services.AddSingleton(journal);
            builder.Services.AddSingleton<ILoggerProvider>(lines);
        });
        journal.Meanwhile = context =>
        {
            host.App.Services.GetRequiredService<ILogger<Journal>>().LogInformation("in the consumer");
            return Task.CompletedTask;
        };
        var conversation = NewId.NextGuid();

        await host.App.Services.GetRequiredService<IBus>().Publish(
            new RegisterAccount { AccountId = "A-1", Currency = "USD", Seats = 1 }, context => context.ConversationId = conversation);

        await Eventually.HoldsAsync(() => Task.FromResult(journal.Handled.Count == 1), "it was handled");
        var ids = Assert.Single(lines.Of("in the consumer"));
        Assert.Equal(conversation, ids["ConversationId"]);
        Assert.Contains("MessageId", ids.Keys);
    }

    /// <summary>As the management page sends it: no envelope, and ids in the properties, or none.</summary>
    [Theory]
    [InlineData("""{"message_id":"11111111-1111-1111-1111-111111111111"}""", "11111111-1111-1111-1111-111111111111")]
    [InlineData("""{"message_id":"11111111-1111-1111-1111-111111111111","correlation_id":"22222222-2222-2222-2222-222222222222"}""",
        "22222222-2222-2222-2222-222222222222")]
    [InlineData("""{"correlation_id":"22222222-2222-2222-2222-222222222222","headers":{"ConversationId":"33333333-3333-3333-3333-333333333333"}}""",
        "33333333-3333-3333-3333-333333333333")]
    [InlineData("{}", null)]
    public async Task Should_carry_the_id_of_a_plain_command_into_what_it_brings_about(string properties, string? conversation)
    {
        var (first, then) = await RegisterAndWelcomeAsync(System.Text.Json.JsonSerializer.Deserialize<System.Text.Json.JsonElement>(properties));

        Assert.Equal(conversation ?? first["MessageId"].ToString(), first["ConversationId"].ToString());
        Assert.Equal(first["ConversationId"], then["ConversationId"]);
    }

    /// <summary>No collector is set: the ids of the trace are made, kept and handed on all the same.</summary>
    [Theory]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "0af7651916cd43dd8448eb211c80319c")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319d-b7ad6b7169203331-00", "0af7651916cd43dd8448eb211c80319d")]
    [InlineData("no trace at all", null)]
    public async Task Should_be_of_the_trace_that_a_plain_command_names_and_what_it_brings_about_too(string traceParent, string? trace)
    {
        var (first, then) = await RegisterAndWelcomeAsync(new { headers = new { traceparent = traceParent } });

        Assert.Equal(trace ?? first["TraceId"], first["TraceId"]);
        Assert.Equal(first["TraceId"], then["TraceId"]);
    }

    /// <summary>A plain command whose consumer says something that another one hears: what stands beside the line of each.</summary>
    static async Task<(IReadOnlyDictionary<string, object> First, IReadOnlyDictionary<string, object> Then)> RegisterAndWelcomeAsync(object properties)
    {
        var lines = new ScopeCollector();
        var journal = new Journal();
        await using var host = await HostUnderTest.StartAsync(x =>
        {
            x.AddConsumer<RegisterAccountConsumer>();
            x.AddConsumer<WelcomeConsumer>();
        }, builder =>
        {
            builder.Services.AddSingleton(journal);
            builder.Services.AddSingleton<ILoggerProvider>(lines);
        });
        journal.Meanwhile = context =>
        {
            host.App.Services.GetRequiredService<ILogger<Journal>>().LogInformation("registered");
            return context.Publish(new WelcomeAccount { AccountId = context.Message.AccountId });
        };

        await host.PublishByHandAsync("Billing.Hosting.Tests:RegisterAccount", """{"accountId":"A-1","currency":"USD","seats":1}""",
            properties);

        await Eventually.HoldsAsync(() => Task.FromResult(lines.Of("welcomed").Any()), "it was welcomed");
        return (Assert.Single(lines.Of("registered")), Assert.Single(lines.Of("welcomed")));
    }

    [Fact]
    public void Should_show_the_trace_in_a_line_for_people()
    {
        using var written = new StringWriter();
        using var work = new System.Diagnostics.Activity("work").SetIdFormat(System.Diagnostics.ActivityIdFormat.W3C).Start();
        using (var log = new LoggerConfiguration().WriteTo.Sink(new WriterSink(LoggingSetup.Formatter("text"), written)).CreateLogger())
            log.Information("done");

        Assert.EndsWith($" {work.TraceId}", written.ToString().TrimEnd(), StringComparison.Ordinal);
    }

    sealed class WriterSink(Serilog.Formatting.ITextFormatter formatter, TextWriter writer) : Serilog.Core.ILogEventSink
    {
        public void Emit(Serilog.Events.LogEvent logEvent) => formatter.Format(logEvent, writer);
    }
}
