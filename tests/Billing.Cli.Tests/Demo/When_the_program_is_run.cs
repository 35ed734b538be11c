using System.Diagnostics;
using System.Xml.Linq;
using Billing.Cli.Tests.Sampling;
using Billing.SampleData;
using Billing.Testing;
using NodaTime;

namespace Billing.Cli.Tests.Demo;

/// <summary>The program itself, as a person starts it, against a real broker.</summary>
public sealed class When_the_program_is_run
{
    static readonly List<SampleAccount> Sample = [.. new SampleMonth(new YearMonth(2026, 10)).Accounts()];

    // Its own build, beside this one: the copy among the tests lacks what ASP.NET Core brings the tests.
    static readonly string Program = Path.Combine(
        AppContext.BaseDirectory.Replace(Path.Combine("tests", "Billing.Cli.Tests"), Path.Combine("infra", "Billing.Cli"), StringComparison.Ordinal),
            "Billing.Cli.dll");

    [Fact]
    public async Task Should_take_a_demo_from_nothing_to_its_last_line_and_once_more()
    {
        await using var host = await TestVirtualHost.CreateAsync("cli");
        await using var service = await PretendedMonthClose.StartAsync(host);
        for (var run = 0; run < 2; run++)
        {
            var (code, output, errors) = await RunAsync(host, service, "demo");
            Assert.True(code == 0, output + errors);
            Assert.EndsWith(
                "month 2026-10: 240 accounts, 239 closed, 1 parked, 0 held, invoiced 1,234.50 USD collected nothing (reconciled with the gateway's own record: 0 differences)", output.TrimEnd());
            Assert.Contains("120 accounts a second", output);
        }

        Assert.Equal(240, service.Accounts.Count);
        Assert.Equal(Sample.Sum(x => x.Usage.Count), service.Usage.Count);
        Assert.Equal(3, service.Seats!.SeatsOwed);
        Assert.Equal("demo", service.Started!.RequestedBy);
    }

    [Fact]
    public async Task Should_reconcile_and_show_what_waits_for_a_person()
    {
        await using var host = await TestVirtualHost.CreateAsync("cli");
        await using var service = await PretendedMonthClose.StartAsync(host);
        var (code, output, errors) = await RunAsync(host, service, "reconcile", "2026-10");
        Assert.True(code == 1, output + errors);
        Assert.Contains("2026-10: 240 accounts, 1 found, 0 repaired, 1 parked, 0 reported", output, StringComparison.Ordinal);
        Assert.Contains("captured-twice of acme: pi_2 took 10 again; Parked: nothing more is charged", output, StringComparison.Ordinal);
        Assert.Contains("expected one such as 2026-10", (await RunAsync(host, service, "reconcile", "October")).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_say_the_version_that_the_whole_house_has()
    {
        await using var host = await TestVirtualHost.CreateAsync("cli");
        await using var service = await PretendedMonthClose.StartAsync(host);
        var version = XDocument.Load(ReadmeExamples.PathOf("Directory.Build.props")).Descendants("Version").Single().Value;
        Assert.Equal((0, $"{version}\n", ""), await RunAsync(host, service, "--version"));
    }

    [Fact]
    public async Task Should_explain_an_invoice_word_for_word_and_say_when_there_is_none()
    {
        await using var host = await TestVirtualHost.CreateAsync("cli");
        await using var service = await PretendedMonthClose.StartAsync(host);
        Assert.Equal((0, "INV-2026-000001 of acme\n  10.00 USD\n", ""), await RunAsync(host, service, "explain", "INV-2026-000001"));
        var none = await RunAsync(host, service, "explain", "INV-2026-000002");
        Assert.Equal(2, none.Code);
        Assert.Contains("There is neither an invoice nor a charge 'INV-2026-000002'.", none.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_import_what_is_good_and_tell_what_is_bad()
    {
        await using var host = await TestVirtualHost.CreateAsync("cli");
        await using var service = await PretendedMonthClose.StartAsync(host);
        var folder = When_a_sample_month_is_made.SampleFolder();
        Assert.Equal(0, (await RunAsync(host, service, "import", "accounts", Path.Combine(folder, "accounts.csv"))).Code);
        Assert.Equal(0, (await RunAsync(host, service, "import", "prices", Path.Combine(folder, "prices.json"))).Code);
        Assert.Equal(0, (await RunAsync(host, service, "import", "tax-rates", Path.Combine(folder, "tax-rates.json"))).Code);
        Assert.Equal(0, (await RunAsync(host, service, "import", "credits", Path.Combine(folder, "credits.json"))).Code);
        for (var twice = 0; twice < 2; twice++)
        {
            var (code, output, errors) = await RunAsync(host, service, "import", "usage", Path.Combine(folder, "focus-1.0.csv"), "--as", "focus");
            Assert.True(code == 0, output + errors);
            Assert.Equal((244, 66), (service.Accounts.Count, service.Usage.Count));
        }

        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            file, "usage_id,account_id,price_code,quantity,started_at\nu1,zero-total,support-chat,1,2026-10-01T00:00Z\nu2,zero-total,support-chat,lots,2026-10-01T00:00Z\n");
        var bad = await RunAsync(host, service, "import", "usage", file);
        File.Delete(file);
        Assert.Equal(1, bad.Code);
        Assert.Contains("line 3, quantity: 'lots', expected a number", bad.Errors);
        Assert.Equal(67, service.Usage.Count);
    }

    [Fact]
    public async Task Should_close_watch_and_show()
    {
        await using var host = await TestVirtualHost.CreateAsync("cli");
        await using var service = await PretendedMonthClose.StartAsync(host);
        Assert.Equal(0, (await RunAsync(host, service, "publish", "RegisterAccount", """{"accountId":"acme","name":"Acme","currency":"USD"}""")).Code);
        Assert.Equal(0, (await RunAsync(host, service, "publish", "RegisterAccount", """{"accountId":"other","name":"Other","currency":"EUR"}""")).Code);
        await Eventually.HoldsAsync(() => Task.FromResult(service.Accounts.Count == 2), "both accounts are there");

        var closed = await RunAsync(host, service, "close", "2026-10", "--watch");
        Assert.True(closed.Code == 0, closed.Output + closed.Errors);
        Assert.Contains("Completed, 2 of 2 accounts", closed.Output);
        Assert.Contains("PriceMissing", (await RunAsync(host, service, "run", "show", "2026-10")).Output);
        Assert.Contains("There is no run of 2026-09", (await RunAsync(host, service, "run", "show", "2026-09")).Errors);
        var shown = (await RunAsync(host, service, "account", "show", "acme")).Output;
        Assert.All(["acme Acme, USD, UTC\n", "owes 2.50, has credit 0\n", "lines of INV-000000001", "API [calls]", "2026-11-01 00:00:00Z", "2026-10-31", "receivable"],
            text => Assert.Contains(text, shown, StringComparison.Ordinal));
        Assert.DoesNotContain("reasonCode", shown, StringComparison.Ordinal);      // no row has one
        Assert.Equal(2, (await RunAsync(host, service, "account", "show", "nobody")).Code);
        Assert.Contains("period: '5', expected a text", (await RunAsync(host, service, "publish", "StartMonthClose", """{"period":5}""")).Errors);
    }

    static async Task<(int Code, string Output, string Errors)> RunAsync(TestVirtualHost host, PretendedMonthClose service, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Program);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        var user = TestVirtualHost.UserOf(BrokerUsers.Operator);
        start.Environment["BILLING_RABBITMQ_OPERATOR"] =
            new UriBuilder(TestServers.RabbitMq) { UserName = user.Name, Password = user.Password, Path = host.Name }.Uri.AbsoluteUri;
        start.Environment["BILLING_MONTHCLOSE_URL"] = service.Address.AbsoluteUri;
        using var program = Process.Start(start)!;
        var output = program.StandardOutput.ReadToEndAsync();
        var errors = program.StandardError.ReadToEndAsync();
        await program.WaitForExitAsync();
        return (program.ExitCode, await output, await errors);
    }
}
