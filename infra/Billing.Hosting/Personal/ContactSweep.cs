using Billing.Hosting.Work;
using Billing.Persistence;
using Microsoft.Extensions.Logging;

namespace Billing.Hosting.Personal;

/// <summary>
/// Looks again through what was erased lately. What was in a consumer's hands at that moment, waited in a queue or was put back from an error queue may have
/// been stored, or set aside, behind the back of the one who erased.
/// </summary>
sealed class ContactSweep(ContactBook contacts, DatabaseReadiness database, TimeProvider clock, ILogger<ContactSweep> log)
    : PeriodicWork(database, clock, log)
{
    /// <summary>Eight days: longer than anything is on its way.</summary>
    static readonly TimeSpan Late = TimeSpan.FromDays(8);

    protected override TimeSpan Period { get; } = TimeSpan.FromMinutes(10);

    protected override Task PassAsync(CancellationToken stopping) => contacts.SweepAsync(Clock.GetUtcNow() - Late, stopping);
}
