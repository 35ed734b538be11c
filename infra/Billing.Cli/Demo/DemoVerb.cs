using System.CommandLine;
using Billing.Cli.Bus;
using Billing.Cli.Closing;
using Billing.Cli.Settings;
using Billing.SampleData;

namespace Billing.Cli.Demo;

/// <summary><c>demo</c>: a whole month on the running services, ended by one line that must say 0 differences.</summary>
static class DemoVerb
{
    public static Command Create()
    {
        var accounts = new Option<int>("--accounts")
        {
            Description = "How many accounts; the first ones are the nasty ones.",
            DefaultValueFactory = _ => SampleMonth.DefaultAccounts
        };
        var seed = new Option<long>("--seed") { Description = "Another seed, another business.", DefaultValueFactory = _ => 1 };
        var period = CliPeriod.Option();
        var verb = new Command("demo", "Makes a month up, closes it, and compares the books with the gateway's own record.") { accounts, seed, period };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var environment = BillingEnvironment.Current;
            using var months = MonthCloseClient.For(environment.MonthClose);
            await using var bus = await BillingBus.ConnectAsync(environment.RabbitMqOfTheDemo, cancellation, environment.Sealer);
            var sample = new SampleMonth(parsed.GetValue(period), parsed.GetValue(seed));
            var verdict = await new DemoRun(bus, months, sample, parsed.GetValue(accounts), TimeProvider.System).RunAsync(cancellation);
            foreach (var problem in verdict.Problems)
                Screen.Wrong(problem);
            Screen.Unbroken(verdict.Line);
            return verdict.IsGood ? 0 : 1;
        });
        return verb;
    }
}
