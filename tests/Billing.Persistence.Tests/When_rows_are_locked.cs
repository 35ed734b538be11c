using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.Persistence.Tests;

public sealed class When_rows_are_locked(SampleDatabase database) : IClassFixture<SampleDatabase>
{
    [Fact]
    public async Task Should_share_out_the_rows_when_locked_ones_are_skipped()
    {
        await GivenAsync("skip", 4);
        await using var first = database.Open();
        await using var second = database.Open();
        await using var one = await first.Database.BeginTransactionAsync();
        await using var two = await second.Database.BeginTransactionAsync();

        var taken = await Rows(first, "skip").Take(3).ForUpdateSkipLocked().ToListAsync();
        var rest = await Rows(second, "skip").ForUpdateSkipLocked().ToListAsync();

        Assert.Equal(3, taken.Count);
        Assert.Equal(4, taken.Concat(rest).Select(x => x.Id).Distinct().Count());
        Assert.Single(rest);
    }

    [Fact]
    public async Task Should_make_a_second_reader_wait_for_the_first()
    {
        await GivenAsync("wait", 1);
        await using var first = database.Open();
        await using var second = database.Open();
        await using var one = await first.Database.BeginTransactionAsync();
        await using var two = await second.Database.BeginTransactionAsync();

        var row = await Rows(first, "wait").ForUpdate().SingleAsync();
        var waiting = Rows(second, "wait").ForUpdate().SingleAsync();
        row.Attempts = 7;
        await first.SaveChangesAsync();
        Assert.False(waiting.IsCompleted);
        await one.CommitAsync();

        Assert.Equal(7, (await waiting).Attempts);
    }

    [Fact]
    public async Task Should_lock_only_the_first_table_of_a_join()
    {
        await GivenAsync("join", 1);
        await using var db = database.Open();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var rows = await (from sample in db.Samples
                          where sample.Note == "join"
                          join tally in db.Tallies on sample.Period equals tally.Account into tallies
                          from tally in tallies.DefaultIfEmpty()
                          select new { sample, tally }).ForUpdate().ToListAsync();
        Assert.Single(rows);
    }

    [Fact]
    public async Task Should_lock_through_a_projection_and_a_page()
    {
        await GivenAsync("page", 3);
        await using var db = database.Open();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var ids = await Rows(db, "page").Take(2).Select(x => x.Id).ForUpdate().ToListAsync();
        var nested = await Rows(db, "page").Take(2).Where(x => x.Attempts == 0).OrderBy(x => x.Size).Take(1).ForUpdate().ToListAsync();
        Assert.Equal(2, ids.Count);
        Assert.Single(nested);
    }

    static IQueryable<Sample> Rows(SampleDbContext db, string note) => db.Samples.Where(x => x.Note == note).OrderBy(x => x.Period).ThenBy(x => x.Id);

    async Task GivenAsync(string note, int count)
    {
        await using var db = database.Open();
        await database.Bulk.InsertAsync(
            db, Enumerable.Range(1, count).Select(i => new Sample { Account = new($"{note}-{i}"), Note = note }).ToArray());
    }
}
