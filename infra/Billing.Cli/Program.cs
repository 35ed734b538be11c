using System.Globalization;
using Billing.Cli;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Screen.Prepare();
try
{
    return await CommandLine.RunAsync(args);
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
