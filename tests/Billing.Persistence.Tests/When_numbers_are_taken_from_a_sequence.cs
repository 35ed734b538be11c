using Xunit;

namespace Billing.Persistence.Tests;

public sealed class When_numbers_are_taken_from_a_sequence(SampleDatabase database) : IClassFixture<SampleDatabase>
{
    [Fact]
    public async Task Should_never_give_a_number_twice()
    {
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            await using var db = database.Open();
            return await database.Sequences.TakeAsync(db, "InvoiceNumbers", 50);
        }));

        Assert.Equal(400, taken.SelectMany(x => x).Distinct().Count());
        Assert.Equal(1000, taken.SelectMany(x => x).Min());
    }

    [Fact]
    public async Task Should_take_none_when_none_are_asked_for()
    {
        await using var db = database.Open();
        Assert.Empty(await database.Sequences.TakeAsync(db, "InvoiceNumbers", 0));
    }
}
