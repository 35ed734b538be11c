using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Billing.Contracts.MonthClose.V1;
using Billing.Hosting.Identity;
using Billing.MonthClose.Collect.Collecting;
using Billing.MonthClose.Look.Reconciling.Checks;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Billing.MonthClose.Books.Alerting;

/// <summary>Tells a person that something needs him: an event on the bus, an error in the log, a figure in the metrics.</summary>
sealed class Alerts(IPublishEndpoint bus, AlertThrottle book, TimeProvider clock, ILogger<Alerts> log)
{
    /// <param name="code">One of <see cref="AlertCode"/>.</param>
    /// <param name="subject">What it is about: the same code and subject again within a while is one alert.</param>
    /// <param name="message">What happened and what to do, in a sentence or two.</param>
    /// <param name="accountId">The account that it is about, if it is about one.</param>
    /// <param name="invoiceId">The invoice that it is about, if it is about one.</param>
    /// <param name="cancellationToken">Of the work that raises it.</param>
    public async Task RaiseAsync(string code, string subject, string message, string? accountId, Guid? invoiceId, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (!book.IsNews(code, subject, now))
            return;
        log.Alert(code, subject, message);
        await bus.Publish(new BillingAlert
        {
            AlertId = DeterministicGuid.Of($"alert:{code}:{subject}:{now.ToUnixTimeSeconds()}"),
            Code = code,
            Subject = subject,
            Message = message,
            AccountId = accountId,
            InvoiceId = invoiceId,
            RaisedAt = now
        }, cancellationToken);
    }
}

/// <summary>What was said lately, so that a storm of the same thing is one alert; and how often, in <c>billing_alerts_total</c>.</summary>
sealed class AlertThrottle
{
    /// <summary>Long enough to spare a person a storm, short enough to remind him that it goes on.</summary>
    static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    const int Most = 10_000;

    readonly ConcurrentDictionary<(string Code, string Subject), DateTimeOffset> _last = new();
    readonly Counter<long> _raised;

    public AlertThrottle(IMeterFactory meters) =>
        _raised = meters.Create("Billing.MonthClose").CreateCounter<long>("billing.alerts",
            description: "Things that need a person, by code; one that goes on is counted each time.");

    public bool IsNews(string code, string subject, DateTimeOffset now)
    {
        _raised.Add(1, new KeyValuePair<string, object?>("code", code));
        if (_last.Count > Most)
            foreach (var (known, at) in _last)
                if (now - at >= Window)
                    _last.TryRemove(known, out _);
        var last = _last.AddOrUpdate((code, subject), now, (_, before) => now - before >= Window || now < before ? now : before);
        return last == now;
    }
}

/// <summary>The names of what needs a person.</summary>
static class AlertCode
{
    /// <summary>The gateway holds another request under the key of a charge.</summary>
    public const string IdempotencyKeyMisused = "idempotency-key-misused";

    /// <summary>The gateway does not accept our requests.</summary>
    public const string GatewayRefusesUs = "gateway-refuses-us";

    /// <summary>The gateway was asked for the last time, and nobody knows what became of a charge.</summary>
    public const string ChargeUnresolved = "charge-unresolved";

    /// <summary>The gateway took money that the books cannot take in, such as a second payment of one invoice.</summary>
    public const string CaptureNotBooked = "capture-not-booked";

    /// <summary>A step of a run failed for good: the run stands still until a person takes it up again.</summary>
    public const string RunHalted = "run-halted";

    /// <summary>The report of a run could not be written.</summary>
    public const string ReportNotWritten = "report-not-written";
}

static class AlertingSetup
{
    public static void AddAlerting(this IServiceCollection services) => services.AddSingleton<AlertThrottle>().AddScoped<Alerts>();
}
