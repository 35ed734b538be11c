using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose;
using Billing.MonthClose.Books.Invoices;
using Billing.Simulation.Gateway;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Simulation.World;

/// <summary>Something that a person does at a time.</summary>
sealed record PersonalAct(DateTimeOffset At, string What, Func<Task> Act);

/// <summary>
/// Customers who pay by hand, change cards and use things late; operators who cancel, ask again, unpark, retry, correct, tag, hold and lift; people at the
/// gateway, and banks that take money back.
/// </summary>
sealed class People(Plan plan, Guards guards, VirtualClock clock, ModelGateway gateway, IServiceProvider services)
{
    const string Period = "2026-10";
    const string Operator = "an operator";

    /// <summary>One of them is drawn for each act; what happens often stands more than once.</summary>
    static readonly string[] Kinds =
    [
        "pay", "pay", "card", "card", "cancel", "ask", "unpark", "retry", "find", "credit", "revoke", "apply", "note", "note", "refund", "void", "reissue",
        "write-off", "tag", "tag", "tag", "hold", "lift", "usage", "price", "dispute", "refund-there"
    ];

    static readonly string[][] Tags = [[], [], ["AutoPayOff"], ["NoDunning"], ["ManualPay"], ["WrittenOff"], ["AutoInvoicingOff"]];

    IBus Bus => services.GetRequiredService<IBus>();

    public IEnumerable<PersonalAct> Draw(DateTimeOffset begin)
    {
        var draw = plan.Acts;
        for (var (number, acts) = (1, draw.Next(6)); number <= acts; number++)
        {
            var (account, how, kind) = ($"a{1 + draw.Next(plan.Accounts)}", draw.Next(), Kinds[draw.Next(Kinds.Length)]);
            // while the month closes, or weeks later
            var at = begin + (draw.Next(3) == 0 ? TimeSpan.FromSeconds(draw.Next(300)) : TimeSpan.FromHours(draw.Next(24 * 30)));
            var key = $"act-{number}";
            if (!plan.Happens(Mischief.Act))
                continue;
            yield return new PersonalAct(at, $"act {number}: {kind} {account}", () => ActAsync(kind, account, key, new Random(how)));
            // what the lock of accounts is for: two who mean the same, at the same moment
            if (!guards.AccountLock)
                yield return new PersonalAct(at, $"act {number}, another: {kind} {account}", () => ActAsync(kind, account, $"{key}-another", new Random(how)));
        }
    }

    /// <summary>While the month closes. Messages may overtake each other, so the last word comes after any that is late.</summary>
    public IEnumerable<PersonalAct> DrawPauses(DateTimeOffset begin)
    {
        var draw = plan.Pauses;
        for (var (number, pauses) = (1, draw.Next(1, 3)); number <= pauses; number++)
        {
            var at = begin + TimeSpan.FromMilliseconds(draw.Next(number == 1 ? 300 : 60_000));
            var after = TimeSpan.FromSeconds(draw.Next(2) == 0 ? draw.Next(60) : draw.Next(3600 * 60));
            var cancels = draw.Next(4) == 0;
            if (!plan.Happens(Mischief.Pause))
                continue;
            yield return new PersonalAct(at, $"pause {number}", () => Bus.Publish(new PauseRun { Period = Period, Reason = "a doubt", RequestedBy = Operator }));
            if (cancels)
                yield return new PersonalAct(at + (after / 2), $"cancel after pause {number}", () =>
                    Bus.Publish(new CancelMonthClose { Period = Period, Reason = "a doubt", RequestedBy = Operator }));
            foreach (var wait in new[] { after, after + TimeSpan.FromDays(1), after + TimeSpan.FromDays(4) })
                yield return new PersonalAct(at + wait, $"resume {number}", () => Bus.Publish(new ResumeRun { Period = Period, RequestedBy = Operator }));
        }
    }

    /// <summary>An operator who does not wait for the first look.</summary>
    public PersonalAct AskSoon(string account) =>
        new(clock.Now + plan.WaitOfOperator(), $"an operator asks at once what became of the charges of {account}", () => FindOutAsync(account));

    public Task AskAsync() => Bus.Publish(new StartMonthClose { Period = Period, RequestedBy = Operator });

    public Task UnparkAsync() => Bus.Publish(new UnparkAccounts { Period = Period, RequestedBy = Operator });

    public Task ReconcileAsync() => Bus.Publish(new StartReconciliation { Period = Period, RequestedBy = Operator });

    Task ActAsync(string kind, string account, string key, Random how) => kind switch
    {
        "pay" => Bus.Publish(new RecordPayment
        {
            PaymentId = key,
            AccountId = account,
            Amount = how.Next(3) switch { 0 => 5, 1 => 100, _ => 10 * int.Parse(account[1..]) },
            Currency = "USD"
        }),
        "card" => Bus.Publish(new ChangePaymentMethod { ChangeId = key, AccountId = account, PaymentMethod = $"pm_{key}" }),
        "cancel" => Bus.Publish(new CancelMonthClose { Period = Period, Reason = "a try", RequestedBy = Operator }),
        "ask" => AskAsync(),
        "unpark" => UnparkAsync(),
        "find" => FindOutAsync(account),
        "credit" => Bus.Publish(new GrantCredit { CreditId = key, AccountId = account, Amount = 1 + how.Next(40), Currency = "USD", Reason = "goodwill" }),
        "revoke" => Bus.Publish(
            new RevokeCredit { RevocationId = key, AccountId = account, Amount = 1 + how.Next(20), Currency = "USD", Reason = "a mistake" }),
        "tag" => Bus.Publish(new SetControlTags { AccountId = account, Tags = Tags[how.Next(Tags.Length)], Reason = "as agreed", RequestedBy = Operator }),
        "hold" => Bus.Publish(new PlaceHold { AccountId = account, Reason = "a doubt", RequestedBy = Operator, LiftedByPayment = how.Next(2) == 0 }),
        "lift" => Bus.Publish(new LiftHold { AccountId = account, Reason = "it is settled", RequestedBy = Operator }),
        "usage" => Bus.Publish(new RecordUsage
        {
            Records =
            [
                new UsageRecord
                {
                    AccountId = account, UsageId = key, PriceCode = "api-calls", Quantity = 1 + how.Next(9), StartedAt = Simulation.Begin.AddDays(-3)
                }
            ]
        }),
        "price" => Bus.Publish(new SetPrice
        {
            PriceCode = "api-calls",
            Currency = "USD",
            Description = "API calls",
            Model = "unit",
            UnitPrice = 1 + (how.Next(5) / 2m)
        }),
        "dispute" => gateway.DisputeAsync(account),
        "refund-there" => gateway.RefundByHandAsync(account, how.Next(1, 6)),
        _ => CorrectAsync(kind, account, key, how)
    };

    /// <summary>What is done to an invoice, as somebody has just read it. By the time that it is heard, the invoice may be another.</summary>
    async Task CorrectAsync(string kind, string account, string key, Random how)
    {
        if (await ReadAsync(account, kind == "reissue") is not { } read)
            return;
        var (number, version) = (read.Number, read.Version);
        await (kind switch
        {
            "retry" => Bus.Publish(new RetryInvoice
            {
                InvoiceId = read.InvoiceId,
                InvoiceVersion = version,
                Amount = read.Open,
                Currency = "USD",
                RequestedBy = Operator
            }),
            "apply" => Bus.Publish(
                new ApplyCredit { ApplicationId = key, InvoiceNumber = number, InvoiceVersion = version, Amount = 1 + how.Next(10), Currency = "USD" }),
            "note" => Bus.Publish(NoteOf(read, key, how)),
            "refund" => Bus.Publish(new RefundPayment
            {
                RefundId = key,
                InvoiceNumber = number,
                InvoiceVersion = version,
                Amount = 1 + how.Next(10),
                Currency = "USD",
                Reason = "paid too much"
            }),
            "void" => Bus.Publish(new VoidInvoice
            {
                VoidId = key,
                InvoiceNumber = number,
                InvoiceVersion = version,
                Amount = read.Total,
                Currency = "USD",
                Reason = "wrong",
                Reissue = how.Next(2) == 0,
                PricesOfToday = how.Next(2) == 0
            }),
            "reissue" => Bus.Publish(new ReissueInvoice { ReissueId = key, InvoiceNumber = number, InvoiceVersion = version, Reason = "to be right" }),
            _ => Bus.Publish(new WriteOffInvoice
            {
                WriteOffId = key,
                InvoiceNumber = number,
                InvoiceVersion = version,
                Amount = read.Owed,
                Currency = "USD",
                Reason = "it will not come",
                LiftHold = how.Next(2) == 0
            })
        });
    }

    static IssueCreditNote NoteOf(Invoice read, string key, Random how)
    {
        var amount = how.Next(2) == 0 ? read.Total : Math.Min(read.Total, 1 + how.Next(9));
        var (excess, where) = (amount - Math.Min(amount, read.Owed), how.Next(4));
        return new IssueCreditNote
        {
            CreditNoteId = key,
            InvoiceNumber = read.Number,
            InvoiceVersion = read.Version,
            Amount = amount,
            Currency = "USD",
            Reason = "a complaint",
            Refund = where < 2 ? excess : null,
            AccountCredit = where == 2 ? excess : null,
            Outside = where == 3 ? excess : null
        };
    }

    async Task<Invoice?> ReadAsync(string account, bool voided)
    {
        await using var scope = services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<MonthCloseDbContext>().Invoices.AsNoTracking()
            .Where(invoice => invoice.AccountId == account && invoice.Status == InvoiceStatus.Voided == voided)
            .OrderByDescending(invoice => invoice.Number).FirstOrDefaultAsync();
    }

    async Task FindOutAsync(string account)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<MonthCloseDbContext>();
        foreach (var invoice in await db.Invoices.Where(invoice => invoice.AccountId == account).Select(invoice => invoice.InvoiceId).ToListAsync())
            await Bus.Publish(new FindChargeOutcome { InvoiceId = invoice, RequestedBy = Operator });
    }
}
