using Xunit;
using Xunit.Abstractions;

// whoever waits for a lease, a limit or a start leaves the processor to two others
[assembly: CollectionBehavior(MaxParallelThreads = 3)]
[assembly: TestCollectionOrderer("Billing.Scenarios.LongestFirst", "Billing.Scenarios")]

namespace Billing.Scenarios;

/// <summary>The longest begin first, so that none of them is left over at the end; the others come in the order of their names.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    static readonly string[] Longest =
    [
        nameof(When_month_close_is_killed_in_mid_run), nameof(When_a_server_is_stopped_and_comes_back), nameof(When_messages_leave_under_a_limit),
        nameof(When_another_service_is_killed_in_mid_run), nameof(When_a_sender_is_killed_again_and_again), nameof(When_many_seats_are_due)
    ];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) => testCollections
        .OrderBy(collection => Array.FindIndex(Longest, name => collection.DisplayName.EndsWith($".{name}", StringComparison.Ordinal)) is var at and not -1 ? at : int.MaxValue)
        .ThenBy(collection => collection.DisplayName, StringComparer.Ordinal);
}
