using Billing.Limits;
using Billing.Persistence.Postgres;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Xunit;

namespace Billing.MonthClose.Tests.Close.Charging;

public sealed class When_an_older_version_was_here
{
    [Fact]
    public async Task Should_keep_the_gateways_limit_as_it_was_set_there_and_back()
    {
        await using var database = await TestDatabase.CreateAsync("older");
        var options = (DbContextOptions<PostgresMonthCloseDbContext>)new DbContextOptionsBuilder<PostgresMonthCloseDbContext>().UseBillingPostgres(database.ConnectionString).Options;
        await using var db = new PostgresMonthCloseDbContext(options);
        var migrator = db.GetService<IMigrator>();
        await migrator.MigrateAsync("GatewayCustomer");
        await db.Database.ExecuteSqlRawAsync("""insert into "ProviderLimit" values ('gateway', true, 25, 17, 'jane', '2026-10-01 12:00:00Z')""");

        await migrator.MigrateAsync();
        var set = await db.Set<PermitLimitRow>().AsNoTracking().SingleAsync();
        Assert.Equal(("gateway", true, 25, "jane"), (set.Name, set.IsSet, set.Permits, set.SetBy));
        Assert.Equal(new DateTimeOffset(2026, 10, 1, 12, 0, 0, TimeSpan.Zero), set.SetAt);

        await migrator.MigrateAsync("GatewayCustomer");
        Assert.Equal(25, await db.Database.SqlQuery<int>($"""select "PerSecond" as "Value" from "ProviderLimit" where "IsSet" """).SingleAsync());
    }
}
