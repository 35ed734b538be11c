using Billing.Hosting.Work;

namespace Billing.SeatRefresh.Refreshing;

/// <summary>Wakes the refresh worker of this process.</summary>
sealed class RefreshSignal : WakeSignal;
