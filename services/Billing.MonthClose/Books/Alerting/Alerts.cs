using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Billing.Contracts;
using Billing.Contracts.MonthClose.V1;
using Billing.Hosting.Identity;
using Billing.Hosting.Texts;
using Billing.Persistence;
using Billing.Persistence.Personal;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.MonthClose.Books.Alerting;

/// <summary>
/// Tells a person that something needs him: an event on the bus, an error in the log, a figure in the metrics. What was said lately is a row in the
/// transaction that says it: a storm of the same thing is one alert over all processes, and a transaction that fails has said nothing.
/// </summary>
sealed class Alerts(MonthCloseDbContext db, IBulkWriter bulk, IPublishEndpoint bus, AlertCounter counter, TimeProvider clock, ILogger<Alerts> log)
{
    /// <summary>Long enough to spare a person a storm, short enough to remind him that it goes on.</summary>
    static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    /// <param name="code">One of <see cref="AlertCode"/>.</param>
    /// <param name="subject">What it is about: the same code and subject again within ten minutes is one alert.</param>
    /// <param name="message">What happened and what to do, in a sentence or two.</param>
    /// <param name="accountId">The account that it is about, if it is about one.</param>
    /// <param name="invoiceId">The invoice that it is about, if it is about one.</param>
    /// <param name="cancellationToken">Of the work that raises it.</param>
    public async Task RaiseAsync(string code, string subject, string message, string? accountId, Guid? invoiceId, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        counter.Count(code);
        var since = now - Window;
        if (await db.Set<RaisedAlert>().AnyAsync(alert => alert.Code == code && alert.Subject == subject && alert.RaisedAt > since && alert.RaisedAt <= now,
            cancellationToken))
            return;
        // Two that raise it in the same moment raise it once.
        var alert = new RaisedAlert
        {
            AlertId = DeterministicGuid.Of($"alert:{code}:{subject}:{now.Ticks / Window.Ticks}"),
            Code = code,
            Subject = subject.ShortenedTo(RaisedAlert.LongestSubject),
            Message = message.ShortenedTo(RaisedAlert.LongestMessage),
            AccountId = accountId,
            InvoiceId = invoiceId,
            RaisedAt = now
        };
        if ((await bulk.InsertNewAsync(db, [alert], cancellationToken)).Count == 0)
            return;
        log.Alert(code, subject, message);
        await bus.Publish(new BillingAlert
        {
            AlertId = alert.AlertId,
            Code = code,
            Subject = subject,
            Message = message,
            AccountId = accountId,
            InvoiceId = invoiceId,
            RaisedAt = now
        }, cancellationToken);
    }
}

/// <summary>An alert that was raised. It stays: it is the list of what needed a person.</summary>
public sealed class RaisedAlert
{
    public const int LongestSubject = 400;
    public const int LongestMessage = 2000;

    /// <summary>One for each code, subject and ten minutes.</summary>
    public required Guid AlertId { get; init; }

    public required string Code { get; init; }
    public required string Subject { get; init; }
    [Personal(PersonalKind.Quotes)]
    public required string Message { get; init; }
    public string? AccountId { get; init; }
    public Guid? InvoiceId { get; init; }
    public required DateTimeOffset RaisedAt { get; init; }
}

sealed class RaisedAlertMap : IEntityTypeConfiguration<RaisedAlert>
{
    public void Configure(EntityTypeBuilder<RaisedAlert> alert)
    {
        alert.ToTable("Alert");
        alert.HasKey(x => x.AlertId);
        alert.Property(x => x.AlertId).ValueGeneratedNever();
        alert.Property(x => x.Code).HasMaxLength(64);
        alert.Property(x => x.Subject).HasMaxLength(RaisedAlert.LongestSubject);
        alert.Property(x => x.Message).HasMaxLength(RaisedAlert.LongestMessage);
        alert.Property(x => x.AccountId).HasMaxLength(ExternalId.Longest);
        alert.HasIndex(x => new { x.Code, x.Subject, x.RaisedAt });
    }
}

/// <summary>
/// <c>billing_alerts_total</c>: how often something needed a person, by code; one that goes on is counted each time. Every code is there from the start, with
/// 0: Prometheus sees no increase in a series that begins with 1.
/// </summary>
sealed class AlertCounter : IHostedService
{
    readonly ConcurrentDictionary<string, long> _raised = new(typeof(AlertCode).GetFields()
        .Select(code => KeyValuePair.Create((string)code.GetRawConstantValue()!, 0L)));

    public AlertCounter(IMeterFactory meters) =>
        meters.Create("Billing.MonthClose").CreateObservableCounter("billing.alerts",
            () => _raised.Select(code => new Measurement<long>(code.Value, new KeyValuePair<string, object?>("code", code.Key))),
            description: "Things that need a person, by code; one that goes on is counted each time.");

    public void Count(string code) => _raised.AddOrUpdate(code, 1, (_, times) => times + 1);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
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

    /// <summary>A customer's bank took a payment back.</summary>
    public const string PaymentDisputed = "payment-disputed";

    /// <summary>A step of a run failed for good: the run stands still until a person takes it up again.</summary>
    public const string RunHalted = "run-halted";

    /// <summary>A brake has paused a run: nothing is charged until a person resumes it.</summary>
    public const string RunPaused = "run-paused";

    /// <summary>A preview could not be computed.</summary>
    public const string PreviewFailed = "preview-failed";

    /// <summary>The report of a run could not be written.</summary>
    public const string ReportNotWritten = "report-not-written";
}

static class AlertingSetup
{
    public static void AddAlerting(this IServiceCollection services) => services.AddSingleton<AlertCounter>()
        .AddHostedService(provider => provider.GetRequiredService<AlertCounter>()).AddScoped<Alerts>();
}
