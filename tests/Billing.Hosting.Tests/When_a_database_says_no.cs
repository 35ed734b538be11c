using System.Net.Sockets;
using Billing.Persistence;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Billing.Hosting.Tests;

/// <summary>What is waited for, and what is the fault of the one who asked.</summary>
public sealed class When_a_database_says_no
{
    [Theory]
    [InlineData("08006", "FATAL", true), InlineData("57P01", "FATAL", true), InlineData("57P03", "FATAL", true), InlineData("53300", "FATAL", true)]
    [InlineData("53100", "ERROR", true), InlineData("58030", "ERROR", true)]
    // a session cannot begin, because the server cannot write a file
    [InlineData("XX000", "FATAL", true)]
    // a bug in the server or in the index: the same statement meets it again
    [InlineData("XX000", "ERROR", false), InlineData("XX002", "ERROR", false)]
    [InlineData("40001", "ERROR", false), InlineData("40P01", "ERROR", false), InlineData("55P03", "ERROR", false)]
    [InlineData("23505", "ERROR", false), InlineData("22001", "ERROR", false), InlineData("42501", "ERROR", false), InlineData("57014", "ERROR", false)]
    [InlineData("28P01", "FATAL", false), InlineData("3D000", "FATAL", false)]
    public void Should_be_waited_for_when_nobody_is_to_blame(string state, string severity, bool isAway)
    {
        var refusal = new PostgresException("no", severity, severity, state);

        Assert.Equal(isAway, DatabaseAway.Is(refusal));
        Assert.Equal(isAway, DatabaseAway.Is(new DbUpdateException("as EF Core says it", refusal)));
    }

    [Fact]
    public void Should_be_waited_for_when_it_cannot_be_reached() =>
        Assert.True(DatabaseAway.Is(new InvalidOperationException("as EF Core says it", new NpgsqlException("away", new SocketException()))));

    [Fact]
    public void Should_not_be_blamed_for_what_takes_too_long() =>
        Assert.False(DatabaseAway.Is(new NpgsqlException("slow", new TimeoutException("Timeout during reading attempt"))));
}
