using Billing.Hosting.Texts;
using Xunit;

namespace Billing.Hosting.Tests.Texts;

public class When_a_text_is_shortened
{
    [Theory]
    [InlineData("abcde", 5, "abcde")]
    [InlineData("abcdef", 5, "abcd…")]
    [InlineData("ab", 1, "…")]
    [InlineData("", 1, "")]
    [InlineData("abc\U0001F600", 4, "abc…")]
    [InlineData("ab\U0001F600cd", 4, "ab…")]
    public void Should_fit_and_never_end_in_half_a_character(string text, int longest, string expected) =>
        Assert.Equal(expected, text.ShortenedTo(longest));
}
