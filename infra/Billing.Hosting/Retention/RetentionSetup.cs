using Billing.Hosting.Http;
using Billing.Persistence.Months;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Billing.Hosting.Retention;

/// <summary>What a service keeps by the month, and for how long.</summary>
public static class RetentionSetup
{
    public static WebApplicationBuilder AddRetention<TContext>(this WebApplicationBuilder builder)
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton<IValidateOptions<RetentionOptions>>(new RetentionRules(typeof(TContext).Assembly));
        builder.Services.AddOptions<RetentionOptions>().Bind(builder.Configuration.GetSection(RetentionOptions.Section)).ValidateOnStart();
        builder.Services.AddScoped<IRetentionReader, RetentionReader<TContext>>();
        builder.Services.AddHostedService<MonthsUpkeep<TContext>>();
        return builder;
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
