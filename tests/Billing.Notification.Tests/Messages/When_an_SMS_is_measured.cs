using Billing.Notification.Messages;

namespace Billing.Notification.Tests.Messages;

public sealed class When_an_SMS_is_measured
{
    [Theory]
    [InlineData("", 1, 1), InlineData("a", 160, 1), InlineData("a", 161, 2), InlineData("a", 306, 2), InlineData("a", 307, 3)]
    // € and the like take two places, which are not divided between segments: 76 of them leave one place of 153 empty
    [InlineData("€", 80, 1), InlineData("€", 81, 2), InlineData("€", 152, 2), InlineData("€", 153, 3)]
    [InlineData("ü", 160, 1), InlineData("ł", 70, 1), InlineData("ł", 71, 2), InlineData("ł", 134, 2), InlineData("ł", 135, 3)]
    // so do characters beyond the first 65,536: 33 of them leave one place of 67 empty
    [InlineData("😀", 35, 1), InlineData("😀", 66, 2), InlineData("😀", 67, 3)]
    public void Should_count_the_segments_that_are_billed(string character, int times, int segments) =>
        Assert.Equal(segments, SmsSegments.Of(string.Concat(Enumerable.Repeat(character, times))));

    [Theory]
    [InlineData("+4930123456", "DE"), InlineData("+14158675309", "US"), InlineData("+442079460000", "GB"), InlineData("+41446681800", "CH")]
    [InlineData("+390236618300", "IT")]
    public void Should_know_the_country(string number, string country)
    {
        Assert.True(RecipientNumber.IsInternational(number));
        Assert.Equal(country, RecipientNumber.CountryOf(number));
    }

    [Theory]
    [InlineData(null), InlineData(""), InlineData("030123456"), InlineData("004930123456"), InlineData("+49 30 123456"), InlineData("+49(30)123456")]
    [InlineData("+4930CALLNOW")]
    [InlineData("+493012345678901234"), InlineData("+49123"), InlineData("+1234567"), InlineData("+999123456789"), InlineData("+4930123456\n")]
    [InlineData("+٤٩٣٠١٢٣٤٥٦")]
    public void Should_take_no_number_that_cannot_be(string? number) => Assert.False(RecipientNumber.IsInternational(number));
}
