using Billing.Hosting.Identity;
using Xunit;

namespace Billing.Hosting.Tests.Identity;

public class When_an_id_follows_from_a_name
{
    [Fact]
    public void Should_be_the_same_for_the_same_name_in_every_release() =>
        Assert.Equal(Guid.Parse("70d33961-6fbf-8bb5-a248-10da15efeaa6"), DeterministicGuid.Of("payment:4711"));

    [Fact]
    public void Should_differ_for_another_name() => Assert.NotEqual(DeterministicGuid.Of("payment:4711"), DeterministicGuid.Of("payment:4712"));

    [Fact]
    public void Should_say_in_its_version_that_it_is_made_of_a_hash() => Assert.Equal(8, DeterministicGuid.Of("payment:4711").Version);

    [Fact]
    public void Should_begin_as_it_is_told_and_be_made_of_the_hash_from_there_on()
    {
        var (hash, id) = (DeterministicGuid.Of("payment:4711"), DeterministicGuid.Of("payment:4711", 202610));

        Assert.Equal(Guid.Parse("00031772-6fbf-8bb5-a248-10da15efeaa6"), id);
        Assert.Equal(202610, DeterministicGuid.BeginningOf(id));
        Assert.Equal(hash, DeterministicGuid.Of("payment:4711", DeterministicGuid.BeginningOf(hash)));
    }
}
