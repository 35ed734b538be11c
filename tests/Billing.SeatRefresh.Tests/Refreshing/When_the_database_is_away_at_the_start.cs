using Billing.SeatRefresh.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Xunit;

namespace Billing.SeatRefresh.Tests.Refreshing;

public sealed class When_the_database_is_away_at_the_start : IAsyncLifetime
{
    readonly SeatRefreshHouse _house = new();

    public Task InitializeAsync() => _house.InitializeAsync();
    public Task DisposeAsync() => _house.DisposeAsync();

    /// <summary>Longer than the start waits for its tables. The due times are computed by the new age when the database is there.</summary>
    [Fact]
    public async Task Should_start_and_compute_the_due_times_when_it_is_back()
    {
        var connection = new NpgsqlConnectionStringBuilder(_house.Database);
        await using var wire = new TcpCut(connection.Host!, connection.Port, cut: true);
        (connection.Host, connection.Port) = (TcpCut.Host, wire.Port);
        await using var another = await _house.StartAnotherAsync(
            new() { ["Database:ConnectionString"] = connection.ConnectionString, ["Refreshing:MaxAge"] = "12:00:00" });

        wire.Mend();

        await Eventually.HoldsAsync(() => _house.AskAsync(db => db.Settings.Select(settings => settings.DueBy!).SingleAsync()),
            rules => rules.StartsWith("12:00:00", StringComparison.Ordinal), "the due times are computed anew");
    }
}
