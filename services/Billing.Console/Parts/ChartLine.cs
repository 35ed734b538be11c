namespace Billing.Console.Parts;

/// <param name="Name">For the legend.</param>
/// <param name="Points">In the order of time.</param>
/// <param name="Filled">Down to the axis.</param>
public sealed record ChartLine(string Name, IReadOnlyList<ChartPoint> Points, bool Filled = false);

public sealed record ChartPoint(DateTimeOffset At, double Value);
