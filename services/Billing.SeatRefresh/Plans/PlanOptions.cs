namespace Billing.SeatRefresh.Plans;

/// <summary>What plans mean for seats. A plan that is not named here is billable, and its guests take up seats.</summary>
public sealed class PlanOptions
{
    public const string Section = "Plans";

    /// <summary>By plan code, in any case of letters; configuration adds to these or changes them.</summary>
    public Dictionary<string, Plan> Known { get; } = new(StringComparer.OrdinalIgnoreCase)
    {
        ["free"] = new Plan { Billable = false },
        ["ultimate"] = new Plan { GuestsAreFree = true }
    };

    internal Plan Of(string code) => Known.GetValueOrDefault(code, Plan.Ordinary);
}

public sealed class Plan
{
    internal static readonly Plan Ordinary = new();

    public bool Billable { get; set; } = true;
    public bool GuestsAreFree { get; set; }
}
