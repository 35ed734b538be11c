using Billing.Notification.Writing;

namespace Billing.Notification.Tests.Writing;

public sealed class When_a_letter_is_written
{
    // What MonthClose sends with each letter; the lines come with invoices only.
    static readonly Dictionary<string, string> Values = new()
    {
        ["name"] = "Acme, \"The\" Ltd",
        ["number"] = "2026-000017",
        ["period"] = "2026-10",
        ["currency"] = "USD",
        ["total"] = "54.20",
        ["credit"] = "4.20",
        ["due"] = "50.00",
        ["paid"] = "50.00",
        ["open"] = "50.00",
        ["next"] = "2 November 2026",
        ["until"] = "1 December 2026",
        ["payment"] = "Please transfer it by 1 December 2026."
    };

    [Fact]
    public void Should_show_the_lines_and_what_is_to_be_paid()
    {
        var letter = Templates.Write("invoice", new Dictionary<string,
            string>(Values)
        { ["lines"] = "Object storage: 200 × 0.021 = 4.20\nPro plan: 1 × 50 = 50.00" }).Content!;
        Assert.Equal("Invoice 2026-000017 for 2026-10", letter.Subject);
        Assert.Contains("Object storage: 200 × 0.021 = 4.20\nPro plan", letter.Text);
        Assert.Contains("To be paid: 50.00 USD", letter.Text);
        Assert.Contains("Please transfer it by 1 December 2026.", letter.Text);
    }

    [Theory]
    [InlineData("receipt", "we have received 50.00 USD"), InlineData("payment-failed", "could not collect 50.00 USD"), InlineData("account-held", "on hold")]
    [InlineData("payment-retry", "50.00 USD for invoice 2026-000017 (2026-10). We will try again on 2 November 2026.")]
    [InlineData("payment-last-try", "once more on 2 November 2026; if that fails too, your account goes on hold")]
    [InlineData("payment-reminder", "which was to be paid by 1 December 2026")]
    [InlineData("payment-last-reminder", "Please transfer it before 2 November 2026; otherwise your account goes on hold")]
    [InlineData("payment-method-needed", "declined your payment method for good"), InlineData("hold-lifted", "no longer holds your account")]
    public void Should_know_the_letters_of_the_month(string name, string says) => Assert.Contains(says, Templates.Write(name, Values).Content!.Text);

    [Theory]
    [InlineData("credit-note", "corrected invoice 2026-000017 (2026-10) by 12.00 USD: an outage"), InlineData("refund", "12.00 USD for invoice 2026-000017")]
    [InlineData("payment-credited", "12.00 USD more than invoice 2026-000017 (2026-10) had open")]
    public void Should_know_the_letters_of_a_correction(string name, string says) =>
        Assert.Contains(says,
            Templates.Write(name, new Dictionary<string, string>(Values) { ["amount"] = "12.00", ["note"] = "CRN-1", ["reason"] = "an outage" }).Content!.Text);

    [Fact]
    public void Should_not_promise_another_try_without_its_day() =>
        Assert.Equal("Values.next is missing; expected a value.",
            Templates.Write("payment-retry", Values.Where(value => value.Key != "next").ToDictionary()).Refusal);

    [Fact]
    public void Should_not_send_a_bill_with_a_hole_in_it() =>
        Assert.Equal("Values.lines is missing; expected a value.", Templates.Write("invoice", Values).Refusal);

    [Theory]
    [InlineData("invoice", "2026-000017"), InlineData("receipt", "2026-000017"), InlineData("payment-reminder", "2026-000017")]
    [InlineData("payment-last-reminder", "2026-000017"), InlineData("credit-note", "CRN-1")]
    public void Should_link_the_paper_where_there_is_an_address_and_say_nothing_of_it_where_there_is_none(string name, string number)
    {
        var values = new Dictionary<string, string>(Values) { ["lines"] = "Pro plan: 1 × 50 = 50.00", ["amount"] = "12.00", ["note"] = "CRN-1", ["reason"] = "an outage" };
        var with = Templates.Write(name, new Dictionary<string, string>(values) { ["link"] = "https://pay.example/invoices/abc\"x" }).Content!;
        var without = Templates.Write(name, values).Content!;

        Assert.EndsWith($"{number}, to look at or to print: https://pay.example/invoices/abc\"x\n", with.Text);
        Assert.Contains($"<a href=\"https://pay.example/invoices/abc&quot;x\">", with.Html);
        Assert.DoesNotContain("print", without.Text);
        Assert.DoesNotContain("href", without.Html);
        Assert.DoesNotContain("{", without.Text + without.Html);
        Assert.Equal(without, Templates.Write(name, new Dictionary<string, string>(values) { ["link"] = "" }).Content);
    }

    [Fact]
    public void Should_refuse_a_letter_that_is_not_there() =>
        Assert.Equal("Template is \"bill\"; expected one of invoice, receipt, payment-failed, payment-retry, payment-last-try, payment-reminder, "
            + "payment-last-reminder, payment-method-needed, "
            + "account-held, hold-lifted, credit-note, refund, payment-credited, seats-near-limit, seats-overage.", Templates.Write("bill", Values).Refusal);

    [Fact]
    public void Should_fill_a_field_once_and_keep_a_subject_on_one_line()
    {
        var letter = Templates.Write("receipt", new Dictionary<string, string>(Values) { ["name"] = "{due}", ["number"] = "17\r\nBcc: all@example.com" }).Content!;
        Assert.Contains("Dear {due},", letter.Text);
        Assert.Equal("Receipt for invoice 17 Bcc: all@example.com", letter.Subject);
    }
}
