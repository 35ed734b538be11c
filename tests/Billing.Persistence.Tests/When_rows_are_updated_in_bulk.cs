using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.Persistence.Tests;

public sealed class When_rows_are_updated_in_bulk(SampleDatabase database) : IClassFixture<SampleDatabase>
{
    [Fact]
    public async Task Should_change_the_named_columns_and_no_other()
    {
        var rows = await GivenAsync("u", 3);
        foreach (var row in rows)
        {
            row.Step = CloseStep.Closed;
            row.Note = null;
            row.Price = new Price(5.5m, "EUR");
            row.Attempts = 99;
        }

        await using var db = database.Open();
        var count = await database.Bulk.UpdateAsync(db, rows, x => new { x.Step, x.Note, x.Price.Amount });

        Assert.Equal(3, count);
        Assert.All(await StoredAsync(rows), x =>
        {
            Assert.Equal((CloseStep.Closed, null, 5.5m), (x.Step, x.Note, x.Price.Amount));
            Assert.Equal((0, "USD"), (x.Attempts, x.Price.Currency));
        });
    }

    [Fact]
    public async Task Should_name_a_complex_property_as_a_whole()
    {
        var rows = await GivenAsync("c", 1);
        rows[0].Price = new Price(7m, "JPY");
        await using var db = database.Open();
        await database.Bulk.UpdateAsync(db, rows, x => x.Price);
        Assert.Equal(new Price(7m, "JPY"), (await StoredAsync(rows))[0].Price);
    }

    [Fact]
    public async Task Should_pass_over_rows_that_moved_on()
    {
        var rows = await GivenAsync("g", 3);
        await using var db = database.Open();
        rows[1].Step = CloseStep.Invoiced;
        await database.Bulk.UpdateAsync(db, [rows[1]], x => x.Step);

        foreach (var row in rows)
            row.Step = CloseStep.Closed;
        var count = await database.Bulk.UpdateAsync(db, rows, x => x.Step, x => x.Step, CloseStep.Waiting);

        Assert.Equal(2, count);
        Assert.Equal([CloseStep.Closed, CloseStep.Invoiced, CloseStep.Closed], (await StoredAsync(rows)).Select(x => x.Step));
    }

    [Fact]
    public async Task Should_understand_nothing_as_the_expected_value()
    {
        var rows = await GivenAsync("p", 2);
        await using var db = database.Open();
        rows[0].PaidAt = DateTimeOffset.UnixEpoch;
        Assert.Equal(1, await database.Bulk.UpdateAsync(db, [rows[0]], x => x.PaidAt, x => x.PaidAt, null));
        Assert.Equal(0, await database.Bulk.UpdateAsync(db, [rows[0]], x => x.PaidAt, x => x.PaidAt, null));
        Assert.Equal(1, await database.Bulk.UpdateAsync(db, rows, x => x.Note, x => x.PaidAt, DateTimeOffset.UnixEpoch));
    }

    [Fact]
    public async Task Should_count_no_row_that_is_not_there()
    {
        await using var db = database.Open();
        Assert.Equal(0, await database.Bulk.UpdateAsync(db, [new Sample()], x => x.Note));
    }

    [Fact]
    public async Task Should_refuse_an_expression_that_names_no_column()
    {
        await using var db = database.Open();
        await Assert.ThrowsAsync<ArgumentException>(() => database.Bulk.UpdateAsync(db, [new Sample()], x => x.Note!.Length));
    }

    async Task<Sample[]> GivenAsync(string name, int count)
    {
        var rows = Enumerable.Range(1, count).Select(i => new Sample { Account = new($"{name}-{i}"), Note = "before" }).ToArray();
        await using var db = database.Open();
        await database.Bulk.InsertAsync(db, rows);
        return rows;
    }

    async Task<Sample[]> StoredAsync(Sample[] rows)
    {
        await using var db = database.Open();
        var stored = await db.Samples.AsNoTracking().ToDictionaryAsync(x => x.Id);
        return [.. rows.Select(row => stored[row.Id])];
    }
}
