using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose;
using Billing.MonthClose.Books.Invoices;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Simulation.World;

/// <summary>Something that a person does at a time.</summary>
sealed record PersonalAct(DateTimeOffset At, string What, Func<Task> Act);

/// <summary>Customers who pay by hand and change cards, and operators who cancel, ask again, unpark and retry.</summary>
sealed class People(Plan plan, VirtualClock clock, IServiceProvider services)
{
    const string Period = "2026-10";

    int _done;

    IBus Bus => services.GetRequiredService<IBus>();

    public IEnumerable<PersonalAct> Draw(DateTimeOffset begin)
    {
        for (var acts = plan.Below(5); acts > 0; acts--)
        {
            var account = $"a{1 + plan.Below(plan.Accounts)}";
            var number = ++_done;
            var at = begin + plan.ActTime();
            yield return plan.Below(7) switch
            {
                0 => new(at, $"{account} pays by hand", () => PayAsync(account, number)),
                1 => new(at, $"{account} gives another card", () => Bus.Publish(
                    new ChangePaymentMethod { ChangeId = $"change-{number}", AccountId = account, PaymentMethod = $"pm_{number + 1}" })),
                2 => new(at, "an operator cancels the close", () => Bus.Publish(
                    new CancelMonthClose { Period = Period, Reason = "a try", RequestedBy = "an operator" })),
                3 => new(at, "an operator asks for the month again", AskAsync),
                4 => new(at, "an operator unparks", UnparkAsync),
                5 => new(at, $"an operator retries the invoice of {account}", () => RetryAsync(account)),
                _ => new(at, $"an operator asks what became of the charges of {account}", () => FindOutAsync(account))
            };
        }
    }

    /// <summary>An operator who does not wait for the first look.</summary>
    public PersonalAct AskSoon(string account) =>
        new(clock.Now + plan.WaitOfOperator(), $"an operator asks at once what became of the charges of {account}", () => FindOutAsync(account));

    public Task AskAsync() => Bus.Publish(new StartMonthClose { Period = Period, RequestedBy = "an operator" });

    public Task UnparkAsync() => Bus.Publish(new UnparkAccounts { Period = Period, RequestedBy = "an operator" });

    Task PayAsync(string account, int number) => Bus.Publish(new RecordPayment
    {
        PaymentId = $"payment-{number}",
        AccountId = account,
        Amount = plan.Below(3) switch { 0 => 5, 1 => 100, _ => 10 * int.Parse(account[1..]) },
        Currency = "USD"
    });

    async Task RetryAsync(string account)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<MonthCloseDbContext>();
        if (await db.Invoices.AsNoTracking().Where(invoice => invoice.AccountId == account && invoice.Status == InvoiceStatus.Open).FirstOrDefaultAsync()
            is { } open)
            await Bus.Publish(new RetryInvoice
            {
                InvoiceId = open.InvoiceId,
                InvoiceVersion = open.Version,
                Amount = open.Open,
                Currency = open.Currency,
                RequestedBy = "an operator"
            });
    }

    async Task FindOutAsync(string account)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<MonthCloseDbContext>();
        foreach (var invoice in await db.Invoices.Where(invoice => invoice.AccountId == account).Select(invoice => invoice.InvoiceId).ToListAsync())
            await Bus.Publish(new FindChargeOutcome { InvoiceId = invoice, RequestedBy = "an operator" });
    }
}
