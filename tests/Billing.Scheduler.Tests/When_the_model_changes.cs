using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.Scheduler.Tests;

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

    [Fact]
    public void Should_ask_the_same_of_both_providers()
    {
        using var postgres = new PostgresDesignTime().CreateDbContext([]);
        using var sqlServer = new SqlServerDesignTime().CreateDbContext([]);
        Assert.Equal(ModelForm.Of(postgres), ModelForm.Of(sqlServer));
    }

    [Fact]
    public void Should_make_a_script_for_SQL_Server_without_a_server()
    {
        using var db = new SqlServerDesignTime().CreateDbContext([]);
        var script = ModelForm.Script(db);
        Assert.Contains("CREATE TABLE", script, StringComparison.Ordinal);
        Assert.Empty(TransactSql.Faults(script));
    }
}
