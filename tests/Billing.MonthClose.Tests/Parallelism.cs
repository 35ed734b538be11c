using Billing.Testing;
using Xunit;

// Each class has a database, a virtual host and a service of its own, and its tests wait far more than they work.
[assembly: CollectionBehavior(MaxParallelThreads = 6)]
[assembly: TestCollectionOrderer(LongestFirst.Name, LongestFirst.Assembly)]
