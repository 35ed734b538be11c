using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Billing.Views.MonthClose;
using Xunit;

namespace Billing.MonthClose.Tests.Look.Reporting;

/// <summary>October is closed, a charge took 10.00, and 4.00 of it went back.</summary>
public partial class When_an_account_is_looked_at(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    [Fact]
    public async Task Should_answer_as_approved_and_as_the_view_reads_it()
    {
        house.Clock.SetTo(new DateTimeOffset(2026, 11, 1, 13, 0, 0, TimeSpan.Zero));
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync(Sample.Account("acme") with { JoinedOn = new DateOnly(2026, 9, 1) });
        await house.UseAsync(Sample.Use("acme", 1000));
        await house.CloseAsync("2026-10");
        await house.CreditAsync(await house.CreditNoteAsync("acme", 4.00m) with { CreditNoteId = "outage", Refund = 4.00m });
        await house.HearsAsync<PaymentRefunded>();
        await house.QuietAsync();

        var json = await house.Http.GetStringAsync(new Uri("api/accounts/acme", UriKind.Relative));
        MatchesApproved(Stable(JsonNode.Parse(json)!.ToJsonString(Indented)));
        var view = JsonSerializer.Deserialize<AccountView>(json, JsonSerializerOptions.Web);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), JsonSerializer.SerializeToNode(view, JsonSerializerOptions.Web)));
    }

    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    static string Stable(string json)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        json = Id().Replace(json, match => names.TryGetValue(match.Value, out var name) ? name : names[match.Value] = $"id-{names.Count + 1}");
        return Instant().Replace(json, "an instant");
    }

    /// <summary>Changing the answer is a decision: whoever changes it approves it by copying the received file over.</summary>
    static void MatchesApproved(string json) => Approval.Check("Look/Reporting/Account.approved.json", json);

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(pi|re|ch)_[0-9A-Za-z]+|(?<=refund:|charge:)[0-9a-f]{32}")]
    private static partial Regex Id();

    [GeneratedRegex("""(?<=")\d{4}-\d\d-\d\dT[^"]+""")]
    private static partial Regex Instant();
}
