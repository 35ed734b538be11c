using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Billing.SeatRefresh;

/// <summary>For <c>dotnet ef migrations add</c>, which needs no server.</summary>
sealed class PostgresDesignTime : IDesignTimeDbContextFactory<PostgresSeatRefreshDbContext>
{
    public PostgresSeatRefreshDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresSeatRefreshDbContext>().UseNpgsql("Host=nowhere").Options);
}

/// <summary>For <c>dotnet ef migrations add</c>, which needs no server.</summary>
sealed class SqlServerDesignTime : IDesignTimeDbContextFactory<SqlServerSeatRefreshDbContext>
{
    public SqlServerSeatRefreshDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqlServerSeatRefreshDbContext>().UseSqlServer("Server=nowhere").Options);
}
