using Billing.Scheduler.Tests.House;
using Xunit;

namespace Billing.Scheduler.Tests;

public sealed class When_an_id_stands_in_a_URL : IAsyncLifetime
{
    readonly SchedulerHouse _house = new();

    public async Task InitializeAsync()
    {
        await _house.InitializeAsync();
        await _house.StartAsync();
    }

    public Task DisposeAsync() => _house.DisposeAsync();

    /// <summary>Every endpoint of the service, also one that is added later: slash, percent, question mark, dots, plus, space, whatever can be printed.</summary>
    [Fact]
    public async Task Should_read_any_printable_id_at_every_endpoint() =>
        Assert.Equal(["/api/contacts/{**id:minlength(1)}"], await _house.AllEndpointsReadOddIdsAsync());
}
