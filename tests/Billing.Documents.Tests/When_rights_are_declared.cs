using Billing.Hosting.Http;
using Billing.MonthClose;
using Billing.Notification;
using Billing.Persistence;
using Billing.Persistence.Postgres;
using Billing.Persistence.Rights;
using Billing.Scheduler;
using Billing.SeatRefresh;
using Billing.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;

namespace Billing.Documents.Tests;

/// <summary>What each service's database user may do, table by table, and what each endpoint asks of its caller.</summary>
[Collection(nameof(WithOtherHosts))]
public sealed class When_rights_are_declared
{
    static readonly (string Name, Func<string[], Action<WebApplicationBuilder>?, WebApplication> Build)[] Hosts =
    [
        ("MonthClose", MonthCloseApplication.Build), ("Notification", NotificationApplication.Build), ("Scheduler", SchedulerApplication.Build),
        ("SeatRefresh", SeatRefreshApplication.Build)
    ];

    /// <summary>A table that nobody has thought of is append-only, and missing in the list. What is added to it is worth a look.</summary>
    [Fact]
    public void Should_let_each_service_do_with_its_tables_what_was_approved()
    {
        var lines = ((string, DbContext)[])
        [
            ("MonthClose", new PostgresMonthCloseDbContext(Options<PostgresMonthCloseDbContext>())),
            ("Notification", new PostgresNotificationDbContext(Options<PostgresNotificationDbContext>())),
            ("Scheduler", new PostgresSchedulerDbContext(Options<PostgresSchedulerDbContext>())),
            ("SeatRefresh", new PostgresSeatRefreshDbContext(Options<PostgresSeatRefreshDbContext>()))
        ];
        var text = string.Join("\n\n", lines.Select(service =>
            $"{service.Item1}\n{string.Join('\n', TableRights.Of(service.Item2.Model, TransportRows.Are).Select(rights => $"  {rights}"))}")) + "\n";
        var approved = ReadmeExamples.PathOf("tests/Billing.Documents.Tests/DatabaseRights.approved.txt");
        if (File.Exists(approved) && File.ReadAllText(approved) == text)
            return;
        File.WriteAllText(approved.Replace("approved", "received", StringComparison.Ordinal), text);
        Assert.Fail("The rights differ from what was approved: compare DatabaseRights.received.txt with DatabaseRights.approved.txt.");
    }

    [Fact]
    public void Should_say_of_every_endpoint_what_its_caller_needs()
    {
        var silent = Hosts.SelectMany(host => EndpointsOf(host.Build)
            .Where(endpoint => endpoint.Metadata.GetMetadata<NeededRights>() is null && endpoint.Metadata.GetMetadata<WithoutKey>() is null)
            .Select(endpoint => $"{host.Name}: {endpoint.DisplayName}")).ToList();
        Assert.True(silent.Count == 0, $"These say neither Needs(...) nor AllowWithoutKey():\n{string.Join('\n', silent)}");
    }

    /// <summary>Whoever may only read changes nothing.</summary>
    [Fact]
    public void Should_ask_for_more_than_reading_where_something_is_changed()
    {
        var open = Hosts.SelectMany(host => EndpointsOf(host.Build)
            .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods is { } methods && !methods.Contains("GET")
                && endpoint.Metadata.GetMetadata<NeededRights>() is { } needed && (needed.Rights & (Rights.Operate | Rights.Money)) == 0)
            .Select(endpoint => endpoint.RoutePattern.RawText)).Distinct();
        Assert.Equal(["/api/what-if/{period}"], open);       // a question with a body; it writes nothing
    }

    [Fact]
    public void Should_let_nobody_in_without_a_key_but_where_another_lock_is() => Assert.Equal(
        ["/health/live", "/health/ready", "/health/startup", "/invoices/{**token:minlength(1)}", "/webhooks/stripe", "/webhooks/twilio/{id:guid}"],
        Hosts.SelectMany(host => EndpointsOf(host.Build)).Where(endpoint => endpoint.Metadata.GetMetadata<WithoutKey>() is not null)
            .Select(endpoint => endpoint.RoutePattern.RawText!).Distinct().Order(StringComparer.Ordinal));

    static IReadOnlyList<RouteEndpoint> EndpointsOf(Func<string[], Action<WebApplicationBuilder>?, WebApplication> build)
    {
        var app = build([], builder => builder.Configuration.AddInMemoryCollection(NoHost.Settings));
        return [.. ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()];
    }

    static DbContextOptions<T> Options<T>()
        where T : DbContext => (DbContextOptions<T>)new DbContextOptionsBuilder<T>().UseBillingPostgres("Host=nowhere").Options;
}
