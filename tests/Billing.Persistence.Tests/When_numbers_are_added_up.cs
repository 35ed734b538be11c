using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.Persistence.Tests;

public sealed class When_numbers_are_added_up(SampleDatabase database) : IClassFixture<SampleDatabase>
{
    static readonly DateOnly Day = new(2026, 10, 1);

    [Fact]
    public async Task Should_insert_first_and_add_from_then_on()
    {
        await using var db = database.Open();
        await database.Bulk.AddUpAsync(db, [new Tally { Account = "a", Day = Day, Seats = 2, Amount = null }], x => new { x.Seats, x.Amount });
        await database.Bulk.AddUpAsync(db, [new Tally { Account = "a", Day = Day, Seats = -5, Amount = 1.25m, Unit = "other" }], x =>
            new { x.Seats, x.Amount });

        var tally = await db.Tallies.AsNoTracking().SingleAsync(x => x.Account == "a");
        Assert.Equal((-3, 1.25m, "seat"), (tally.Seats, tally.Amount, tally.Unit));
    }

    [Fact]
    public async Task Should_add_rows_of_one_call_together()
    {
        await using var db = database.Open();
        await database.Bulk.AddUpAsync(
            db, [new Tally { Account = "b", Day = Day, Seats = 1 }, new Tally { Account = "b", Day = Day, Seats = 10 }], x => x.Seats);
        Assert.Equal(11, (await db.Tallies.AsNoTracking().SingleAsync(x => x.Account == "b")).Seats);
    }

    [Fact]
    public async Task Should_lose_nothing_when_many_add_at_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async worker =>
        {
            for (var round = 0; round < 10; round++)
            {
                await using var db = database.Open();
                var rows = Enumerable.Range(0, 20).Select(i => new Tally { Account = $"hot-{i}", Day = Day, Seats = 1 });
                // opposite orders: without ordered keys this deadlocks
                await database.Bulk.AddUpAsync(db, (worker % 2 == 0 ? rows : rows.Reverse()).ToArray(), x => x.Seats);
            }
        }));

        await using var read = database.Open();
        Assert.All(await read.Tallies.Where(x => x.Account.StartsWith("hot-")).ToListAsync(), x => Assert.Equal(80, x.Seats));
    }
}
