using Billing.MonthClose.Tests.House;
using Xunit;

namespace Billing.MonthClose.Tests;

public sealed class When_an_id_stands_in_a_URL : IAsyncLifetime
{
    readonly MonthCloseHouse _house = new();

    public Task InitializeAsync() => _house.InitializeAsync();
    public Task DisposeAsync() => _house.DisposeAsync();

    /// <summary>Every endpoint of the service, also one that is added later: slash, percent, question mark, dots, plus, space, whatever can be printed.</summary>
    [Fact]
    public async Task Should_read_any_printable_id_at_every_endpoint() =>
        Assert.Equal(
            [
                "/api/accounts/{**id:minlength(1)}", "/api/contacts/{**id:minlength(1)}", "/api/explain/{**id:minlength(1)}", "/api/papers/{**id:minlength(1)}",
                "/api/previews/{period}", "/api/previews/{period}/account", "/api/previews/{period}/accounts",
                "/api/replay/collections/{**id:minlength(1)}", "/api/replay/runs/{period}",
                "/api/runs/{period}", "/api/runs/{period}/certificate", "/api/runs/{period}/certificate/books",
                "/api/runs/{period}/parked", "/api/runs/{period}/progress", "/api/runs/{period}/reconciliation", "/api/runs/{period}/report.csv", "/api/what-if/{period}",
                "/invoices/{**token:minlength(1)}", "/runs/{period}", "/runs/{period}/certificate"
            ], (await _house.AllEndpointsReadOddIdsAsync()).Order(StringComparer.Ordinal));
}
