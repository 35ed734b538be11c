using System.CommandLine;
using Billing.SampleData;

namespace Billing.Cli.Sampling;

/// <summary><c>sample-data FOLDER</c>: writes the sample month as the files that the imports read.</summary>
static class SampleDataVerb
{
    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER") { Description = "Where the files go, such as infra/sample-data." };
        var accounts = new Option<int>("--accounts") { Description = "How many accounts.", DefaultValueFactory = _ => SampleMonth.DefaultAccounts };
        var seed = new Option<long>("--seed") { Description = "Another seed, another business.", DefaultValueFactory = _ => 1 };
        var period = CliPeriod.Option();
        const string Description = "Writes a made-up month: accounts.csv, usage.csv, prices.json, tax-rates.json, credits.json, seats.json and focus-1.0.csv.";
        var verb = new Command("sample-data", Description) { folder, accounts, seed, period };
        verb.SetAction(parsed =>
        {
            SampleFiles.Write(parsed.GetValue(folder)!, new SampleMonth(parsed.GetValue(period), parsed.GetValue(seed)), parsed.GetValue(accounts));
            Screen.Line($"[green]{parsed.GetValue(accounts)}[/] accounts are in {parsed.GetValue(folder)}");
        });
        return verb;
    }
}
