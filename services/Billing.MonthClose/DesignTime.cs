using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Billing.MonthClose;

/// <summary>For <c>dotnet ef migrations add</c>, which needs no server.</summary>
sealed class PostgresDesignTime : IDesignTimeDbContextFactory<PostgresMonthCloseDbContext>
{
    public PostgresMonthCloseDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresMonthCloseDbContext>().UseNpgsql("Host=nowhere").Options);
}

/// <summary>For <c>dotnet ef migrations add</c>, which needs no server.</summary>
sealed class SqlServerDesignTime : IDesignTimeDbContextFactory<SqlServerMonthCloseDbContext>
{
    public SqlServerMonthCloseDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqlServerMonthCloseDbContext>().UseSqlServer("Server=nowhere").Options);
}
