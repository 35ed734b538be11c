using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Billing.Scheduler;

/// <summary>For <c>dotnet ef migrations add</c>, which needs no server.</summary>
sealed class PostgresDesignTime : IDesignTimeDbContextFactory<PostgresSchedulerDbContext>
{
    public PostgresSchedulerDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresSchedulerDbContext>().UseNpgsql("Host=nowhere").Options);
}

/// <summary>For <c>dotnet ef migrations add</c>, which needs no server.</summary>
sealed class SqlServerDesignTime : IDesignTimeDbContextFactory<SqlServerSchedulerDbContext>
{
    public SqlServerSchedulerDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqlServerSchedulerDbContext>().UseSqlServer("Server=nowhere").Options);
}
