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
        // deadlock, lock wait, snapshot conflict
        SqlException { Number: 1205 or 1222 or 3960 } => Trouble.Contention,
        _ when DatabaseAway.IsAlone(exception) => Trouble.Away,
        BrokerUnreachableException or AlreadyClosedException or OperationInterruptedException => Trouble.Away,
        ConnectionException => Trouble.Away,
        _ => Trouble.Own,
    };
}
