using Billing.Hosting.Work;

namespace Billing.Scheduler.Advancing;

/// <summary>Wakes the owner of the clock of this process: it was sent somewhere.</summary>
sealed class ClockSignal : WakeSignal;
