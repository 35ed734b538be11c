using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Billing.Notification;

/// <summary>For <c>dotnet ef migrations add</c>, which needs no server.</summary>
sealed class PostgresDesignTime : IDesignTimeDbContextFactory<PostgresNotificationDbContext>
{
    public PostgresNotificationDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PostgresNotificationDbContext>().UseNpgsql("Host=nowhere").Options);
}

/// <summary>For <c>dotnet ef migrations add</c>, which needs no server.</summary>
sealed class SqlServerDesignTime : IDesignTimeDbContextFactory<SqlServerNotificationDbContext>
{
    public SqlServerNotificationDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqlServerNotificationDbContext>().UseSqlServer("Server=nowhere").Options);
}
