using Billing.Testing;
using Xunit;

// whoever waits for a lease, a limit or a start leaves the processor to two others
[assembly: CollectionBehavior(MaxParallelThreads = 3)]
[assembly: TestCollectionOrderer(LongestFirst.Name, LongestFirst.Assembly)]
