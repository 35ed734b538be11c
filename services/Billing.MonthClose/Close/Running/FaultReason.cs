using MassTransit;

namespace Billing.MonthClose.Close.Running;

/// <summary>Why a step failed for good, in words.</summary>
static class FaultReason
{
    public static string Why(this Fault fault) => fault.Exceptions.FirstOrDefault()?.Message ?? "no reason was given";
}
