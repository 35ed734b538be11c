using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Billing.Clock;
using Billing.SimulatedGateway.Payments;
using Billing.SimulatedGateway.Recording;
using Billing.SimulatedGateway.Rules;

namespace Billing.SimulatedGateway;

/// <summary>What no real gateway has: its record to compare with, and rules that make it misbehave.</summary>
static class SimulatorEndpoints
{
    public static void MapSimulator(this WebApplication app)
    {
        var record = app.Services.GetRequiredService<PaymentRecord>();
        var rules = app.Services.GetRequiredService<RuleTable>();
        var keys = app.Services.GetRequiredService<IdempotencyKeys>();

        app.MapGet("/simulator/record", (RequestDelegate)(context =>
            StreamAsync(context, record.Captures, InstantAndPeriod, GatewayJson.Default.PaymentEntry)));
        app.MapGet("/simulator/refusals", (RequestDelegate)(context =>
            StreamAsync(context, record.Entries.Where(entry => !entry.IsCapture), InstantAndPeriod, GatewayJson.Default.PaymentEntry)));
        app.MapGet("/simulator/refunds", (RequestDelegate)(context =>
            StreamAsync(context, record.Refunds, entry => (entry.RefundedAt, entry.Period), GatewayJson.Default.RefundEntry)));
        app.MapGet("/simulator/totals", (RequestDelegate)(async context =>
        {
            if (EntryFilter.Read(context.Request.Query) is { } filter)
                await context.Response.WriteAsJsonAsync(RecordTotals.Of(
                    record.Captures.Where(entry => filter(InstantAndPeriod(entry))), record.Refunds.Where(entry => filter((entry.RefundedAt, entry.Period)))),
                        GatewayJson.Default.RecordTotals);
            else
                await RefuseFilterAsync(context);
        }));

        app.MapGet("/simulator/rules", (RequestDelegate)(context => context.Response.WriteAsJsonAsync(rules.Rules, GatewayJson.Default.GatewayRules)));
        app.MapPut("/simulator/rules", (RequestDelegate)(async context =>
        {
            var (wanted, fault) = await ReadRulesAsync(context);
            if (fault is not null)
            {
                context.Response.StatusCode = 400;
                await context.Response.WriteAsJsonAsync(new RuleRefusal(fault), GatewayJson.Default.RuleRefusal);
                return;
            }

            rules.Set(wanted!);
            context.Response.StatusCode = 204;
        }));

        app.MapPut("/simulator/clock", (RequestDelegate)(context => MoveClockAsync(context, app.Services.GetRequiredService<TimeProvider>())));

        app.MapDelete("/simulator/keys", (RequestDelegate)(context =>
        {
            var seconds =
                double.TryParse(context.Request.Query["older_than_seconds"], NumberStyles.Float, CultureInfo.InvariantCulture, out var given) ? given : 0;
            keys.Forget(TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 1e9)));
            context.Response.StatusCode = 204;
            return Task.CompletedTask;
        }));
    }

    /// <summary>The owner of the test clock tells how far it is ahead. A gateway that was started without one says no: its record has the real time.</summary>
    static async Task MoveClockAsync(HttpContext context, TimeProvider clock)
    {
        var wish = await JsonSerializer.DeserializeAsync(context.Request.Body, GatewayJson.Default.ClockWish);
        if (clock is TestClock test && wish is not null)
        {
            test.SetAhead(TimeSpan.FromMilliseconds(wish.AheadMilliseconds));
            context.Response.StatusCode = 204;
            return;
        }

        context.Response.StatusCode = 409;
        await context.Response.WriteAsJsonAsync(
            new RuleRefusal("This gateway runs by the real time; start it with Clock:Test=true to move its clock."), GatewayJson.Default.RuleRefusal);
    }

    static async Task<(GatewayRules? Rules, string? Fault)> ReadRulesAsync(HttpContext context)
    {
        try
        {
            var rules = await JsonSerializer.DeserializeAsync(context.Request.Body, GatewayJson.Default.GatewayRules);
            return (rules, rules is null ? "the body is null" : rules.Rules.Select(rule => rule.Fault()).FirstOrDefault(fault => fault is not null));
        }
        catch (JsonException e)
        {
            return (null, e.Message);
        }
    }

    static (DateTimeOffset At, string? Period) InstantAndPeriod(PaymentEntry entry) => (entry.CapturedAt, entry.Metadata.GetValueOrDefault("period"));

    static async Task StreamAsync<T>(HttpContext context, IEnumerable<T> entries, Func<T, (DateTimeOffset At, string? Period)> read, JsonTypeInfo<T> type)
    {
        if (EntryFilter.Read(context.Request.Query) is not { } filter)
        {
            await RefuseFilterAsync(context);
            return;
        }

        context.Response.ContentType = "application/x-ndjson";
        var written = 0;
        foreach (var entry in entries.Where(entry => filter(read(entry))))
        {
            using (var json = new Utf8JsonWriter(context.Response.BodyWriter))
                JsonSerializer.Serialize(json, entry, type);
            context.Response.BodyWriter.Write("\n"u8);
            if (++written % 200 == 0)
                await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        }

        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    static Task RefuseFilterAsync(HttpContext context)
    {
        context.Response.StatusCode = 400;
        return context.Response.WriteAsJsonAsync(new RuleRefusal("from and to must be instants such as 2026-11-01T00:00:00Z"), GatewayJson.Default.RuleRefusal);
    }

    static class EntryFilter
    {
        /// <summary>
        /// By <c>from</c> (inclusive), <c>to</c> (exclusive) and <c>period</c> (the caller's <c>metadata[period]</c>); null when one cannot be read.
        /// </summary>
        public static Func<(DateTimeOffset At, string? Period), bool>? Read(IQueryCollection query)
        {
            if (!TryInstant(query["from"], out var from) || !TryInstant(query["to"], out var to))
                return null;
            var period = query["period"] is [{ Length: > 0 } given] ? given : null;
            return entry => (from is null || entry.At >= from) && (to is null || entry.At < to) && (period is null || entry.Period == period);
        }

        static bool TryInstant(string? text, out DateTimeOffset? instant)
        {
            instant = null;
            if (string.IsNullOrEmpty(text))
                return true;
            if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed))
                return false;
            instant = parsed;
            return true;
        }
    }
}

/// <summary>How far the clock is to be ahead of the wall.</summary>
sealed record ClockWish(double AheadMilliseconds);
