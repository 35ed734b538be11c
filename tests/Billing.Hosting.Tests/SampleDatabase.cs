using Billing.Hosting.Bus;
using Billing.Hosting.Outcomes;
using Billing.Persistence;
using Billing.Persistence.Postgres;
using Billing.Testing;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Hosting.Tests;

public sealed class Account
{
    public required string Id { get; init; }
}

public abstract class AccountDbContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Account> Accounts => Set<Account>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Account>();
        modelBuilder.AddTransactionalOutboxEntities();
    }
}

public sealed class PostgresAccountDbContext(DbContextOptions<PostgresAccountDbContext> options) : AccountDbContext(options);

public sealed class SqlServerAccountDbContext(DbContextOptions<SqlServerAccountDbContext> options) : AccountDbContext(options);

/// <summary>Writes down the account, tells of it, and then fails as often as the journal says.</summary>
public sealed class SaveAccountConsumer(AccountDbContext db, Journal journal) : IConsumer<RegisterAccount>
{
    public async Task Consume(ConsumeContext<RegisterAccount> context)
    {
        journal.Attempted();
        journal.Contexts.Add(db.ContextId.InstanceId);
        db.Add(new Account { Id = context.Message.AccountId });
        await context.Publish(new AccountRegistered { AccountId = context.Message.AccountId });
        await db.SaveChangesAsync(context.CancellationToken);
        CommandOutcome.Changed("Account", context.Message.AccountId, "registered", after: $"{{\"seats\":{context.Message.Seats}}}");
        if (journal.ToThrow.TryDequeue(out var exception))
            throw exception;
    }
}

public sealed class AccountRegisteredConsumer(Journal journal) : IConsumer<AccountRegistered>
{
    public Task Consume(ConsumeContext<AccountRegistered> context)
    {
        journal.Told.Enqueue(context.Message.AccountId);
        return Task.CompletedTask;
    }
}

static class SampleService
{
    public static void ConfigureBus(IBusRegistrationConfigurator x)
    {
        x.AddEntityFrameworkOutbox<AccountDbContext>(outbox => outbox.UsePostgres());
        x.AddConsumer<SaveAccountConsumer, OneTransaction<SaveAccountConsumer, AccountDbContext>>();
        x.AddConsumer<AccountRegisteredConsumer>();
    }

    public static void Configure(WebApplicationBuilder builder, Journal journal)
    {
        builder.Services.AddSingleton(journal);
        builder.AddBillingDatabase<AccountDbContext, PostgresAccountDbContext, SqlServerAccountDbContext>();
    }

    /// <summary>The sample has no migrations; its tables are made here.</summary>
    public static async Task<TestDatabase> CreateDatabaseAsync()
    {
        var database = await TestDatabase.CreateAsync("hosting");
        await using var db = Open(database);
        await db.Database.EnsureCreatedAsync();
        return database;
    }

    public static PostgresAccountDbContext Open(TestDatabase database) =>
        new((DbContextOptions<PostgresAccountDbContext>)new DbContextOptionsBuilder<PostgresAccountDbContext>()
            .UseBillingPostgres(database.ConnectionString).Options);
}
