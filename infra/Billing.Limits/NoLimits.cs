namespace Billing.Limits;

/// <summary>Limits that let everything pass: for tools and tests that call a provider without a database.</summary>
public sealed class NoLimits : ISharedPermits
{
    public IReadOnlyCollection<string> Names => [];

    public PermitLimit Of(string name)
    {
        var limit = new PermitLimit(new PermitOptions { Name = name, Kind = LimitKind.Unlimited, Permits = null }, TimeProvider.System);
        limit.Set(new LimitSetting(null));
        return limit;
    }
}
