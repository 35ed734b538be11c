using Billing.Console.Live;
using Billing.Console.Parts;
using Billing.Console.Reading;
using Billing.Console.Viewing;
using Billing.Contracts.MonthClose.V1;
using Billing.Hosting.Http;
using Billing.Views.MonthClose;

namespace Billing.Console.Acting;

/// <summary>The hand on a run.</summary>
static class RunActs
{
    static readonly Field Reason = new("reason", "Why; it is kept with the run");

    /// <summary>Accounts that are named one by one in the command: what was confirmed is what is done.</summary>
    const int MostNamed = 200;

    public static readonly Act[] All =
    [
        new("pause-run", Rights.Operate, look => OfRunAsync(look, "Pause the run of", (period, run) => new Proposal(
            $"Pause the run of {period}", "Pause the run")
        {
            Impossible = run.HasEnded ? "It has ended." : run.Pause is not null ? "It is paused already." : null,
            Says =
            [
                "Within a second nothing new is charged. Invoices of chunks in flight are still issued, and planned tries of this run's invoices wait, too.",
                "Resume takes it up again."
            ],
            Stakes = StakesOf(run),
            Fields = [Reason],
            Command = said => new PauseRun { Period = period, Reason = said["reason"], RequestedBy = said.By }
        })),
        new("resume-run", Rights.Operate, look => OfRunAsync(look, "Resume the run of", (period, run) => new Proposal(
            $"Resume the run of {period}", "Resume the run")
        {
            Impossible = run.HasEnded ? "It has ended." : run.Pause is null ? "It is not paused." : null,
            Says = [$"It is paused because: {run.Pause?.Reason}", "It charges again at once. Its brakes judge by what comes from now on."],
            Stakes = StakesOf(run),
            Fields = [Reason with { IsRequired = false }],
            Command = said => new ResumeRun { Period = period, Reason = said["reason"] is { Length: > 0 } why ? why : null, RequestedBy = said.By }
        })),
        new("approve-run", Rights.Money, look => OfRunAsync(look, "Approve the drafts of", (period, run) => new Proposal(
            $"Approve the drafts of {period}", "Issue the invoices")
        {
            Impossible = run.State != "Drafted" ? $"It is {Show.Words(run.State)}, and not drafted." : null,
            IsGrave = true,
            Says = ["The time for late usage ends: the invoices are issued now, and are final."],
            Stakes = StakesOf(run),
            Command = said => new ApproveRun { Period = period, RequestedBy = said.By }
        })),
        new("cancel-run", Rights.Money, look => OfRunAsync(look, "Cancel the run of", (period, run) => new Proposal(
            $"Cancel the run of {period}", "Cancel the run")
        {
            Impossible = run.HasEnded ? "It has ended." : null,
            IsGrave = true,
            Says =
            [
                "Chunks in flight are finished; accounts that were not begun end as cancelled, without an invoice. Starting the month again takes those up."
            ],
            Stakes = StakesOf(run),
            Fields = [Reason],
            Command = said => new CancelMonthClose { Period = period, Reason = said["reason"], RequestedBy = said.By }
        })),
        new("unpark", Rights.Money, UnparkAsync),
        new("preview-month", Rights.Operate, look => Task.FromResult(new Proposal("Look at a month before it is closed", "Compute it")
        {
            Says = ["The month is computed as it would be closed now. Nothing of it is written into the books, and nobody is told or charged."],
            Fields = [new Field("period", "Month, such as 2026-10", look["period"] ?? "")],
            Command = said => new PreviewMonthClose { Period = said["period"], RequestedBy = said.By }
        })),
        new("start-run", Rights.Money, StartAsync),
    ];

    /// <summary>A month begins as it was looked at: what changed since holds it back.</summary>
    static async Task<Proposal> StartAsync(Look look)
    {
        var period = look["period"] ?? "";
        var told = await look.ReadAsync<PreviewView>(Upstream.MonthClose, $"api/previews/{Uri.EscapeDataString(period)}");
        if (told.Away is { } away)
            return Proposal.Refused($"Close {period}", $"month-close is away: {away.Why}. What is at stake cannot be said.");
        if (told.Value is not { CommitToken: { } token } preview)
            return Proposal.Refused($"Close {period}", $"There is no preview of {period} that is ready: look at the month first.");
        return new Proposal($"Close {period} as it was previewed", "Close the month")
        {
            IsGrave = true,
            Says = ["Invoices are issued and charged. What changed since the preview holds the run back, and is named; then no money moves."],
            Stakes =
            [
                new("Accounts", $"{Show.Count(preview.Accounts)}: {Show.Count(preview.Billed)} get an invoice, {Show.Count(preview.Parked)} would be parked"),
                new("Against the month before", $"{Show.Count(preview.New)} new, {Show.Count(preview.Gone)} gone, {Show.Count(preview.Changed)} changed, "
                    + $"{Show.Count(preview.Outliers)} outliers"),
                new("Money to be asked for", Show.Money(preview.Money.Select(money => (money.Currency, money.AmountDue))))
            ],
            Fields = [new Field("token", "Commit token", token, "hidden")],
            Command = said => new StartMonthClose { Period = period, CommitToken = said["token"], RequestedBy = said.By }
        };
    }

    static async Task<Proposal> OfRunAsync(Look look, string what, Func<string, RunView, Proposal> propose)
    {
        var period = look["period"] ?? "";
        var told = await look.ReadAsync<RunView>(Upstream.MonthClose, $"api/runs/{Uri.EscapeDataString(period)}");
        return told.Away is { } away ? Proposal.Refused($"{what} {period}", $"month-close is away: {away.Why}. What is at stake cannot be said.")
            : told.Value is { } run ? propose(period, run) : Proposal.Refused($"{what} {period}", $"There is no run of {period}.");
    }

    static Stake[] StakesOf(RunView run) =>
    [
        new("Accounts", $"{Show.Count(run.Accounts - run.Ended)} of {Show.Count(run.Accounts)} have not ended"),
        new("Money due", Show.Money(run.Totals.Select(money => (money.Currency, money.Open)))),
        new("Collected so far", Show.Money(run.Totals.Select(money => (money.Currency, money.Collected))))
    ];

    static Task<Proposal> UnparkAsync(Look look) => OfRunAsync(look, "Unpark accounts of", async (period, run) =>
    {
        var reason = look["reason"];
        var accounts = look["account"] is { } one ? [one] : Array.Empty<string>();
        var path = $"api/runs/{Uri.EscapeDataString(period)}/parked?limit={MostNamed + 1}"
            + (reason is null ? "" : $"&reason={Uri.EscapeDataString(reason)}") + (accounts.Length == 0 ? "" : $"&account={Uri.EscapeDataString(accounts[0])}");
        var parked = (await look.ReadAsync<ParkedAccountView[]>(Upstream.MonthClose, path)).Value ?? [];
        var named = parked.Length <= MostNamed;
        var count = named ? parked.Length : run.Parked.Where(cause => reason is null || cause.ReasonCode == reason).Sum(cause => cause.Count);
        return new Proposal(
            reason is null ? $"Unpark accounts of {period}" : $"Unpark what is parked for {Show.Words(reason)} in {period}",
            count == 1 ? "Unpark the account" : "Unpark the accounts")
        {
            Impossible = parked.Length == 0 ? "Nothing is parked for this cause any more." : null,
            Says =
            [
                "They go on where they stood: what is not invoiced yet is priced and invoiced, and what is due is charged.",
                .. parked.Select(account => account.Reason).OfType<string>().Distinct().Take(3).Select(why => $"Parked because: {why}")
            ],
            Stakes =
            [
                new("Accounts", $"{Show.Count(count)}: {string.Join(", ", parked.Take(10).Select(account => account.AccountId))}"
                    + (count > 10 ? " and others" : "")),
                new("Money due", Show.Money(parked.Select(account => (account.Currency, account.Open)))
                    + (parked.Count(account => account.InvoiceNumber is null) is > 0 and var without ? $"; {Show.Count(without)} without an invoice yet" : "")),
            ],
            Fields = named ? [new Field("accounts", "Accounts", string.Join('\n', parked.Select(account => account.AccountId)), "hidden")] : [],
            Command = said => new UnparkAccounts
            {
                Period = period,
                // those that were named, and not those that were parked since
                AccountIds = said["accounts"] is { Length: > 0 } ids
                    ? ids.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : null,
                ReasonCode = reason,
                RequestedBy = said.By
            }
        };
    });

    static async Task<Proposal> OfRunAsync(Look look, string what, Func<string, RunView, Task<Proposal>> propose)
    {
        Task<Proposal>? proposed = null;
        var refused = await OfRunAsync(look, what, (period, run) =>
        {
            proposed = propose(period, run);
            return Proposal.Refused("", "");
        });
        return proposed is null ? refused : await proposed;
    }
}
