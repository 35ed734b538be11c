using System.CommandLine;
using Billing.Cli.Sampling;

var root = new RootCommand("The billing back office from the command line.")
{
    SampleDataVerb.Create()
};
return await root.Parse(args).InvokeAsync();
