using System.Text;
using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Books.Dunning;
using Billing.MonthClose.Books.Invoices;
using Billing.MonthClose.Close.Charging;
using Billing.MonthClose.Gateway;
using Billing.MonthClose.Tests.House;
using Xunit;

namespace Billing.MonthClose.Tests.Close.Charging;

/// <summary>What each answer means, wherever the close stands: the decision alone, without a database.</summary>
public class When_a_charge_is_answered
{
    static readonly DateTimeOffset Now = new(2026, 11, 2, 12, 0, 0, TimeSpan.Zero);

    static readonly DunningPolicy Policy = new(
        "default", [1, 3], new TimeOnly(3, 0), [OverdueState.Reminded, OverdueState.Reminded, OverdueState.Suspended]);

    static readonly (string Name, GatewayAnswer Answer)[] Answers =
    [
        ("Succeeded", new GatewayAnswer.Succeeded("pi_1")),
        ("Declined, soft", new GatewayAnswer.Declined("insufficient_funds", Hard: false)),
        ("Declined, hard", new GatewayAnswer.Declined("stolen_card", Hard: true)),
        ("NeverReached", new GatewayAnswer.NeverReached("no route")),
        ("Unknown", new GatewayAnswer.Unknown("timeout")),
        ("KeyMisused", new GatewayAnswer.KeyMisused("another amount")),
        ("Misused", new GatewayAnswer.Misused("api_key_expired", "look at the key"))
    ];

    [Fact]
    public void Should_leave_no_kind_of_answer_out_of_the_table() => Assert.Equal(
        typeof(GatewayAnswer).GetNestedTypes().Select(type => type.Name).Except([nameof(GatewayAnswer.NotAsked)])      // no answer: it is never booked
            .Order(StringComparer.Ordinal),
        Answers.Select(one => one.Answer.GetType().Name).Distinct().Order(StringComparer.Ordinal));

    [Fact]      // every pair of an answer and a step of the close
    public void Should_do_what_the_table_says()
    {
        var table = new StringBuilder();
        foreach (var (title, charge, invoice) in Situations)
        {
            table.AppendLine(title);
            foreach (var (name, answer) in Answers)
                foreach (var step in Enum.GetValues<CloseStep>())
                    table.AppendLine($"  {name,-14}  {step,-9}  {Told(Facts(answer, step) with { Charge = charge, Invoice = invoice })}");
        }

        Approval.Check("Close/Charging/ChargeOutcome.approved.txt", table.ToString());
    }

    [Fact]
    public void Should_name_both_when_an_account_was_charged_before_it_was_invoiced()
    {
        var refused = Assert.Throws<CannotCloseException>(() => ChargeOutcome.Decide(Facts(new GatewayAnswer.Succeeded("pi_1"), CloseStep.Pending)));
        Assert.Contains("Succeeded", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Pending", refused.Message, StringComparison.Ordinal);
    }

    [Fact]      // the posting is the money that was taken
    public void Should_book_what_was_taken_and_settle_no_more_than_was_open()
    {
        var outcome = ChargeOutcome.Decide(Facts(new GatewayAnswer.Succeeded("pi_1"), CloseStep.Closed) with { Invoice = Invoice(paid: 40m) });
        Assert.Equal((ChargeState.Succeeded, "pi_1", 60m), (outcome.State, outcome.Reference, outcome.Paid));
        Assert.NotNull(outcome.Posting);
    }

    [Fact]      // a credit note took it all off while nobody knew what became of the charge
    public void Should_give_no_receipt_for_what_nobody_paid()
    {
        var facts = Facts(new GatewayAnswer.Declined("insufficient_funds", Hard: false), CloseStep.Closed) with { Charge = Charge(ChargeState.Unknown) };
        Assert.Single(ChargeOutcome.Decide(facts with { Invoice = Invoice().Reduce(100m, default) }).Events.OfType<CollectionEnded>());
        Assert.Empty(ChargeOutcome.Decide(facts with { Invoice = Invoice().Reduce(100m, default) }).Events.OfType<InvoiceCleared>());
        Assert.Single(ChargeOutcome.Decide(facts with { Invoice = Invoice(paid: 100m) }).Events.OfType<InvoiceCleared>());
    }

    [Fact]      // late money for what was given up
    public void Should_take_late_money_for_a_written_off_invoice_as_a_recovery()
    {
        var writtenOff = Invoice() with { Status = InvoiceStatus.WrittenOff, AmountReduced = 100m, WrittenOff = 100m };
        var outcome = ChargeOutcome.Decide(Facts(new GatewayAnswer.Succeeded("pi_1"), CloseStep.Closed) with { Charge = Charge(ChargeState.Unknown), Invoice = writtenOff });
        Assert.Equal((100m, 0m, 0m), (outcome.Paid, outcome.Posting!.OwedChange, outcome.Posting.CreditChange));
        Assert.Contains(outcome.Events, said => said is DebtRecovered { Amount: 100m });
        Assert.DoesNotContain(outcome.Events, said => said is InvoiceCleared);

        var after = writtenOff.Receive(outcome.Paid, Now);
        Assert.Equal((InvoiceStatus.WrittenOff, 100m, 0m), (after.Status, after.Recovered, after.AmountPaid));
        Assert.Equal(after, after.Receive(0, Now));
    }

    static readonly (string Title, Charge Charge, Invoice Invoice)[] Situations =
    [
        ("The first charge of the month waits for its answer.", Charge(ChargeState.Pending), Invoice()),
        ("The outcome was unknown.", Charge(ChargeState.Unknown), Invoice()),
        ("A planned try, and the invoice was paid another way meanwhile.", Charge(ChargeState.Pending, ChargeOrigin.Retry), Invoice(paid: 100m)),
        ("A try outside the plan.", Charge(ChargeState.Pending, ChargeOrigin.NewMethod, uncounted: true), Invoice())
    ];

    static string Told(AnsweredFacts facts)
    {
        try
        {
            var outcome = ChargeOutcome.Decide(facts);
            List<string> parts = [$"{outcome.State}"];
            if (outcome.Close is { } close)
                parts.Add($"close {close}");
            if (outcome.Park is { } park)
                parts.Add($"parked {park.Code}");
            if (outcome.Posting is not null)
                parts.Add($"posted, settles {outcome.Paid:0.00}");
            if (outcome.Plan is { } plan)
                parts.Add($"plan {plan.Overdue}");
            if (outcome.Hold is { } hold)
                parts.Add($"hold {hold.Reason}");
            if (outcome.Uncounted)
                parts.Add("uncounted");
            return $"{string.Join(", ", parts)}: {string.Join(" ", outcome.Events.Select(one => one.GetType().Name))}".TrimEnd(' ', ':');
        }
        catch (CannotCloseException impossible)
        {
            return impossible.ReasonCode;
        }
    }

    static AnsweredFacts Facts(GatewayAnswer answer, CloseStep step) => new()
    {
        Charge = Charge(ChargeState.Pending),
        Invoice = Invoice(),
        Close = new AccountClose { RunId = Guid.Empty, AccountId = "acme", Chunk = 1, Step = step, PendingAt = Now },
        Account = new Account { AccountId = "acme", Name = "Acme", Currency = "USD", TimeZone = "Europe/Berlin", PaymentMethod = "pm_ok" },
        Answer = answer,
        PolicyNow = Policy,
        Now = Now
    };

    static Charge Charge(ChargeState state, ChargeOrigin origin = ChargeOrigin.Close, bool uncounted = false) => new()
    {
        ChargeId = Guid.Parse("00000000-0000-0000-0000-000000000001"),
        InvoiceId = Guid.Parse("00000000-0000-0000-0000-000000000002"),
        AccountId = "acme",
        Period = 202610,
        Attempt = 1,
        Origin = origin,
        Uncounted = uncounted,
        Amount = 100m,
        Currency = "USD",
        PaymentMethod = "pm_ok",
        State = state,
        CreatedAt = Now.AddMinutes(-1)
    };

    static Invoice Invoice(decimal paid = 0) => new()
    {
        InvoiceId = Guid.Parse("00000000-0000-0000-0000-000000000002"),
        Number = "INV-1",
        AccountId = "acme",
        Period = 202610,
        RunId = Guid.Empty,
        Currency = "USD",
        FirstDay = new DateOnly(2026, 10, 1),
        LastDay = new DateOnly(2026, 10, 31),
        Total = 100m,
        Carried = 0,
        CreditApplied = 0,
        AmountDue = 100m,
        AmountPaid = paid,
        Status = paid >= 100m ? InvoiceStatus.Paid : InvoiceStatus.Open,
        IssuedAt = Now.AddMinutes(-2),
        DueOn = default
    };
}
