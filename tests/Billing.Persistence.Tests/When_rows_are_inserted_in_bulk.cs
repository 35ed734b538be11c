using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.Persistence.Tests;

public sealed class When_rows_are_inserted_in_bulk(SampleDatabase database) : IClassFixture<SampleDatabase>
{
    [Fact]
    public async Task Should_read_back_every_kind_of_value_through_ef()
    {
        var full = new Sample
        {
            Account = new("O'Brien \"quoted\" \\ {curly}, ünïcode 日本"),
            Step = CloseStep.Invoiced,
            Channel = Channel.Sms,
            UnitPrice = 1234567890123456.123456789012m,
            Discount = -0.000000000001m,
            FirstDay = new DateOnly(2028, 2, 29),
            At = new DateTimeOffset(2026, 10, 31, 20, 30, 0, TimeSpan.FromHours(-5)),
            PaidAt = DateTimeOffset.UnixEpoch,
            Note = "line one\nline two; --drop",
            Attempts = -1,
            Size = long.MaxValue,
            Late = true,
            Digest = [0, 1, 255],
            Pause = TimeSpan.FromMinutes(90),
            Price = new Price(12.3456m, "KWD"),
        };
        var empty = new Sample { Account = new("empty"), Note = null };

        await using (var db = database.Open())
            await database.Bulk.InsertAsync(db, [full, empty]);

        await using var read = database.Open();
        var stored = await read.Samples.AsNoTracking().ToDictionaryAsync(x => x.Id);
        AssertSame(full, stored[full.Id]);
        AssertSame(empty, stored[empty.Id]);
    }

    [Fact]
    public async Task Should_store_what_ef_itself_would_store()
    {
        var byBulk = new Sample { Account = new("bulk"), UnitPrice = 0.1m, Step = CloseStep.Closed };
        var byEf = new Sample { Account = new("ef"), UnitPrice = 0.1m, Step = CloseStep.Closed };
        await using var db = database.Open();
        await database.Bulk.InsertAsync(db, [byBulk]);
        db.Add(byEf);
        await db.SaveChangesAsync();

        Assert.Equal(2, await db.Samples.CountAsync(x => x.UnitPrice == 0.1m && x.Step == CloseStep.Closed && x.Channel == null));
    }

    [Fact]
    public async Task Should_fail_them_all_when_one_key_is_taken()
    {
        var taken = new Sample { Account = new("taken") };
        await using var db = database.Open();
        await database.Bulk.InsertAsync(db, [taken]);

        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(
            () => database.Bulk.InsertAsync(db, [new Sample { Account = new("beside") }, new Sample { Account = new("taken") }]));

        Assert.False(await db.Samples.AnyAsync(x => x.Account == new AccountNumber("beside")));
    }

    [Fact]
    public async Task Should_leave_generated_keys_to_the_database()
    {
        await using var db = database.Open();
        await database.Bulk.InsertAsync(db, [new Numbered { Name = "one" }, new Numbered { Name = "two" }]);

        Assert.Equal(2, await db.Numbered.Where(x => x.Id > 0).Select(x => x.Id).Distinct().CountAsync());
    }

    [Fact]
    public async Task Should_belong_to_the_contexts_transaction()
    {
        await using var db = database.Open();
        await using (var transaction = await db.Database.BeginTransactionAsync())
        {
            await database.Bulk.InsertAsync(db, [new Sample { Account = new("rolled back") }]);
            await transaction.RollbackAsync();
        }

        Assert.False(await db.Samples.AnyAsync(x => x.Account == new AccountNumber("rolled back")));
    }

    [Fact]
    public async Task Should_refuse_a_row_whose_key_was_forgotten()
    {
        await using var db = database.Open();
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => database.Bulk.InsertAsync(db, [new Sample { Id = Guid.Empty }]));
        Assert.Contains("Sample has no Id", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_do_nothing_for_no_rows()
    {
        await using var db = database.Open();
        await database.Bulk.InsertAsync<Sample>(db, []);
        Assert.Empty(await database.Bulk.InsertNewAsync<Sample>(db, []));
        Assert.Equal(0, await database.Bulk.UpdateAsync<Sample>(db, [], x => x.Note));
        await database.Bulk.AddUpAsync<Tally>(db, [], x => x.Seats);
    }

    static void AssertSame(Sample expected, Sample actual)
    {
        Assert.Equal(expected.Digest, actual.Digest);
        foreach (var property in typeof(Sample).GetProperties().Where(x => x.Name != nameof(Sample.Digest)))
            Assert.Equal(property.GetValue(expected), property.GetValue(actual));
    }
}
