using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.Persistence.Tests;

public sealed class When_some_rows_are_there_already(SampleDatabase database) : IClassFixture<SampleDatabase>
{
    [Fact]
    public async Task Should_insert_and_return_only_the_new_ones()
    {
        var sameId = new Sample { Account = new("n-1") };
        var sameBusinessKey = new Sample { Account = new("n-2") };
        await using var db = database.Open();
        await database.Bulk.InsertAsync(db, [sameId, sameBusinessKey]);
        Sample[] rows =
        [
            new() { Id = sameId.Id, Account = new("n-3") },
            new() { Account = new("n-4") },
            new() { Account = new("n-2") },
            new() { Account = new("n-5") },
        ];

        var inserted = await database.Bulk.InsertNewAsync(db, rows);

        Assert.Equal([rows[1], rows[3]], inserted);
        Assert.Equal(4, await db.Samples.CountAsync());
    }

    [Fact]
    public async Task Should_take_the_first_of_equal_rows_in_one_call()
    {
        var id = Guid.NewGuid();
        Sample[] rows =
        [
            new() { Id = id, Account = new("twice"), Note = "first" },
            new() { Id = id, Account = new("twice"), Note = "same id" },
            new() { Account = new("twice"), Note = "same business key" },
        ];
        await using var db = database.Open();

        Assert.Equal([rows[0]], await database.Bulk.InsertNewAsync(db, rows));
        Assert.Equal("first", (await db.Samples.SingleAsync(x => x.Account == new AccountNumber("twice"))).Note);
    }

    [Fact]
    public async Task Should_leave_the_transaction_usable_after_a_conflict()
    {
        await using var db = database.Open();
        await database.Bulk.InsertAsync(db, [new Tally { Account = "t", Day = new(2026, 1, 1) }]);
        await using var transaction = await db.Database.BeginTransactionAsync();
        Assert.Empty(await database.Bulk.InsertNewAsync(db, [new Tally { Account = "t", Day = new(2026, 1, 1) }]));
        Assert.Single(await database.Bulk.InsertNewAsync(db, [new Tally { Account = "t", Day = new(2026, 1, 2) }]));
        await transaction.CommitAsync();
    }

    [Fact]
    public async Task Should_give_each_row_to_exactly_one_of_many_writers()
    {
        var keys = Enumerable.Range(1, 300).Select(day => new DateOnly(2026, 1, 1).AddDays(day)).ToArray();

        var inserted = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            await using var db = database.Open();
            var rows = keys.Select(day => new Tally { Account = "race", Day = day }).ToArray();
            return (await database.Bulk.InsertNewAsync(db, rows)).Count;
        }));

        Assert.Equal(keys.Length, inserted.Sum());
    }
}
