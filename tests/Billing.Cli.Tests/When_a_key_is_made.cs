using System.Text.RegularExpressions;
using Billing.Cli.Keys;

namespace Billing.Cli.Tests;

public sealed partial class When_a_key_is_made
{
    [Fact]
    public void Should_show_the_key_once_and_the_settings_of_its_hash() => Assert.Equal(
        """
        key: sesame
        Http__Keys__console__Hash=d0c04f4b1951e4aeaaec8223ed2039e542f3aae805a6fa7f6d794e5afff5d272
        Http__Keys__console__Rights=Read, Operate

        """, KeyVerb.Text("sesame", "console", "read,OPERATE"));

    [Fact]
    public void Should_be_256_random_bits_that_a_header_can_carry()
    {
        Assert.Matches(Key(), KeyVerb.NewKey());
        Assert.NotEqual(KeyVerb.NewKey(), KeyVerb.NewKey());
    }

    [Theory]
    [InlineData("console", "read,delete", "--rights is read,delete; expected some of read, operate, money, personal, all, with commas.")]
    [InlineData("console", "", "--rights is ; expected some of read, operate, money, personal, all, with commas.")]
    [InlineData("con sole", "read", "NAME is con sole; expected up to 64 letters, digits, dots, hyphens and underscores.")]
    public void Should_refuse_what_no_service_would_take(string name, string rights, string said) =>
        Assert.Equal(said, Assert.Throws<CliException>(() => KeyVerb.Text("sesame", name, rights)).Message);

    [GeneratedRegex("^[A-Za-z0-9_-]{43}$")]
    private static partial Regex Key();
}
