using Billing.MonthClose.Tests.House;
using Billing.Persistence;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Xunit;

namespace Billing.MonthClose.Tests.Look.Reporting;

/// <summary>A request that reads, a report, a comparison: a change in one of them is a mistake, and would fail where a standby is read.</summary>
public sealed class When_who_looks_writes(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    [Fact]
    public async Task Should_be_refused_by_the_server()
    {
        await house.RegisterAsync(Sample.Account("acme"));
        Assert.Equal(PostgresErrorCodes.ReadOnlySqlTransaction, (await Assert.ThrowsAsync<PostgresException>(LookAndWriteAsync)).SqlState);
        Assert.Equal(1, await house.AskAsync(db => db.Accounts.Where(account => account.ClosedOn == null).CountAsync()));
    }

    async Task LookAndWriteAsync()
    {
        Looking.BeginAtPrimary();
        await house.AskAsync(db => db.Accounts.ExecuteUpdateAsync(set => set.SetProperty(account => account.ClosedOn, new DateOnly(2026, 10, 31))));
    }
}
