using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests;

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

    /// <summary>
    /// Statistics know nothing of a run that has just begun. An index that begins with the run, as the key does, is then taken for as good as the key, and each
    /// row that is asked for by its key costs a look at the whole run: in the second month, and in no first one.
    /// </summary>
    [Fact]
    public void Should_have_no_index_that_may_be_taken_for_the_key_of_a_new_run()
    {
        using var db = new PostgresDesignTime().CreateDbContext([]);
        var mistaken =
            from entity in db.Model.GetEntityTypes()
            let key = entity.FindPrimaryKey()
            where key is { Properties: [{ Name: "RunId" }, _, ..] }
            from index in entity.GetIndexes()
            where index.Properties[0].Name == "RunId"
            select $"{entity.ShortName()}: {string.Join(", ", index.Properties.Select(property => property.Name))}";
        Assert.Empty(mistaken);
    }
}
