using System.Data.Common;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Billing.Simulation.Seats;

/// <summary>Each statement is a boundary; and here guards are taken out, by what the statements ask of the slots and of the claims.</summary>
sealed partial class GatedStatements(Gate gate, SeatGuards guards, SeatWatch watch) : DbCommandInterceptor
{
    const string ForUpdate = "-- billing:for-update\n";

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        Pass(command, cancellationToken);
        return ValueTask.FromResult(result);
    }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Pass(command, cancellationToken);
        return ValueTask.FromResult(result);
    }

    void Pass(DbCommand command, CancellationToken cancellationToken)
    {
        gate.Pass("before a statement");
        cancellationToken.ThrowIfCancellationRequested();
        // values of statements that are written by hand have no converter
        foreach (DbParameter parameter in command.Parameters)
            if (parameter.Value is DateTimeOffset at)
                parameter.Value = at.UtcTicks;
        if (guards != SeatGuards.All)
            command.CommandText = Without(command);
    }

    string Without(DbCommand command)
    {
        var sql = command.CommandText;
        if (sql.Contains("FROM \"RefreshSlot\"", StringComparison.Ordinal))
        {
            if (!guards.LeaseFence && sql.StartsWith(ForUpdate, StringComparison.Ordinal))
                sql = IsTheLease().Replace(sql, "1 = 1");
            if (!guards.Slots)
                sql = IsOver().Replace(IsHeld().Replace(sql, "1 = 0"), "1 = 1");
            if (!guards.LeaseEnd)
                sql = IsOver().Replace(IsHeld().Replace(sql, "\"r\".\"LeasedUntil\" IS NOT NULL"), "1 = 0");
        }

        if (!guards.Sweep)
            sql = IsLeft().Replace(sql, "1 = 0");
        if (!guards.Claim && gate.Who?.Job is not null)
            sql = IsClaimed().Replace(sql, match => $"{match.Groups[1].Value}\"SubscriptionId\" IN ({ClaimedBy(ClaimIn(command, match.Groups[2].Value))})");
        return sql;
    }

    string ClaimedBy(Guid claim) => string.Join(", ", watch.ClaimedBy(claim).Select(id => $"'{id}'"));

    /// <summary>Statements that are written by hand have parameters without the sign.</summary>
    static Guid ClaimIn(DbCommand command, string name) =>
        Guid.Parse($"{command.Parameters.Cast<DbParameter>().First(parameter => parameter.ParameterName.TrimStart('@') == name[1..]).Value}");

    [GeneratedRegex("\"r\"\\.\"LeaseId\" = @\\w+")]
    private static partial Regex IsTheLease();

    [GeneratedRegex("\"r\"\\.\"LeasedUntil\" >= @\\w+")]
    private static partial Regex IsHeld();

    [GeneratedRegex("\"r\"\\.\"LeasedUntil\" < @\\w+")]
    private static partial Regex IsOver();

    [GeneratedRegex("\"s\"\\.\"RetryAt\" <= @\\w+")]
    private static partial Regex IsLeft();

    [GeneratedRegex("(\"?s\"?\\.)\"Claim\" = (@\\w+)")]
    private static partial Regex IsClaimed();
}

/// <summary>A transaction begins when it is let in. What it said is handed over when it is committed, and all that has changed is looked at.</summary>
sealed class GatedTransactions(Gate gate, Action<SqliteSeatRefreshDbContext> begun, Action<SqliteSeatRefreshDbContext> committed) : DbTransactionInterceptor
{
    public override async ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result,
        CancellationToken cancellationToken = default)
    {
        await gate.EnterAsync(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return result;
    }

    public override ValueTask<DbTransaction> TransactionStartedAsync(
        DbConnection connection, TransactionEndEventData eventData, DbTransaction result, CancellationToken cancellationToken = default)
    {
        var db = (SqliteSeatRefreshDbContext)eventData.Context!;
        db.Consumes = null;
        begun(db);
        return ValueTask.FromResult(result);
    }

    public override ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        gate.Pass("before a commit");
        return ValueTask.FromResult(result);
    }

    public override Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        committed((SqliteSeatRefreshDbContext)eventData.Context!);
        gate.Pass("after a commit");
        return Task.CompletedTask;
    }
}
