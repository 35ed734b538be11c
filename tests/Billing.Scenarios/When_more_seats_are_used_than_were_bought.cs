using Billing.Contracts.MonthClose.V1;
using Billing.Contracts.Notification.V1;
using Billing.Contracts.Seats.V1;
using Billing.Scenarios.House;
using Xunit;

namespace Billing.Scenarios;

/// <summary>A month of one account, from the day on which somebody joins to the line on the invoice. Computed by hand.</summary>
[Trait("Category", "Slow")]
public sealed class When_more_seats_are_used_than_were_bought
{
    [Fact]
    public async Task Should_bill_the_owed_seats_from_the_day_on_which_they_were_seen()
    {
        await using var diary = await SeatsAndMonths.OpenAsync("2026-10-01");

        // 2026-10-01  acme buys 2 seats for the year, at 20.00 EUR a seat and month; ann and bob work
        diary.On("2026-10-01");
        await BuyAsync(diary);
        await diary.TellListAsync(new RecordMemberships { Reference = "first", Memberships = [Member("acme", "ann"), Member("acme", "bob")] }, "first");

        // 2026-10-01 12:00  counted: 2 used of 2, nothing is owed; nobody is left, which is said once
        var told = await diary.TickAsync("2026-10-01", "12:00", version: 1);
        Assert.Equal((2, 2, 0), (told.SeatsInUse, told.MaxSeatsUsed, told.SeatsOwed));
        await diary.HearAsync<SendEmail>(x => x.Template == "seats-near-limit");

        // 2026-10-16  cid joins; the 18:00 count sees three: one seat is owed from the 16th on
        diary.On("2026-10-16");
        await diary.TellListAsync(new RecordMemberships { Reference = "cid joins", Memberships = [Member("acme", "cid")] }, "cid joins");
        told = await diary.TickAsync("2026-10-16", "18:00", version: 2);
        Assert.Equal((3, 3, 1), (told.SeatsInUse, told.MaxSeatsUsed, told.SeatsOwed));
        var letter = await diary.HearAsync<SendEmail>(x => x.Template == "seats-overage");
        Assert.Equal(("owner@acme.example", "1"), (letter.To, letter.Values!["owed"]));

        // 2026-10-21  bob leaves: two in use, and the mark of the term stays at three
        diary.On("2026-10-21");
        await diary.TellListAsync(new RecordMemberships { Reference = "bob leaves", Memberships = [Member("acme", "bob") with { State = "removed" }] },
            "bob leaves");
        told = await diary.TickAsync("2026-10-21", "12:00", version: 3);
        Assert.Equal((2, 3, 1), (told.SeatsInUse, told.MaxSeatsUsed, told.SeatsOwed));

        // 2026-10-25  dan joins in a project below, and a group with pia in it is invited there: four in use, two are owed from the 25th on
        diary.On("2026-10-25");
        await diary.TellListAsync(
            new RegisterNamespaces { Reference = "a project", Namespaces = [new() { NamespaceId = "acme/web", ParentId = "acme", Kind = "project" }] },
            "a project");
        await diary.TellListAsync(new RecordMemberships { Reference = "dan and pia", Memberships = [Member("acme/web", "dan"), Member("partners", "pia")] },
            "dan and pia");
        await diary.TellListAsync(
            new RecordInvitations { Reference = "partners", Invitations = [new() { NamespaceId = "acme/web", GroupId = "partners", State = "active" }] },
            "partners");
        told = await diary.TickAsync("2026-10-25", "12:00", version: 4);
        Assert.Equal((4, 4, 2), (told.SeatsInUse, told.MaxSeatsUsed, told.SeatsOwed));

        // 2026-11-01 13:00  the month is closed
        //   10-01 to 10-15  nothing
        //   10-16 to 10-24  1 seat,   9 of 31 days: 20.00 × 9/31 =  5.8064… ->  5.81
        //   10-25 to 10-31  2 seats,  7 of 31 days: 40.00 × 7/31 =  9.0322… ->  9.03
        //                                                                      14.84
        diary.On("2026-11-01", "13:00");
        await diary.TellAsync(new StartMonthClose { Period = "2026-10", RequestedBy = "diary" });
        var invoice = await diary.HearAsync<InvoiceIssued>(x => x.AccountId == "acme");
        Assert.Equal(14.84m, invoice.Total);
        Assert.Equal(
            ["seats 2026-10-16 to 2026-10-24: 1 × 20 × 9/31 days = 5.81", "seats 2026-10-25 to 2026-10-31: 2 × 20 × 7/31 days = 9.03"],
            await diary.LinesOfAsync(invoice.Number));
        // one letter for each threshold: nobody left; one owed; two owed
        Assert.Equal(["seats-near-limit", "seats-overage", "seats-overage"], diary.Heard<SendEmail>().Select(x => x.Template).Order());
    }

    static async Task BuyAsync(SeatsAndMonths diary)
    {
        await diary.TellAsync(new SetPrice { PriceCode = "seat", Currency = "EUR", Description = "Seats above those bought", Model = "unit", UnitPrice = 20m });
        await diary.TellAsync(new RegisterAccount { AccountId = "acme", Name = "Acme", Currency = "EUR", ManualPayment = true, JoinedOn = new(2026, 10, 1) });
        await diary.HearAsync<AccountRegistered>(x => x.AccountId == "acme");
        await diary.TellListAsync(new RegisterSubscriptions
        {
            Reference = "contract",
            Subscriptions =
            [
                new()
                {
                    SubscriptionId = "sub-acme",
                    AccountId = "acme",
                    NamespaceId = "acme",
                    Plan = "premium",
                    Seats = 2,
                    TermStart = new(2026, 10, 1),
                    TermEnd = new(2027, 9, 30),
                    AlertEmail = "owner@acme.example"
                }
            ]
        }, "contract");
    }

    static RecordMembership Member(string at, string user) => new() { NamespaceId = at, UserId = user, Role = "developer", State = "active" };
}
