using Billing.Console.Viewing;
using Billing.Hosting.Http;

namespace Billing.Console.Pages;

/// <param name="Route">Where it is.</param>
/// <param name="Component">Its moving part.</param>
/// <param name="Title">What it is called.</param>
/// <param name="Nav">The entry of the menu under which it stands.</param>
sealed record Page(string Route, Type Component, string Title, string Nav)
{
    /// <summary>It shows more than figures.</summary>
    public Rights Needs { get; init; } = Rights.Read;
}

/// <summary>All pages, and the menu.</summary>
static class PageList
{
    public static readonly (string Path, string Title)[] Menu =
    [
        ("/", "Overview"),
        ("/runs", "Runs"),
        ("/collections", "Collections"),
        ("/accounts", "Accounts"),
        ("/seats", "Seats"),
        ("/admin/queues", "Sending"),
        ("/faults", "Faults"),
        ("/schedules", "Schedules"),
        ("/health-of-all", "Health"),
        ("/audit", "Audit"),
    ];

    public static readonly Page[] All =
    [
        new("/", typeof(Overview), "Overview", "/"),
        new("/runs", typeof(Runs), "Runs", "/runs"),
        new("/runs/{period}", typeof(RunPage), "Run", "/runs"),
        new("/collections", typeof(Collections), "Collections", "/collections"),
        new("/invoices/{**id:minlength(1)}", typeof(InvoicePage), "Invoice", "/collections"),
        new("/accounts", typeof(Accounts), "Accounts", "/accounts"),
        new("/accounts/{**id:minlength(1)}", typeof(AccountPage), "Account", "/accounts"),
        new("/seats", typeof(Seats), "Seats", "/seats"),
        new("/seats/{**id:minlength(1)}", typeof(SubscriptionPage), "Subscription", "/seats"),
        new("/admin/queues", typeof(Queues), "Sending", "/admin/queues"),
        new("/faults", typeof(Faults), "Faults", "/faults"),
        new("/faults/{service}/{cause}", typeof(FaultPage), "Fault", "/faults"),
        new("/schedules", typeof(Schedules), "Schedules", "/schedules"),
        new("/health-of-all", typeof(Health), "Health", "/health-of-all"),
        new("/audit", typeof(Audit), "Audit", "/audit"),
        new("/outcomes/{id:guid}", typeof(OutcomePage), "Outcome", "/outcomes"),
        new("/meanings", typeof(MeaningsPage), "What the figures mean", ""),
    ];
}
