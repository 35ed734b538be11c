using System.Net;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Npgsql;
using Xunit;

namespace Billing.MonthClose.Tests;

/// <summary>The owner is asked when tables or rights are not what this version wants, and only then.</summary>
public sealed class When_the_tables_have_an_owner : IAsyncLifetime
{
    const string Owner = "Database:OwnerConnectionString";
    readonly MonthCloseHouse house = new();

    public Task InitializeAsync() => house.InitializeAsync();
    public Task DisposeAsync() => house.DisposeAsync();

    string User => new NpgsqlConnectionStringBuilder(house.Database.Service).Username!;

    [Fact]
    public async Task Should_need_him_no_more_when_they_are_up_to_date()
    {
        await house.StopServiceAsync();
        house.Settings[Owner] = "";
        await house.StartServiceAsync();
        await house.BillOctoberAsync(Sample.Account("acme"));
    }

    [Fact]
    public async Task Should_take_back_and_give_what_differs()
    {
        await house.StopServiceAsync();
        await house.BreakInAsync($"""
            revoke insert on "LedgerEntry" from "{User}";
            grant update, delete on "AuditEntry" to "{User}";
            grant update on "Invoice" to "{User}";
            revoke usage on sequence "InvoiceNumber" from "{User}";
            """);
        await house.StartServiceAsync();
        Assert.Equal(["AuditEntry: INSERT SELECT", "InvoiceNumber: USAGE", "LedgerEntry: INSERT SELECT"], await house.ReadInAsync($"""
            select relname || ': ' || string_agg(privilege_type, ' ' order by privilege_type) from pg_class, aclexplode(relacl)
            where grantee = '{User}'::regrole and relname in ('AuditEntry', 'InvoiceNumber', 'LedgerEntry') group by relname order by 1
            """));
        Assert.Equal(["AmountPaid"], await house.ReadInAsync("""
            select attname::text from pg_attribute, aclexplode(attacl) where attrelid = '"Invoice"'::regclass and attname in ('AmountPaid', 'Total')
            """));
        await house.BillOctoberAsync(Sample.Account("acme"));
    }

    [Fact]
    public async Task Should_wait_and_say_why_when_there_is_work_for_him_and_nobody_names_him()
    {
        await house.StopServiceAsync();
        await house.BreakInAsync($"""revoke insert on "LedgerEntry" from "{User}" """);
        house.Settings[Owner] = "";
        await house.LaunchServiceAsync();
        var said = await Eventually.HoldsAsync(HealthAsync, health => health.Status == HttpStatusCode.ServiceUnavailable
            && health.Text.Contains(Owner, StringComparison.Ordinal), "it says who is missing");
        Assert.Contains("this user may not change them", said.Text, StringComparison.Ordinal);

        await house.BreakInAsync($"""grant insert on "LedgerEntry" to "{User}" """);
        await Eventually.HoldsAsync(HealthAsync, health => health.Status == HttpStatusCode.OK, "it goes on by itself");
    }

    async Task<(HttpStatusCode Status, string Text)> HealthAsync()
    {
        using var answer = await house.Http.GetAsync(new Uri("health/ready", UriKind.Relative));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
