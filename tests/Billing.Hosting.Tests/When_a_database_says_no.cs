using System.Net.Sockets;
using Billing.Hosting.Bus;
using Billing.Persistence;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Billing.Hosting.Tests;

/// <summary>What is waited for, and what is the fault of the one who asked.</summary>
public sealed class When_a_database_says_no
{
    [Theory]
    [InlineData("08006", "FATAL", true), InlineData("57P01", "FATAL", true), InlineData("57P03", "FATAL", true), InlineData("53300", "FATAL", true)]
    // a standby, or a primary that is none any more: another one is it, or will be
    [InlineData("25006", "ERROR", true)]
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

    /// <summary>The client itself says so: first with a reason for each server, and while it remembers them with none.</summary>
    [Fact]
    public async Task Should_be_waited_for_when_none_of_several_servers_is_the_primary()
    {
        await using var one = new TcpCut(TcpCut.Host, 1, cut: true);
        await using var other = new TcpCut(TcpCut.Host, 1, cut: true);
        var servers = $"Host={TcpCut.Host}:{one.Port},{TcpCut.Host}:{other.Port};Database=none;Username=nobody;Target Session Attributes=primary";
        foreach (var reasons in (bool[])[true, false])
        {
            await using var connection = new NpgsqlConnection(servers);
            var none = await Assert.ThrowsAsync<NpgsqlException>(() => connection.OpenAsync());
            Assert.Equal(reasons, none.InnerException is not null);
            Assert.True(DatabaseAway.Is(none), $"{none}");
            Assert.Equal(Trouble.Away, Transient.Judge(new InvalidOperationException("as EF Core says it", none)));
        }
    }

    /// <summary>A server that fell silent while it was asked whether it is the primary: no statement of ours was begun.</summary>
    [Fact]
    public void Should_be_waited_for_when_one_of_several_servers_does_not_say_what_it_is()
    {
        var silent = new NpgsqlException("Exception while reading from stream", new TimeoutException("Timeout during reading attempt"));
        var none = new NpgsqlException("Unable to connect to a suitable host.", new AggregateException(silent, new SocketException()));

        Assert.True(DatabaseAway.Is(none));
        Assert.Equal(Trouble.Away, Transient.Judge(none));
    }

    [Fact]
    public void Should_not_be_blamed_for_what_takes_too_long() =>
        Assert.False(DatabaseAway.Is(new NpgsqlException("slow", new TimeoutException("Timeout during reading attempt"))));
}
