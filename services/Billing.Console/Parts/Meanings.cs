namespace Billing.Console.Parts;

/// <param name="Key">Its anchor.</param>
/// <param name="Name">As the page calls it.</param>
/// <param name="Means">What it counts, and what it does not.</param>
/// <param name="From">Who tells it, and how often.</param>
public sealed record Meaning(string Key, string Name, string Means, string From);

/// <summary>What each figure means and where it comes from. <c>docs/console.md</c> says the same; a test compares them.</summary>
public static class Meanings
{
    public static readonly Meaning[] All =
    [
        new("held", "Nothing leaves",
            "Shown only after a restore, until a person releases what was brought back: the books are older than what was charged and sent, so "
            + "nothing is charged, refunded, sent or fired by a schedule.",
            "month-close, notification and scheduler, GET /api/restoration/held"),
        new("needs-person", "Needs a person",
            "Kinds of work that do not end by themselves, each counted with the day of its oldest. Zero means that nothing waits for you.",
            "month-close, GET /api/standing; each count reads an index of what has not ended"),
        new("news", "Told lately",
            "What the services told of runs and alerts since this console was started, the newest first; the audit trail has all of it.",
            "events on the bus, as they are told"),
        new("overdue", "Overdue by age",
            "Open invoices past the last day on which they were paid in time, by the calendar of UTC. Open is what is still due of them.",
            "month-close, GET /api/standing"),
        new("runs", "Runs",
            "One run closes one month for all accounts. A month that was looked at and not begun stands there as previewed, with what is expected.",
            "month-close, GET /api/runs"),
        new("run-accounts", "Accounts by step",
            "How far the close of each account is. Closed, parked and cancelled have ended; the others are on their way.",
            "month-close, GET /api/runs/{period}; counted by the database as the rows change, never scanned"),
        new("run-rate", "Accounts and money a second",
            "What ended, and what was collected, between readings up to ten seconds apart, and on average since the run began. The curve of "
            + "accounts begins with the run, and is told by its chunks until somebody looks; that of money begins when somebody looks.",
            "month-close, GET /api/runs/{period}/progress; the console's own readings of GET /api/runs/{period}, kept in memory for a quarter of an hour"),
        new("run-left", "Time left",
            "Accounts that have not ended, at the average pace since the run began.",
            "computed from GET /api/runs/{period}"),
        new("run-chunks", "Chunks",
            "Some hundred accounts travel together in one message. In flight are those whose steps are being done now.",
            "month-close, GET /api/runs/{period}"),
        new("run-money", "Money of the run",
            "Invoiced is what the invoices say, tax included, without what was carried over. Collected came in; failed is being collected; held "
            + "is due from accounts on hold; skipped is due and not charged for a reason, such as a bank transfer; parked is due from parked "
            + "accounts; open is all that is due. Currencies are never added.",
            "month-close, GET /api/runs/{period}; tallies that are kept with each change of an invoice"),
        new("run-stuck", "Who is stuck",
            "Accounts that the run set aside, by the class of their cause. They go on when somebody unparks them, once the cause is mended.",
            "month-close, GET /api/runs/{period}"),
        new("run-brakes", "Brakes",
            "Bounds past which the run pauses by itself, and how far each is from tripping. One that has seen too little does not count yet.",
            "month-close, GET /api/runs/{period}"),
        new("run-before", "Against the month before",
            "The newest preview of the month beside what the same accounts were invoiced for the month before: new, gone, changed by more than a "
            + "small change, and outliers, which are far from what their own months were.",
            "month-close, GET /api/previews/{period}"),
        new("collections", "Collections by state",
            "Invoices that were not paid at once, by where their collection stands. Charging is being asked for, dunning waits for its next dated "
            + "try, awaiting payment is of who pays by hand, needs attention does not go on without a person.",
            "month-close, GET /api/standing and GET /api/collections"),
        new("calendar", "Next tries by day",
            "Planned charges and reminders by the day on which they are due, by the calendar of UTC. A day before today holds what is past its time.",
            "month-close, GET /api/collections/calendar"),
        new("holds", "On hold",
            "Accounts whose service is suspended: for an invoice that is not paid, or by a person. A payment lifts the first kind.",
            "month-close, GET /api/holds"),
        new("invoice", "The invoice",
            "To be paid is what it asked for when it was issued; paid is what came in; open is what is still due now.",
            "month-close, GET /api/explain/{invoice} and GET /api/accounts/{id}"),
        new("invoice-story", "What happened",
            "Charges, answers of the gateway, payments, letters, holds and corrections of this invoice, in the order of time.",
            "month-close, GET /api/explain/{invoice}"),
        new("ledger", "The ledger",
            "Every fact about money as balanced entries; appended, never changed. Owed is the sum of the entries on the customer's debt.",
            "month-close, GET /api/explain/{invoice} and GET /api/accounts/{id}"),
        new("accounts", "Accounts",
            "Who is billed. Owes and credit are kept beside the ledger, and are equal to the sum of its entries.",
            "month-close, GET /api/accounts"),
        new("balance", "Balance",
            "What the account owes, and the credit that pays its next invoices, in its own currency.",
            "month-close, GET /api/accounts/{id}"),
        new("erased", "Contact data erased",
            "When the person behind the account was erased, who asked for it and why, and how many values each service erased, as it said so the "
            + "first time. Invoices, ledger and payments stay.",
            "month-close, GET /api/accounts/{id}; the row of the erasure, and the audit trail"),
        new("preview", "The running month",
            "The account's invoice as it would be if the month closed now, by the steps of the close itself. Nothing of it is in the books.",
            "month-close, GET /api/previews/{period}/account; computed anew at most every 30 seconds"),
        new("seats", "Seat refresh",
            "Due now is counted no further than the slots and one. Running jobs hold a slot each. The oldest count is that of a billable "
            + "subscription.",
            "seat-refresh, GET /api/seat-refresh"),
        new("mark", "High-water mark",
            "Most seats in use since the term began. What is above the seats bought is owed.",
            "seat-refresh, GET /api/seats/explain/{id}"),
        new("sending", "Messages by state",
            "Waiting is the backlog; being sent is on its way to the provider; put off waits for another attempt. Sent, failed and dropped have "
            + "ended.",
            "notification, GET /api/notifications/counts"),
        new("limit", "Limit and permits",
            "How many messages may begin in any second, over all processes. A permit is the right to begin one. The provider's answers may lower "
            + "the limit for a while. The chart shows the most of each stretch in a minute, beside sixty times the limit.",
            "notification, GET /api/limits and GET /api/metrics/demand"),
        new("latency", "p50, p95, p99",
            "Milliseconds within which half, 95 and 99 of a hundred answers of the provider came, in the last five minutes.",
            "notification, GET /api/metrics"),
        new("workspace-latency", "Latency by workspace",
            "The same of each workspace and channel, yesterday and today by UTC, right to a fifth; the fifteen with the most answers.",
            "notification, GET /api/metrics/latencies; read at most every ten seconds"),
        new("waiting", "Who waits",
            "Workspaces with messages in the queue, the most first; fifty of them.",
            "notification, GET /api/notifications/waiting"),
        new("exceeded", "Who was too fast",
            "How often the provider, or our own limiter, said that a workspace was too fast, since the figures were reset.",
            "notification, GET /api/metrics"),
        new("failed", "Failed messages",
            "Messages that were given up, by the reason that was said last. Send again takes up those alone that failed.",
            "notification, GET /api/notifications/failed and /failed/reasons"),
        new("faults", "Faults",
            "Messages of the bus that a service could not work on, by queue and cause. They wait until somebody replays or discards them.",
            "each service, GET /api/faults; read at most every five seconds, because a look takes the messages out of their queue and gives them "
            + "back"),
        new("schedules", "Schedules",
            "Last is when the newest tick was dealt with, and became is what the service that obeys answered; next is the next time by the schedule's own "
            + "zone. Commands that wait are sent once, at their time.",
            "scheduler, GET /api/schedules and /api/scheduled-commands"),
        new("health", "Health",
            "Ready means that the bus and the database of the service work. Away means that it does not answer the console.",
            "each service, GET /health/ready"),
        new("audit", "Audit",
            "Who changed what, when and why, written in the transaction of the change. Addresses are masked and payment methods sealed.",
            "month-close, GET /api/audit"),
    ];

    static readonly Dictionary<string, Meaning> ByKey = All.ToDictionary(one => one.Key, StringComparer.Ordinal);

    public static string NameOf(string key) => ByKey[key].Name;
}
