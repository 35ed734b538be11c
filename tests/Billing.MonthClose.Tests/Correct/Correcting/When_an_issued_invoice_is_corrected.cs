using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Books.Refunds;
using Billing.MonthClose.Close.Charging;
using Billing.MonthClose.Collect.Collecting;
using Billing.MonthClose.Correct.Correcting;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Correct.Correcting;

/// <summary>October is closed: each account has an invoice of 10.00, paid by charge unless it is said otherwise.</summary>
[TakesLong(40)]
public class When_an_issued_invoice_is_corrected : IAsyncLifetime
{
    readonly MonthCloseHouse house = new();

    public Task InitializeAsync() => house.InitializeAsync();

    public Task DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task Should_take_a_credit_note_on_an_open_invoice_off_what_is_open()
    {
        await CloseAsync(Sample.Account("open") with { ManualPayment = true });
        var note = await house.CreditAsync(await house.CreditNoteAsync("open", 4.00m));

        Assert.Equal(("CRN-000000001", 4.00m, 0m, 0m, 0m), (note.Number, note.Reduced, note.Refund, note.AccountCredit, note.Outside));
        Assert.Equal((6.00m, 0m), await house.BalanceAsync("open"));
        Assert.Equal((InvoiceStatus.Open, 6.00m, 2), await house.InvoiceAsync("open") is var invoice ? (invoice.Status, invoice.Open, invoice.Version) : default);
        Assert.Equal(("CRN-000000001", "4.00", "6.00"), await LetterAsync("credit-note", "open") is var letter ? (letter["note"], letter["amount"], letter["open"]) : default);

        await house.CreditAsync(await house.CreditNoteAsync("open", 6.00m));
        Assert.Equal(InvoiceStatus.Paid, (await house.InvoiceAsync("open")).Status);
        Assert.Equal((0m, 0m), await house.BalanceAsync("open"));
        await house.IsRejectedAsync(await house.CreditNoteAsync("open", 0.01m), "Amount is \"0.01\"; expected at most 0.00 USD");
        await BooksTieAsync();
    }

    [Fact]
    public async Task Should_refund_credit_and_leave_outside_what_was_paid_as_the_sender_says()
    {
        await CloseAsync(Sample.Account("paid"));
        await house.IsRejectedAsync(await house.CreditNoteAsync("paid", 9.00m) with { Refund = 5.00m, AccountCredit = 3.00m }, "expected 9.00");
        var note = await house.CreditAsync(await house.CreditNoteAsync("paid", 9.00m) with { Refund = 5.00m, AccountCredit = 3.00m, Outside = 1.00m });

        Assert.Equal(0m, note.Reduced);
        Assert.Equal(5.00m, (await house.HearsAsync<PaymentRefunded>(refund => refund.AccountId == "paid")).Amount);
        Assert.Equal([500], await house.GivenBackAsync("paid"));
        Assert.Equal((0m, 3.00m), await house.BalanceAsync("paid"));
        await LetterAsync("refund", "paid");
        await BooksTieAsync();
        Assert.Equal((9.00m, 5.00m, 10.00m), (await house.ReportedAsync("2026-10", "credited"), await house.ReportedAsync("2026-10", "refunded"), await house.ReportedAsync("2026-10", "collected")));

        await house.IsRejectedAsync(await house.CreditNoteAsync("paid", 2.00m), "expected at most 1.00");
    }

    [Fact]
    public async Task Should_take_a_credit_note_on_a_half_paid_invoice_off_the_open_half_first()
    {
        await CloseAsync(Sample.Account("half") with { ManualPayment = true });
        await PayAsync("half", 6.00m);
        var note = await house.CreditAsync(await house.CreditNoteAsync("half", 7.00m));
        Assert.Equal((4.00m, 3.00m), (note.Reduced, note.AccountCredit));
        Assert.Equal((0m, 3.00m), await house.BalanceAsync("half"));
        Assert.Equal(InvoiceStatus.Paid, (await house.InvoiceAsync("half")).Status);
        await house.IsRejectedAsync(await house.CreditNoteAsync("half", 3.00m) with { Refund = 3.00m }, "Refund is \"3.00\"; expected at most 0");
        await BooksTieAsync();
    }

    [Fact]
    public async Task Should_issue_a_credit_note_that_is_told_twice_once()
    {
        await CloseAsync(Sample.Account("twice"));
        var note = await house.CreditNoteAsync("twice", 2.00m) with { Refund = 2.00m };
        await house.TellAsync(note, note, note);
        await house.HearsAsync<PaymentRefunded>(refund => refund.AccountId == "twice");
        await Eventually.HoldsAsync(house.Broker.QueuesAreEmptyAsync, "all three are handled");
        Assert.Equal((1, 1, 1), await house.AskAsync(async db => (await db.CreditNotes.CountAsync(), await db.Refunds.CountAsync(), await db.Corrections.CountAsync())));
        Assert.Equal([200], await house.GivenBackAsync("twice"));
        await house.IsRejectedAsync(note with { Amount = 3.00m, Refund = 3.00m }, "an id of its own");
    }

    [Fact]
    public async Task Should_do_nothing_when_the_invoice_is_not_as_the_sender_believes()
    {
        await CloseAsync(Sample.Account("changed") with { ManualPayment = true });
        var note = await house.CreditNoteAsync("changed", 4.00m);
        await PayAsync("changed", 1.00m);
        await house.IsRejectedAsync(note, "InvoiceVersion is \"1\"; expected 2: INV-000000001 has changed since it was read; it is Open now, with 9.00 USD open");
        await house.IsRejectedAsync(note with { InvoiceVersion = 2, AsOf = new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero) }, "AsOf is \"01/01/2027");
        await house.IsRejectedAsync(note with { InvoiceVersion = 2, AsOf = new DateTimeOffset(2026, 10, 31, 0, 0, 0, TimeSpan.Zero) }, "when INV-000000001 was issued");
        await house.IsRejectedAsync(note with { InvoiceVersion = 2, Currency = "EUR" }, "Currency is \"EUR\"; expected USD");
        await house.IsRejectedAsync(note with { InvoiceNumber = "INV-999" }, "expected the number of an invoice");
        await house.IsRejectedAsync(note with { InvoiceVersion = 2, Lines = [new CreditedLine { Position = 1, Amount = 3.00m }] }, "add up to 4.00");
        Assert.Equal(0, await house.AskAsync(db => db.CreditNotes.CountAsync()));
        Assert.Equal((9.00m, 0m), await house.BalanceAsync("changed"));
    }

    [Fact]
    public async Task Should_credit_named_lines_and_spread_the_rest_to_the_last_minor_unit()
    {
        await house.SetPricesAsync(Sample.ApiCalls, Sample.ApiCalls with { PriceCode = "storage", UnitPrice = 0.0333m }, Sample.ApiCalls with { PriceCode = "traffic", UnitPrice = 0.0001m });
        await house.RegisterAsync(Sample.Account("lines"));
        await house.UseAsync(Sample.Use("lines", 1000), Sample.Use("lines", 100) with { PriceCode = "storage" }, Sample.Use("lines", 100) with { PriceCode = "traffic" });
        await house.CloseAsync("2026-10");      // 10.00 + 3.33 + 0.01 = 13.34

        await house.CreditAsync(await house.CreditNoteAsync("lines", 3.00m) with { Lines = [new CreditedLine { Position = 2, Amount = 3.00m }] });
        await house.IsRejectedAsync(await house.CreditNoteAsync("lines", 0.50m) with { Lines = [new CreditedLine { Position = 2, Amount = 0.50m }] }, "at most what is left of it");
        await house.CreditAsync(await house.CreditNoteAsync("lines", 5.00m));
        await house.CreditAsync(await house.CreditNoteAsync("lines", 5.34m));
        var credited = await house.AskAsync(db => db.CreditNoteLines.GroupBy(line => line.Position).OrderBy(line => line.Key).Select(line => line.Sum(part => part.Amount)).ToListAsync());
        Assert.Equal([10.00m, 3.33m, 0.01m], credited);
        await BooksTieAsync();
    }

    [Fact]
    public async Task Should_refuse_to_void_a_paid_invoice_and_say_what_to_do()
    {
        await CloseAsync(Sample.Account("paid"), Sample.Account("half") with { ManualPayment = true });
        await PayAsync("half", 1.00m);
        await house.IsRejectedAsync(await house.VoidAsync("paid"), "an invoice on which nothing is paid, and 10.00 USD is; issue a credit note instead");
        await house.IsRejectedAsync(await house.VoidAsync("half"), "issue a credit note instead");
        await house.IsRejectedAsync(await house.VoidAsync("paid") with { Amount = 11.00m }, "Amount is \"11.00\"; expected 10.00 USD");
        Assert.Empty(house.Heard<InvoiceVoided>());
    }

    [Fact]
    public async Task Should_refuse_to_void_while_nobody_knows_what_became_of_the_charge()
    {
        await house.GatewayRulesAsync(new { payment_method = "pm_lost", behaviour = "time_out_after_success" });
        await CloseAsync(Sample.Account("lost") with { PaymentMethod = "pm_lost" });
        await house.IsRejectedAsync(await house.VoidAsync("lost"), "is Unknown: wait until the gateway has answered");
        await house.IsRejectedAsync(await house.WriteOffAsync("lost"), "is Unknown: wait until the gateway has answered");
    }

    /// <summary>When the answer came, nothing was open any more: the money is his credit, and he is told so.</summary>
    [Fact]
    public async Task Should_tell_the_customer_of_money_that_a_lost_charge_took_for_what_was_credited()
    {
        await house.GatewayRulesAsync(new { payment_method = "pm_lost", behaviour = "time_out_after_success" });
        await CloseAsync(Sample.Account("lost") with { PaymentMethod = "pm_lost" });
        await house.TellAsync(await house.CreditNoteAsync("lost"));
        await house.HearsAsync<CreditNoteIssued>();

        await house.PassDueTimeAsync("lost");
        await house.HearsAsync<ChargeSucceeded>(charge => charge.AccountId == "lost");

        var told = await LetterAsync("payment-credited", "lost");
        Assert.Equal("10.00", told["amount"]);
        Assert.Equal((0m, 10m), await house.BalanceAsync("lost"));
        Assert.DoesNotContain("receipt", house.LettersTo("lost"));

        house.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, (await house.ReconcileAsync("2026-10")).Found);     // nobody misses a receipt
    }

    [Fact]
    public async Task Should_void_and_issue_anew_from_what_was_used_and_collect_the_new_one()
    {
        await house.GatewayRulesAsync(new { payment_method = "pm_poor", behaviour = "decline", code = "insufficient_funds" });
        await CloseAsync(Sample.Account("again") with { PaymentMethod = "pm_poor" });
        var old = await house.InvoiceAsync("again");
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Collections.AnyAsync(one => one.CorrelationId == old.InvoiceId && one.CurrentState == nameof(Collection.Dunning))), "it is dunned");
        await house.SetPricesAsync(Sample.ApiCalls with { UnitPrice = 0.02m });
        await house.GatewayRulesAsync();        // from now on there is money on the card
        await house.UseAsync(Sample.Use("again", 700));        // late: it belongs to November, whatever happens to October

        var command = await house.VoidAsync("again") with { Reissue = true, PricesOfToday = true };
        await house.TellAsync(command, command);

        var reissued = await house.HearsAsync<InvoiceReissued>();
        Assert.Equal(20.00m, (await house.HearsAsync<ChargeSucceeded>(charge => charge.InvoiceId == reissued.InvoiceId)).Amount);
        await Eventually.HoldsAsync(house.Broker.QueuesAreEmptyAsync, "all is handled");
        var invoices = await house.AskAsync(db => db.Invoices.AsNoTracking().Where(invoice => invoice.AccountId == "again").OrderBy(invoice => invoice.IssuedAt).ToListAsync());
        Assert.Equal([InvoiceStatus.Voided, InvoiceStatus.Paid], invoices.ConvertAll(invoice => invoice.Status));
        Assert.Equal((invoices[1].InvoiceId, invoices[0].InvoiceId, "INV-000000002"), (invoices[0].ReplacedBy!.Value, invoices[1].Replaces!.Value, invoices[1].Number));
        Assert.Equal(nameof(Collection.Ended), await house.AskAsync(db => db.Collections.Where(one => one.CorrelationId == old.InvoiceId).Select(one => one.CurrentState).SingleAsync()));
        Assert.Equal((0m, 0m), await house.BalanceAsync("again"));
        Assert.Equal("Collected", (await house.AccountAsync("again")).GetProperty("closes")[0].GetProperty("outcome").GetString());
        await LetterAsync("receipt", "again");
        await BooksTieAsync();

        // a retry of the old one that was on its way finds nothing to collect, and says nothing to the customer
        await house.TellAsync(new RetryCharge(old.InvoiceId, ChargeId: Guid.NewGuid()));
        await Eventually.HoldsAsync(house.Broker.QueuesAreEmptyAsync, "it is handled");
        Assert.Empty(house.Heard<Fault>());

        house.Clock.Advance(TimeSpan.FromDays(30));
        await house.CloseAsync("2026-11");
        Assert.Equal(7.00m * 2, (await house.InvoiceAsync("again")).Total);
        Assert.Equal(2, await house.AskAsync(db => db.Charges.CountAsync(charge => charge.AccountId == "again" && charge.State == ChargeState.Succeeded)));
        await house.BooksAgreeAsync("2026-11");
    }

    [Fact]
    public async Task Should_void_alone_and_issue_anew_later_by_a_command_of_its_own()
    {
        await CloseAsync(Sample.Account("later") with { ManualPayment = true }, Sample.Account("other") with { ManualPayment = true });
        await house.TellAsync(await house.VoidAsync("later"));
        await house.HearsAsync<InvoiceVoided>();
        Assert.Equal(0m, (await house.BalanceAsync("later")).Owed);
        Assert.Equal("Voided", (await house.AccountAsync("later")).GetProperty("closes")[0].GetProperty("outcome").GetString());
        Assert.Equal(10.00m, await house.ReportedAsync("2026-10", "invoiced"));
        await house.IsRejectedAsync(await house.CreditNoteAsync("later", 1.00m), "an invoice that is not voided");
        await house.TellAsync(new GrantCredit { CreditId = "late", AccountId = "later", Amount = 3.00m, Currency = "USD", Reason = "x" });
        await Eventually.HoldsAsync(async () => (await house.BalanceAsync("later")).Credit == 3.00m, "the credit is granted");
        var voided = await house.InvoiceAsync("later");
        var command = new ReissueInvoice { ReissueId = "r1", InvoiceNumber = voided.Number, InvoiceVersion = voided.Version, Reason = "as it was" };
        await house.TellAsync(command, command);
        var reissued = await house.HearsAsync<InvoiceReissued>();
        Assert.Equal((10.00m, 3.00m, 7.00m), await house.InvoiceAsync("later") is var invoice ? (invoice.Total, invoice.CreditApplied, invoice.Open) : default);
        await house.IsRejectedAsync(command with { ReissueId = "r2", InvoiceVersion = voided.Version + 1 }, "an invoice in whose place none stands yet");
        Assert.Single(house.Heard<InvoiceReissued>());
        Assert.Equal(reissued.InvoiceId, (await house.InvoiceAsync("later")).InvoiceId);
        await BooksTieAsync();
    }

    [Fact]
    public async Task Should_say_why_no_other_invoice_can_be_computed_in_its_place()
    {
        await CloseAsync(Sample.Account("huge") with { ManualPayment = true });
        await house.TellAsync(await house.VoidAsync("huge"));
        await house.HearsAsync<InvoiceVoided>();
        await house.BreakInAsync("""update "Usage" set "Quantity" = 123456789012345.123456789012345678 where "AccountId" = 'huge'""");
        var voided = await house.InvoiceAsync("huge");
        await house.IsRejectedAsync(new ReissueInvoice { ReissueId = "r", InvoiceNumber = voided.Number, InvoiceVersion = voided.Version, Reason = "as it was" },
            "expected an invoice that can be computed: What it used adds up to more digits than an amount may have");
        Assert.Empty(house.Heard<InvoiceReissued>());
    }

    [Fact]
    public async Task Should_lose_no_money_when_a_payment_arrives_while_the_invoice_is_voided_and_issued_anew()
    {
        await CloseAsync(Sample.Account("race") with { ManualPayment = true });
        var invoice = await house.InvoiceAsync("race");
        var command = await house.VoidAsync("race") with { Reissue = true };
        var payment = new RecordPayment { PaymentId = "race", AccountId = "race", InvoiceId = invoice.InvoiceId, Amount = 10.00m, Currency = "USD" };
        await house.TellAsync(command, payment);
        await house.HearsAsync<PaymentRecorded>();
        await Eventually.HoldsAsync(house.Broker.QueuesAreEmptyAsync, "both are handled");

        // whoever came first: the money settles the one invoice that stands, or the void was refused because it was paid
        Assert.Equal((0m, 0m), await house.BalanceAsync("race"));
        var standing = await house.AskAsync(db => db.Invoices.Where(one => one.AccountId == "race" && one.Status != InvoiceStatus.Voided).ToListAsync());
        Assert.Equal((InvoiceStatus.Paid, 10.00m), Assert.Single(standing) is var one ? (one.Status, one.AmountPaid) : default);
        await BooksTieAsync();
    }

    [Fact]
    public async Task Should_write_off_what_is_open_and_book_a_later_payment_as_a_recovery()
    {
        await house.GatewayRulesAsync(new { payment_method = "pm_stolen", behaviour = "decline", code = "stolen_card" });
        await CloseAsync(Sample.Account("gone") with { PaymentMethod = "pm_stolen" });
        await house.HearsAsync<AccountHeld>();
        await Eventually.HoldsAsync(house.Broker.QueuesAreEmptyAsync, "the collection began");
        var invoice = await house.InvoiceAsync("gone");
        await house.TellAsync(await house.WriteOffAsync("gone"));
        await house.HearsAsync<InvoiceWrittenOff>();
        await Eventually.HoldsAsync(house.Broker.QueuesAreEmptyAsync, "the collection ended");
        Assert.Equal((0m, 0m), await house.BalanceAsync("gone"));
        Assert.True((await house.AccountAsync("gone")).GetProperty("held").GetBoolean());
        await house.ReportTiesAsync("2026-10");
        Assert.Equal((10.00m, 0m), (await house.ReportedAsync("2026-10", "written_off"), await house.ReportedAsync("2026-10", "open")));

        await PayAsync("gone", 4.00m);
        Assert.Equal(4.00m, (await house.HearsAsync<DebtRecovered>()).Amount);
        await PayAsync("gone", 9.00m);      // 6.00 recover the rest, 3.00 are credit
        await house.HearsAsync<HoldLifted>();
        Assert.Equal((0m, 3.00m), await house.BalanceAsync("gone"));
        Assert.Equal((10.00m, 0m), (await house.ReportedAsync("2026-10", "recovered"), await house.ReportedAsync("2026-10", "collected")));
        Assert.Equal((InvoiceStatus.WrittenOff, 10.00m), await house.InvoiceAsync("gone") is var now ? (now.Status, now.Recovered) : default);
        Assert.Equal(nameof(Collection.Ended), await house.AskAsync(db => db.Collections.Where(one => one.CorrelationId == invoice.InvoiceId).Select(one => one.CurrentState).SingleAsync()));
        await BooksTieAsync();
    }

    [Fact]
    public async Task Should_pay_an_open_invoice_by_itself_with_credit_that_was_granted_later_and_revoke_what_is_left()
    {
        await CloseAsync(Sample.Account("late") with { ManualPayment = true });
        await house.TellAsync(new GrantCredit { CreditId = "sorry", AccountId = "late", Amount = 15.00m, Currency = "USD", Reason = "an outage" });
        Assert.Equal((10.00m, 0m), await house.HearsAsync<CreditApplied>() is var applied ? (applied.Amount, applied.StillOpen) : default);
        Assert.Equal((0m, 5.00m), await house.BalanceAsync("late"));
        var invoice = await house.InvoiceAsync("late");
        var apply = new ApplyCredit { ApplicationId = "a1", InvoiceNumber = invoice.Number, InvoiceVersion = invoice.Version, Amount = 1.00m, Currency = "USD" };
        await house.IsRejectedAsync(apply, "expected at most 0.00 USD, which is open");
        Assert.Equal(10.00m, await house.ReportedAsync("2026-10", "credit_used"));
        var revoke = new RevokeCredit { RevocationId = "v1", AccountId = "late", Amount = 5.00m, Currency = "USD", Reason = "by mistake" };
        await house.IsRejectedAsync(revoke with { Amount = 5.01m }, "expected at most 5.00 USD");
        await house.TellAsync(revoke, revoke);
        await house.HearsAsync<CreditRevoked>();
        await Eventually.HoldsAsync(house.Broker.QueuesAreEmptyAsync, "both are handled");
        Assert.Equal((0m, 0m), await house.BalanceAsync("late"));

        await PayAsync("late", 2.00m);      // the customer's own money cannot be revoked
        await house.IsRejectedAsync(revoke with { RevocationId = "v2", Amount = 1.00m }, "what the customer paid stays his");
        await BooksTieAsync();
    }

    [Fact]
    public async Task Should_correct_yen_and_dinars_in_their_own_minor_units()
    {
        await house.SetPricesAsync(Sample.ApiCalls with { Currency = "JPY", UnitPrice = 1m }, Sample.ApiCalls with { Currency = "KWD", UnitPrice = 0.001234m });
        await house.RegisterAsync(Sample.Account("yen") with { Currency = "JPY" }, Sample.Account("dinar") with { Currency = "KWD" });
        await house.UseAsync(Sample.Use("yen", 1001), Sample.Use("dinar", 1000));
        await house.CloseAsync("2026-10");      // 1001 JPY; 1.234 KWD, rounded to 1.230

        await house.IsRejectedAsync(await house.CreditNoteAsync("yen", 0.5m), "no more decimals than its currency has");
        await house.CreditAsync(await house.CreditNoteAsync("yen", 334m) with { Refund = 333m, AccountCredit = 1m });
        await house.IsRejectedAsync(await house.CreditNoteAsync("dinar", 0.235m) with { Refund = 0.235m }, "expected a multiple of 0.010 KWD");
        await house.CreditAsync(await house.CreditNoteAsync("dinar", 0.235m) with { Refund = 0.230m, AccountCredit = 0.005m });
        await house.HearsAsync<PaymentRefunded>(refund => refund.AccountId == "yen");
        await house.HearsAsync<PaymentRefunded>(refund => refund.AccountId == "dinar");
        Assert.Equal([333], await house.GivenBackAsync("yen"));
        Assert.Equal([230], await house.GivenBackAsync("dinar"));
        Assert.Equal((0m, 1m), await house.BalanceAsync("yen"));
        await BooksTieAsync();
    }

    [Fact]
    public async Task Should_stop_the_dunning_and_lift_the_hold_when_a_credit_note_leaves_nothing_open()
    {
        await house.GatewayRulesAsync(new { payment_method = "pm_stolen", behaviour = "decline", code = "stolen_card" });
        await CloseAsync(Sample.Account("held") with { PaymentMethod = "pm_stolen" });
        await house.HearsAsync<AccountHeld>();
        await Eventually.HoldsAsync(house.Broker.QueuesAreEmptyAsync, "the collection began");
        await house.CreditAsync(await house.CreditNoteAsync("held"));
        Assert.StartsWith("corrected by CRN-", (await house.HearsAsync<HoldLifted>()).Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(house.Heard<Billing.Contracts.Notification.V1.SendEmails>().SelectMany(mails => mails.Emails), mail => mail.Template == "receipt");
        await BooksTieAsync();
    }

    async Task CloseAsync(params RegisterAccount[] accounts)
    {
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync(accounts);
        await house.UseAsync([.. accounts.Select(account => Sample.Use(account.AccountId, 1000))]);
        await house.CloseAsync("2026-10");
    }

    async Task PayAsync(string accountId, decimal amount)
    {
        var id = Guid.NewGuid().ToString();
        await house.TellAsync(new RecordPayment { PaymentId = id, AccountId = accountId, Amount = amount, Currency = "USD" });
        await house.HearsAsync<PaymentRecorded>(payment => payment.PaymentId == id);
    }

    /// <summary>What the letter was told.</summary>
    async Task<Dictionary<string, string>> LetterAsync(string template, string accountId)
    {
        var mail = await Eventually.HoldsAsync(
            () => Task.FromResult(house.Heard<Billing.Contracts.Notification.V1.SendEmails>().SelectMany(mails => mails.Emails).FirstOrDefault(mail => mail.Template == template && mail.WorkspaceId == accountId)!),
            mail => mail is not null, $"a letter {template}");
        return new(mail.Values!);
    }

    async Task BooksTieAsync()
    {
        await Eventually.HoldsAsync(house.Broker.QueuesAreEmptyAsync, "all is handled");
        await house.BooksAgreeAsync("2026-10");
        await house.ReportTiesAsync("2026-10");
    }
}
