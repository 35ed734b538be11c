using Billing.SeatRefresh.Tests.House;
using Xunit;

namespace Billing.SeatRefresh.Tests;

public sealed class When_an_id_stands_in_a_URL : IAsyncLifetime
{
    readonly SeatRefreshHouse _house = new();

    public Task InitializeAsync() => _house.InitializeAsync();
    public Task DisposeAsync() => _house.DisposeAsync();

    /// <summary>Every endpoint of the service, also one that is added later: slash, percent, question mark, dots, plus, space, whatever can be printed.</summary>
    [Fact]
    public async Task Should_read_any_printable_id_at_every_endpoint() =>
        Assert.Equal(["/api/contacts/{**id:minlength(1)}", "/api/seats/explain/{**id:minlength(1)}", "/api/subscriptions/{**id:minlength(1)}"], (await _house.AllEndpointsReadOddIdsAsync()).Order(StringComparer.Ordinal));
}
