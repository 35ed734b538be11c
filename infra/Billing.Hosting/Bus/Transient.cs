using System.Data.Common;
using System.Net.Sockets;
using Billing.Persistence;
using MassTransit;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using RabbitMQ.Client.Exceptions;

namespace Billing.Hosting.Bus;

enum Trouble
{
    /// <summary>The message's or the code's own fault: a few quick tries, then a person looks at it.</summary>
    Own,

    /// <summary>Two met at the same rows: try again soon.</summary>
    Contention,

    /// <summary>The database or the broker is away: wait for it, however long.</summary>
    Away,

    /// <summary>Nothing will change by trying again.</summary>
    Final,
}

static class Transient
{
    public static Trouble Judge(Exception exception)
    {
        if (OutOfTime.Is(exception))
            return Trouble.Own;
        for (var current = exception; current is not null; current = current.InnerException)
        {
            var trouble = JudgeAlone(current);
            if (trouble != Trouble.Own)
                return trouble;
            if (current is AggregateException { InnerExceptions.Count: > 1 } several)
                return several.InnerExceptions.Select(Judge).Max();
        }

        return Trouble.Own;
    }

    static Trouble JudgeAlone(Exception exception) => exception switch
    {
        CommandRejectedException => Trouble.Final,
        System.Runtime.Serialization.SerializationException => Trouble.Final,
        DbUpdateConcurrencyException => Trouble.Contention,
        PostgresException { SqlState: "40001" or "40P01" or "55P03" } => Trouble.Contention,
        // 08 connection, 53 no resources, 57P shut down or starting up, 58 system
        PostgresException postgres when postgres.SqlState.StartsWith("57P", StringComparison.Ordinal)
            || postgres.SqlState[..2] is "08" or "53" or "58" || postgres.IsTransient => Trouble.Away,
        SqlException sql => JudgeSqlServer(sql),
        DbException { IsTransient: true } => Trouble.Away,
        TimeoutException => Trouble.Away,
        SocketException => Trouble.Away,
        BrokerUnreachableException or AlreadyClosedException or OperationInterruptedException => Trouble.Away,
        ConnectionException => Trouble.Away,
        _ => Trouble.Own,
    };

    // 1205 deadlock, 1222 lock wait, 3960 snapshot conflict; the rest: no connection, cut, time-out, failing over
    static Trouble JudgeSqlServer(SqlException exception) => exception.Number switch
    {
        1205 or 1222 or 3960 => Trouble.Contention,
        -2 or 0 or 2 or 20 or 53 or 64 or 121 or 233 or 258 or 997 or 1204 or 4060 or 4221 or 10053 or 10054 or 10060 or 10061
            or 10928 or 10929 or 17142 or 40143 or 40197 or 40501 or 40540 or 40613 or 49918 or 49919 or 49920 => Trouble.Away,
        _ => exception.Class >= 20 ? Trouble.Away : Trouble.Own,
    };
}
