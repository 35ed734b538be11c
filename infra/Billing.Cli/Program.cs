using System.CommandLine;
using System.Globalization;
using Billing.Cli;
using Billing.Cli.Accounts;
using Billing.Cli.Closing;
using Billing.Cli.Demo;
using Billing.Cli.Explaining;
using Billing.Cli.Importing;
using Billing.Cli.Letters;
using Billing.Cli.Publishing;
using Billing.Cli.Reconciling;
using Billing.Cli.Sampling;
using Billing.Cli.Seats;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Screen.Prepare();
var root = new RootCommand("The billing back office from the command line.")
{
    CloseVerb.Create(),
    RunVerb.Create(),
    ReconcileVerb.Create(),
    DriftVerb.Create(),
    AccountVerb.Create(),
    ExplainVerb.Create(),
    SeatsVerb.Create(),
    ImportVerb.Create(),
    PublishVerb.Create(),
    LetterVerb.Create(),
    DemoVerb.Create(),
    SampleDataVerb.Create()
};
try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (CliException e)
{
    Screen.Wrong(e.Message);
    return 2;
}
catch (OperationCanceledException)
{
    Screen.Wrong("Stopped.");
    return 130;
}
