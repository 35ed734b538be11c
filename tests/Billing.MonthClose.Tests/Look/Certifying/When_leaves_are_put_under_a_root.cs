using System.Globalization;
using System.Text;
using Billing.Views.Certificates;
using Xunit;

namespace Billing.MonthClose.Tests.Look.Certifying;

public class When_leaves_are_put_under_a_root
{
    static byte[][] Leaves(int count) =>
        [.. Enumerable.Range(0, count).Select(number => MerkleTree.Leaf(Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture))))];

    /// <summary>The values that follow from RFC 6962 for no leaf, one empty leaf, and two.</summary>
    [Fact]
    public void Should_hash_as_the_standard_has_it()
    {
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Convert.ToHexStringLower(MerkleTree.Root([])));
        Assert.Equal("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", Convert.ToHexStringLower(MerkleTree.Root([MerkleTree.Leaf([])])));
        Assert.Equal("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125", Convert.ToHexStringLower(MerkleTree.Root([MerkleTree.Leaf([]), MerkleTree.Leaf([0])])));
    }

    [Fact]
    public void Should_show_each_leaf_to_be_in_it_and_nothing_else()
    {
        for (var count = 1; count <= 70; count++)
        {
            var leaves = Leaves(count);
            var root = MerkleTree.Root(leaves);
            for (var index = 0; index < count; index++)
            {
                var path = MerkleTree.Path(leaves, index);
                Assert.True(MerkleTree.IsUnder(root, leaves[index], index, count, path), $"leaf {index} of {count}");
                Assert.False(MerkleTree.IsUnder(root, MerkleTree.Leaf([0xff]), index, count, path), $"another leaf at {index} of {count}");
                Assert.False(MerkleTree.IsUnder(root, leaves[index], index, count, [.. path, root]), $"a longer path for {index} of {count}");
                if (index > 0)
                    Assert.False(MerkleTree.IsUnder(root, leaves[index], index - 1, count, path), $"leaf {index} of {count} at another place");
            }
        }
    }

    [Fact]
    public void Should_differ_when_a_leaf_is_another_one_or_stands_elsewhere()
    {
        var leaves = Leaves(9);
        var root = MerkleTree.Root(leaves);
        Assert.NotEqual(root, MerkleTree.Root([.. leaves.Reverse()]));
        Assert.NotEqual(root, MerkleTree.Root([.. leaves, leaves[^1]]));
        Assert.NotEqual(root, MerkleTree.Root(leaves[..^1]));
    }
}
