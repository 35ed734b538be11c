namespace Billing.Limits;

/// <param name="PerSecond">0 is a pause, null is no limit.</param>
public readonly record struct LimitSetting(int? PerSecond)
{
    public override string ToString() => PerSecond switch { null => "no limit", 0 => "paused", { } permits => $"{permits} a second" };
}
