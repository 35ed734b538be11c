using Billing.Contracts.MonthClose.V1;
using Billing.Contracts.Seats.V1;
using Billing.SampleData;

namespace Billing.Chaos;

/// <summary>A made-up business over the months: who its customers are, and what they use.</summary>
sealed class Business(Plan plan)
{
    /// <summary>Subscriptions whose seats are counted, each a group of its own.</summary>
    public const int Subscriptions = 20;

    /// <summary>Registered once, in the first round.</summary>
    public IEnumerable<object> Registrations()
    {
        foreach (var price in SamplePrices.All)
            yield return price;
        foreach (var some in Month(1).Select(x => x.Account).Chunk(50))
            yield return new RegisterAccounts { Accounts = some };
        yield return new RegisterNamespaces
        {
            Namespaces = [.. Enumerable.Range(0, Subscriptions).Select(at => new RegisterNamespace { NamespaceId = $"group-{at}", Kind = "group" })]
        };
        yield return new RecordMemberships
        {
            Memberships = [.. Enumerable.Range(0, Subscriptions * 10).Select(at => new RecordMembership
            {
                NamespaceId = $"group-{at / 10}", UserId = $"user-{at}", Role = "developer", State = "active"
            })]
        };
        yield return new RegisterSubscriptions
        {
            Subscriptions = [.. Month(1).TakeLast(Subscriptions).Select((x, at) => new RegisterSubscription
            {
                SubscriptionId = $"subscription-{at}", AccountId = x.Account.AccountId, NamespaceId = $"group-{at}", Seats = 8, Plan = "premium",
                TermStart = new DateOnly(2020, 1, 1), TermEnd = new DateOnly(2040, 1, 1)
            })]
        };
    }

    /// <summary>What was used in the month of a round. Who has left uses nothing any more.</summary>
    public IEnumerable<UsageRecord> Usage(int round) => Month(round).Where(x => round == 1 || x.Account.ClosedOn is null).SelectMany(x => x.Usage);

    public IEnumerable<GrantCredit> Credits(int round) => Month(round).Select(x => x.Credit).OfType<GrantCredit>();

    /// <summary>The number of the account's month makes it a later word than the last one.</summary>
    public IEnumerable<object> Seats(int round) => Month(round).Where(x => x.Seats is not null).Select(x => x.Seats! with { Version = round });

    IEnumerable<SampleAccount> Month(int round) => new SampleMonth(plan.PeriodOf(round), plan.Seed).Accounts(plan.Accounts);
}
