using System.Net;
using System.Net.Http.Json;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Tests.House;
using Billing.Views.MonthClose;
using Xunit;

namespace Billing.MonthClose.Tests.Look.Reporting;

public class When_runs_are_listed(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    [Fact]
    public async Task Should_show_the_newest_month_first_with_what_became_of_it()
    {
        Assert.Empty(await ListAsync(""));

        await house.SetPricesAsync(Sample.ApiCalls);
        string[] ids = ["acme", "beta", "coda"];
        await house.RegisterAsync([.. ids.Select(Sample.Account)]);
        await house.UseAsync([.. ids.Select(id => Sample.Use(id, 1000))]);
        await house.CloseAsync("2026-10");
        await house.CloseAsync("2026-11");

        var runs = await ListAsync("");
        Assert.Equal(["2026-11", "2026-10"], runs.Select(run => run.Period));
        Assert.All(runs, run => Assert.Equal((3, 3, 0, 0), (run.Accounts, run.Closed, run.Parked, run.Cancelled)));
        Assert.All(runs, run => Assert.True(run.CompletedAt > run.StartedAt));
        Assert.Empty(runs[0].Money);        // nothing was used in November
        var shown = (await house.RunAsync("2026-10")).GetProperty("totals").EnumerateArray().Single();
        Assert.Equal(new RunMoney(shown.GetProperty("currency").GetString()!, 3, shown.GetProperty("invoiced").GetDecimal(), shown.GetProperty("collected").GetDecimal(), 0),
            Assert.Single(runs[1].Money));

        Assert.Equal(["2026-11"], (await ListAsync("?limit=1")).Select(run => run.Period));
        Assert.Equal(["2026-10"], (await ListAsync("?before=2026-11")).Select(run => run.Period));
        using var refused = await house.Http.GetAsync(new Uri("api/runs?before=november", UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("before is \\\"november\\\"; expected a month such as 2026-10", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    async Task<RunLine[]> ListAsync(string query) => (await house.Http.GetFromJsonAsync<RunLine[]>(new Uri($"api/runs{query}", UriKind.Relative)))!;
}

public class When_a_month_was_only_looked_at(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    [Fact]
    public async Task Should_show_a_month_that_was_only_looked_at_and_all_of_them_on_a_page()
    {
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync(Sample.Account("looked-at"));
        await house.UseAsync(Sample.Use("looked-at", 1000, on: "2027-01-10T10:00:00Z"));
        await house.PreviewAsync("2027-01");

        var line = Assert.Single((await house.Http.GetFromJsonAsync<RunLine[]>(new Uri("api/runs", UriKind.Relative)))!);
        Assert.Equal(("2027-01", RunLine.Previewed), (line.Period, line.State));
        Assert.Equal(new RunMoney("USD", 1, 10.00m, 0, 10.00m), Assert.Single(line.Money));
        var page = await house.Http.GetStringAsync(new Uri("runs", UriKind.Relative));
        Assert.Contains("<td class=\"text\">2027-01<td class=\"text\">Previewed", page, StringComparison.Ordinal);
        Assert.Contains("10.00 USD", page, StringComparison.Ordinal);
    }
}
