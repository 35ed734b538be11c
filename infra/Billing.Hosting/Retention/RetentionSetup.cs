using Billing.Hosting.Http;
using Billing.Hosting.Validation;
using Billing.Persistence.Months;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Billing.Hosting.Retention;

/// <summary>What a service keeps by the month, and for how long; and how long it keeps words.</summary>
public static class RetentionSetup
{
    /// <summary>Its settings, and the months of its tables, where it has tables that are kept so. What erases words is the service's own to add.</summary>
    public static IServiceCollection AddRetention<TContext>(this IServiceCollection services, IConfiguration configuration)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var rows = typeof(TContext).Assembly;
        services.AddSingleton<IValidateOptions<RetentionOptions>>(new RetentionRules(rows));
        services.AddOptions<RetentionOptions>().BindKnown(configuration.GetSection(RetentionOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        if (RetentionRules.TablesOf(rows).Count > 0)
            services.AddScoped<IRetentionReader, RetentionReader<TContext>>().AddHostedService<MonthsUpkeep<TContext>>();
        return services;
    }

    /// <summary>Maps <c>/api/retention</c>.</summary>
    public static void MapRetention(this WebApplication app) => app.MapGet("/api/retention",
        async (IRetentionReader retention, CancellationToken cancellationToken) =>
            TypedResults.Ok(await retention.ReadAsync(cancellationToken))).Needs(Rights.Read);
}

/// <summary>Reads what is kept by the month.</summary>
interface IRetentionReader
{
    Task<IReadOnlyList<RetainedTable>> ReadAsync(CancellationToken cancellationToken);
}

sealed class RetentionReader<TContext>(TContext db, ITableMonths months, IOptions<RetentionOptions> options, TimeProvider clock) : IRetentionReader
    where TContext : DbContext
{
    public async Task<IReadOnlyList<RetainedTable>> ReadAsync(CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var tables = new List<RetainedTable>();
        foreach (var table in KeptTable.Of(db.Model))
            tables.Add(new RetainedTable(
                table.Table, options.Value.FirstKept(table, today), table.AtLeast, await months.ListAsync(db, table, cancellationToken)));
        return tables;
    }
}

/// <summary>A table that is kept by the month.</summary>
/// <param name="Table">Its name.</param>
/// <param name="KeptFrom">The first day whose rows are kept, by UTC.</param>
/// <param name="AtLeast">Months that nobody may let go.</param>
/// <param name="Months">Those that are there, the oldest first; the one without a day holds rows of no month.</param>
sealed record RetainedTable(string Table, DateOnly KeptFrom, int AtLeast, IReadOnlyList<TableMonth> Months);
