using Billing.Hosting.Texts;

namespace Billing.Hosting.Tests.Texts;

/// <summary>Whoever registers an address and whoever writes to it go by one rule: nobody is taken who cannot be written to.</summary>
public sealed class When_an_address_is_read
{
    [Theory]
    [InlineData("billing@acme.example", "billing@acme.example"), InlineData("a+b.c@x-y.example", "a+b.c@x-y.example")]
    [InlineData("rechnung@müller.example", "rechnung@xn--mller-kva.example"), InlineData("pay@例え.テスト", "pay@xn--r8jz45g.xn--zckzah")]
    [InlineData("\"two words\"@acme.example", null), InlineData("rechnüng@acme.example", null), InlineData("a@b@c.example", null)]
    [InlineData("@acme.example", null), InlineData("a@", null), InlineData("a b@acme.example", null), InlineData("a@acme..example", null)]
    [InlineData("a@-acme.example", null), InlineData("jane@acme.example\r\nBcc: all@acme.example", null), InlineData("", null), InlineData(null, null)]
    public void Should_be_given_as_it_travels_or_not_at_all(string? address, string? travels) => Assert.Equal(travels, MailAddress.ToAscii(address));

    [Fact]
    public void Should_be_no_longer_than_the_mail_standard_allows()
    {
        var longest = $"a@{string.Join('.', Enumerable.Repeat(new string('b', 61), 4))}.exam";
        Assert.Equal(254, longest.Length);
        Assert.Equal(longest, MailAddress.ToAscii(longest));
        Assert.Null(MailAddress.ToAscii($"{longest}p"));
    }
}
