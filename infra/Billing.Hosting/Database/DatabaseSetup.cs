using Billing.Hosting;
using Billing.Persistence.Postgres;
using Billing.Persistence.SqlServer;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Billing.Persistence;

/// <summary>The service's own database, on the server that <c>Database:Provider</c> names.</summary>
public static class DatabaseSetup
{
    const string OwnerKey = "Database:OwnerConnectionString";

    /// <summary>
    /// Registers <typeparamref name="TContext"/>, the bulk writer and the sequences for the provider, brings the tables
    /// up to date at start, and adds the health check <c>database</c>. The two derived contexts hold the migrations.
    /// </summary>
    public static IHostApplicationBuilder AddBillingDatabase<TContext, TPostgres, TSqlServer>(this IHostApplicationBuilder builder)
        where TContext : DbContext
        where TPostgres : TContext
        where TSqlServer : TContext
    {
        var connectionString = DatabaseConnection.Given(builder.Configuration);
        var readsReplica = DatabaseConnection.ReadsReplica(builder.Configuration);
        var owner = builder.Configuration["Database:OwnerConnectionString"] is { Length: > 0 } apart ? apart : null;
        if (builder.Configuration.IsOnSqlServer())
            AddSqlServer<TContext, TSqlServer>(builder, connectionString, owner, readsReplica);
        else
            AddPostgres<TContext, TPostgres>(builder, connectionString, owner, readsReplica);
        if (readsReplica)
        {
            builder.Services.AddSingleton<ReadReplica<TContext>>().AddSingleton<IReadReplica>(services => services.GetRequiredService<ReadReplica<TContext>>());
            builder.Services.AddHealthChecks().AddCheck<ReadReplica<TContext>>("replica", tags: ["ready"], timeout: DatabaseCheck<TContext>.Patience);
        }

        builder.Services.AddSingleton<Transactions<TContext>>();
        builder.Services.AddSingleton<DatabaseOwner<TContext>>();
        builder.Services.TryAddSingleton<DatabaseReadiness>();
        builder.Services.AddSingleton<MigrationAtStart<TContext>>();
        builder.Services.AddSingleton<IDatabaseMigration>(services => services.GetRequiredService<MigrationAtStart<TContext>>());
        builder.Services.AddHostedService(services => services.GetRequiredService<MigrationAtStart<TContext>>());
        builder.Services.AddHealthChecks().AddCheck<DatabaseCheck<TContext>>("database", tags: ["ready"], timeout: DatabaseCheck<TContext>.Patience);
        return builder;
    }

    static void AddPostgres<TContext, TPostgres>(IHostApplicationBuilder builder, string connectionString, string? owner, bool readsReplica)
        where TContext : DbContext
        where TPostgres : TContext
    {
        var settings = DatabaseConnection.OfPostgres(connectionString);
        if (readsReplica && !DatabaseConnection.HasSeveralHosts(settings))
            throw SettingsException.Expected("Database:ReadReplica", "true", "false, or a Database:ConnectionString that names the replica's host, too");
        settings.ApplicationName ??= builder.Environment.ApplicationName;
        DatabaseConnection.ForManyShortStatements(settings);
        builder.Services.AddPostgresPersistence();
        var (acts, looks) = (settings.ConnectionString, LookingAt(settings));
        var looksAtReplica = readsReplica ? new NpgsqlConnectionStringBuilder(looks) { TargetSessionAttributes = "prefer-standby" }.ConnectionString : looks;
        builder.Services.AddDbContext<TContext, TPostgres>(options => options.UseBillingPostgres(Of(acts, looks, looksAtReplica)));
        var ownerSettings = owner is null ? null : DatabaseConnection.OfPostgres(owner, OwnerKey);
        if (ownerSettings is not null)
            ownerSettings.Pooling = false;
        builder.Services.AddSingleton(OwnerConnection<TContext, TPostgres>(
            settings.ConnectionString, ownerSettings?.ConnectionString, (options, to) => options.UseBillingPostgres(to)));
    }

    static void AddSqlServer<TContext, TSqlServer>(IHostApplicationBuilder builder, string connectionString, string? owner, bool readsReplica)
        where TContext : DbContext
        where TSqlServer : TContext
    {
        var settings = DatabaseConnection.OfSqlServer(connectionString);
        if (!settings.ShouldSerialize("Connect Timeout"))
            settings.ConnectTimeout = 5;
        builder.Services.AddSqlServerPersistence();
        var (acts, looks) = (settings.ConnectionString, LookingAt(settings));
        var looksAtReplica = readsReplica ? new SqlConnectionStringBuilder(looks) { ApplicationIntent = ApplicationIntent.ReadOnly }.ConnectionString : looks;
        builder.Services.AddDbContext<TContext, TSqlServer>(options => options.UseBillingSqlServer(Of(acts, looks, looksAtReplica)));
        var ownerSettings = owner is null ? null : DatabaseConnection.OfSqlServer(owner, OwnerKey);
        if (ownerSettings is not null)
            ownerSettings.Pooling = false;
        builder.Services.AddSingleton(OwnerConnection<TContext, TSqlServer>(
            settings.ConnectionString, ownerSettings?.ConnectionString, (options, to) => options.UseBillingSqlServer(to)));
    }

    static string Of(string acts, string looks, string looksAtReplica) => Looking.Now switch
    {
        Look.None => acts,
        Look.AtPrimary => looks,
        _ => looksAtReplica
    };

    /// <summary>
    /// Another name is another pool. The client's bound comes after the server's, which says what it ended. The primary refuses what a standby would refuse,
    /// so that who looks and writes is found out everywhere.
    /// </summary>
    static string LookingAt(NpgsqlConnectionStringBuilder settings) => new NpgsqlConnectionStringBuilder(settings.ConnectionString)
    {
        ApplicationName = $"{settings.ApplicationName}-looks",
        MaxPoolSize = Math.Min(settings.MaxPoolSize, Looking.Connections),
        CommandTimeout = (int)Looking.LongestStatement.TotalSeconds + 5,
        Options = $"{settings.Options} -c statement_timeout={(int)Looking.LongestStatement.TotalMilliseconds} -c default_transaction_read_only=on".TrimStart()
    }.ConnectionString;

    static string LookingAt(SqlConnectionStringBuilder settings) => new SqlConnectionStringBuilder(settings.ConnectionString)
    {
        ApplicationName = $"{settings.ApplicationName}-looks",
        MaxPoolSize = Math.Min(settings.MaxPoolSize, Looking.Connections),
        CommandTimeout = (int)Looking.LongestStatement.TotalSeconds     // this server has no bound of its own: the client ends the statement
    }.ConnectionString;

    /// <summary>The owner works once, at the start: nothing of his stays in a pool.</summary>
    static OwnerConnection<TContext> OwnerConnection<TContext, TProvider>(
        string own, string? owner, Action<DbContextOptionsBuilder, string> use)
        where TContext : DbContext
        where TProvider : TContext
    {
        if (owner is null)
            return new OwnerConnection<TContext>(own, null);
        var options = new DbContextOptionsBuilder<TProvider>();
        use(options, owner);
        return new OwnerConnection<TContext>(owner, () => (TProvider)Activator.CreateInstance(typeof(TProvider), options.Options)!);
    }
}
