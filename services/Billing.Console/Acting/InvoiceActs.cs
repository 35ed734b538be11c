using System.Globalization;
using Billing.Console.Live;
using Billing.Console.Parts;
using Billing.Console.Reading;
using Billing.Console.Viewing;
using Billing.Contracts.MonthClose.V1;
using Billing.Hosting.Http;
using Billing.Views.MonthClose;

namespace Billing.Console.Acting;

/// <summary>What may be done with one invoice, or one account.</summary>
static class InvoiceActs
{
    static readonly Field Why = new("reason", "Why; it is kept with it");

    public static readonly Act[] All =
    [
        new("retry-invoice", Rights.Money, look => OfInvoiceAsync(look, "Charge again", (account, invoice) => new Proposal(
            $"Charge {invoice.Number} again", "Charge it")
        {
            Impossible = invoice.Open <= 0 ? "Nothing is open on it." : null,
            Says = ["What is open is asked for once more, with the payment method that the account has now. Never more than what stands here."],
            Stakes = StakesOf(account, invoice),
            Command = said => new RetryInvoice
            {
                InvoiceId = invoice.InvoiceId, Amount = invoice.Open, Currency = invoice.Currency, InvoiceVersion = invoice.Version, RequestedBy = said.By
            }
        })),
        new("find-outcome", Rights.Operate, look => OfInvoiceAsync(look, "Ask the gateway about", (account, invoice) => new Proposal(
            $"Ask the gateway about {invoice.Number}", "Ask it now")
        {
            Says = ["The gateway is asked what became of the charge whose answer was lost. Nothing is charged."],
            Stakes = StakesOf(account, invoice),
            Command = said => new FindChargeOutcome { InvoiceId = invoice.InvoiceId, RequestedBy = said.By }
        })),
        new("write-off", Rights.Money, look => OfInvoiceAsync(look, "Write off", (account, invoice) => new Proposal(
            $"Write off {invoice.Number}", "Write it off")
        {
            Impossible = invoice.Open <= 0 ? "Nothing is open on it." : null,
            IsGrave = true,
            Says = ["What is open is given up; the invoice stays. A later payment is a recovery."],
            Stakes = StakesOf(account, invoice),
            Fields = [Why],
            Command = said => new WriteOffInvoice
            {
                // the same decision twice is taken once: what was seen names it
                WriteOffId = $"console:{invoice.Number}:{invoice.Version}", InvoiceNumber = invoice.Number, InvoiceVersion = invoice.Version,
                Amount = invoice.Open, Currency = invoice.Currency, Reason = said["reason"], RequestedBy = said.By
            }
        })),
        new("place-hold", Rights.Operate, look => OfAccountAsync(look, "Hold", account => new Proposal(
            $"Place {account.AccountId} on hold", "Suspend its service")
        {
            IsGrave = true,
            Says = ["The account's service is suspended until a person lifts the hold. A payment does not lift it."],
            Stakes = StakesOf(account),
            Fields = [Why],
            Command = said => new PlaceHold { AccountId = account.AccountId, Reason = said["reason"], RequestedBy = said.By }
        })),
        new("lift-hold", Rights.Operate, look => OfAccountAsync(look, "Lift the hold of", account => new Proposal(
            $"Lift the hold of {account.AccountId}", "Lift the hold")
        {
            Impossible = account.Held ? null : "It is not on hold.",
            Says = ["The account's service goes on. What it owes stays owed, and is collected on."],
            Stakes = StakesOf(account),
            Fields = [Why],
            Command = said => new LiftHold
            {
                AccountId = account.AccountId,
                // a hold of an invoice is named by it; one by hand is not
                InvoiceId = Guid.TryParse(look["hold"], out var hold) && account.Invoices.Any(invoice => invoice.InvoiceId == hold) ? hold : null,
                Reason = said["reason"], RequestedBy = said.By
            }
        })),
        new("set-tags", Rights.Money, look => OfAccountAsync(look, "Set the tags of", account => new Proposal(
            $"Set the tags of {account.AccountId}", "Set the tags")
        {
            Says = ["Tags say what is not done with the account: AutoInvoicingOff, AutoPayOff, ManualPay, WrittenOff. Those that are not named are taken off."],
            Stakes = StakesOf(account),
            Fields = [new Field("tags", "Tags, with commas between", string.Join(", ", account.ControlTags), IsRequired: false), Why],
            Command = said => new SetControlTags
            {
                AccountId = account.AccountId, Reason = said["reason"], RequestedBy = said.By,
                Tags = said["tags"].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            }
        })),
        new("record-payment", Rights.Money, look => OfAccountAsync(look, "Record a payment of", account => new Proposal(
            $"Record a payment of {account.AccountId}", "Record it")
        {
            Says = ["Money that came in from outside, such as a bank transfer. It pays open invoices, the oldest first; what is over becomes credit.",
                "The same id of a payment counts once, for ever."],
            Stakes = StakesOf(account),
            Fields = [new Field("id", "Id of the payment, as the bank has it"), new Field("amount", $"Amount in {account.Currency}, such as 12.50")],
            Command = said => new RecordPayment
            {
                PaymentId = said["id"], AccountId = account.AccountId, Currency = account.Currency, RequestedBy = said.By,
                // what is no number is no amount: the service says so in its own words
                Amount = decimal.TryParse(said["amount"], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) ? amount : 0
            }
        })),
    ];

    static async Task<Proposal> OfInvoiceAsync(Look look, string what, Func<AccountView, InvoiceView, Proposal> propose)
    {
        var number = look["invoice"] ?? "";
        var told = await look.ReadAsync<Explanation>(Upstream.MonthClose, $"api/explain/{Show.Path(number.Length == 0 ? "none" : number)}");
        if (told.Away is { } away)
            return Proposal.Refused($"{what} {number}", $"month-close is away: {away.Why}. What is at stake cannot be said.");
        if (told.Value is not { } one)
            return Proposal.Refused($"{what} {number}", $"There is no invoice {number}.");
        var account = (await look.ReadAsync<AccountView>(Upstream.MonthClose, $"api/accounts/{Show.Path(one.AccountId)}")).Value;
        return account?.Invoices.FirstOrDefault(invoice => invoice.InvoiceId == one.InvoiceId) is { } invoice
            ? propose(account with { Name = look.Viewer.Shown(account.Name) }, invoice)
            : Proposal.Refused($"{what} {number}", $"The account of {number} cannot be read.");
    }

    static async Task<Proposal> OfAccountAsync(Look look, string what, Func<AccountView, Proposal> propose)
    {
        var id = look["account"] ?? "";
        var told = await look.ReadAsync<AccountView>(Upstream.MonthClose, $"api/accounts/{Show.Path(id.Length == 0 ? "none" : id)}");
        return told.Away is { } away ? Proposal.Refused($"{what} {id}", $"month-close is away: {away.Why}. What is at stake cannot be said.")
            : told.Value is { } account ? propose(account with { Name = look.Viewer.Shown(account.Name) })
            : Proposal.Refused($"{what} {id}", $"There is no account {id}.");
    }

    static Stake[] StakesOf(AccountView account, InvoiceView invoice) =>
    [
        new("Account", $"{account.AccountId}, {account.Name}"),
        new("Invoice", $"{invoice.Number} of {invoice.Period}, {Show.Words(invoice.Status)}"),
        new("Money", $"{Show.Money(invoice.Open, invoice.Currency)} open of {Show.Money(invoice.AmountDue, invoice.Currency)}")
    ];

    static Stake[] StakesOf(AccountView account) =>
    [
        new("Account", $"{account.AccountId}, {account.Name}"),
        new("Money", $"owes {Show.Money(account.Balance.Owed, account.Currency)}, has {Show.Money(account.Balance.Credit, account.Currency)} of credit")
    ];
}
