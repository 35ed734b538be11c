using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using Billing.Contracts.MonthClose.V1;
using Billing.Contracts.Notification.V1;
using Billing.MonthClose.Collect.Collecting;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Xunit;
using Xunit.Abstractions;

namespace Billing.MonthClose.Tests.Close.Running;

/// <summary>
/// One command that is pasted with a trace and a conversation of its own: each step that follows from it, over the outbox, the gateway and a timer of days, is
/// of that trace and that conversation.
/// </summary>
public sealed class When_a_command_is_followed(ITestOutputHelper output) : IAsyncLifetime, IDisposable
{
    static readonly ActivityTraceId Trace = ActivityTraceId.CreateRandom();
    static readonly ActivitySpanId Sender = ActivitySpanId.CreateRandom();
    static readonly Guid Correlation = Guid.NewGuid();

    readonly MonthCloseHouse house = new();
    readonly ConcurrentQueue<Activity> _steps = new();
    ActivityListener _listener = null!;

    public async Task InitializeAsync()
    {
        // only of our trace: other tests of this process work beside this one
        _listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.Parent.TraceId == Trace ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStarted = activity =>
            {
                if (activity.TraceId == Trace)
                    _steps.Enqueue(activity);
            }
        };
        ActivitySource.AddActivityListener(_listener);
        await house.InitializeAsync();
    }

    public Task DisposeAsync() => house.DisposeAsync();

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Should_find_every_step_in_one_trace_and_one_conversation()
    {
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync(Sample.Account("acme"), Sample.Account("poor") with { PaymentMethod = "pm_soft" });
        await house.GatewayRulesAsync(new { payment_method = "pm_soft", behaviour = "decline", code = "insufficient_funds" });
        await house.UseAsync(Sample.Use("acme", 1000), Sample.Use("poor", 1000));

        await house.Broker.PasteAsync("Billing.Contracts.MonthClose.V1:StartMonthClose", """{ "period": "2026-10" }""", $"{Correlation}", $"00-{Trace}-{Sender}-01");
        await house.HearsAsync<MonthCloseCompleted>();
        await house.HearsAsync<SendEmails>(mail => mail.Emails.Any(email => email.Template == "receipt"));
        await house.CollectionIsAsync("poor", nameof(Collection.Dunning));
        var before = _steps.Count;
        await house.PassDueTimeAsync("poor");
        await Eventually.HoldsAsync(() => house.ChargesOfAsync("poor"), charges => charges == 2, "the refused charge is tried again");
        await house.QuietAsync();

        var steps = _steps.ToList();
        var names = steps.Select(step => step.OperationName).Distinct().Order(StringComparer.Ordinal).ToList();
        names.ForEach(output.WriteLine);
        Assert.Superset(
            (HashSet<string>)
            [
                "month-close-start-month-close process", "month-close-run-state process", "month-close-cut-chunks process", "month-close-chunk-state process",
                "month-close-issue-invoices process", "month-close-charge-invoices process", "month-close-email-invoices process",
                "month-close-send-receipts process", "month-close-end-chunk process", "month-close-collection-state process",
                "month-close-tell-customer process", "month-close-retry-charge process", "System.Net.Http.HttpRequestOut"
            ],
            names.ToHashSet());
        Assert.Contains(steps.Skip(before), step => step.OperationName == "System.Net.Http.HttpRequestOut");      // by the timer, a day later

        // one tree: every step was begun by another one, and the first by whoever pasted the command
        var known = steps.Select(step => step.SpanId).Append(Sender).ToHashSet();
        Assert.Empty(steps.Where(step => !known.Contains(step.ParentSpanId)).Select(step => step.OperationName));
        var conversations = steps.Select(step => step.GetTagItem("messaging.message.conversation_id")).OfType<string>().Distinct();
        Assert.Equal([$"{Correlation}"], conversations);
    }
}
