using Microsoft.EntityFrameworkCore;

namespace Billing.Notification.Tests.Tables;

public sealed class When_the_model_changes
{
    [Fact]
    public void Should_have_a_migration_for_PostgreSQL()
    {
        using var db = new PostgresDesignTime().CreateDbContext([]);
        Assert.False(db.Database.HasPendingModelChanges());
    }

    [Fact]
    public void Should_have_a_migration_for_SQL_Server()
    {
        using var db = new SqlServerDesignTime().CreateDbContext([]);
        Assert.False(db.Database.HasPendingModelChanges());
    }
}
