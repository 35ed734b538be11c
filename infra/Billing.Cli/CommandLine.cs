using System.CommandLine;
using Billing.Cli.Accounts;
using Billing.Cli.Backups;
using Billing.Cli.Certifying;
using Billing.Cli.Clocks;
using Billing.Cli.Closing;
using Billing.Cli.Demo;
using Billing.Cli.Explaining;
using Billing.Cli.Faults;
using Billing.Cli.Importing;
using Billing.Cli.Keys;
using Billing.Cli.Letters;
using Billing.Cli.Limits;
using Billing.Cli.Papers;
using Billing.Cli.Persons;
using Billing.Cli.Publishing;
using Billing.Cli.Reconciling;
using Billing.Cli.Sampling;
using Billing.Cli.Schedules;
using Billing.Cli.Seats;
using Billing.Cli.Settings;
using Billing.Cli.Showing;

namespace Billing.Cli;

/// <summary>All commands.</summary>
public static class CommandLine
{
    /// <summary>An id may begin with @, so what begins with it is no file of arguments.</summary>
    static readonly ParserConfiguration Parser = new() { ResponseFileTokenReplacer = null };

    const string Profile = "--profile";

    public static RootCommand Root()
    {
        var root = new RootCommand("The billing back office from the command line.")
        {
            PreviewVerb.Create(),
            CloseVerb.Create(),
            RunVerb.Create(),
            WhatIfVerb.Create(),
            ReconcileVerb.Create(),
            DriftVerb.Create(),
            ReplayVerb.Create(),
            CertificateVerb.Create(),
            AccountVerb.Create(),
            ExplainVerb.Create(),
            InvoiceVerb.Create(),
            SeatsVerb.Create(),
            ImportVerb.Create(),
            PublishVerb.Create(),
            FaultsVerb.Create(),
            ScheduleVerb.Create(),
            ClockVerb.Create(),
            KeyVerb.Create(),
            LimitsVerb.Create(),
            LetterVerb.Create(),
            ContactVerb.Create(),
            SealVerb.Create(),
            DemoVerb.Create(),
            SampleDataVerb.Create(),
            StatusVerb.Create(),
            BackupVerb.Create(),
            RestoreVerb.Create(),
            RestoredVerb.Create()
        };
        root.Options.Add(new Option<string?>(Profile)
        {
            Description = "The installation to speak to, as .data/profiles/NAME describes it; the one of this folder when left out.",
            HelpName = "NAME",
            Recursive = true
        });
        foreach (var verb in PauseVerbs.Create())
            root.Subcommands.Add(verb);
        return root;
    }

    /// <exception cref="CliException">What a person did wrong, or what does not answer.</exception>
    public static Task<int> RunAsync(string[] arguments)
    {
        var parsed = Root().Parse(arguments, Parser);
        if (parsed.Errors.Count == 0 && parsed.GetValue<string?>(Profile) is { } profile)
            BillingEnvironment.Use(profile);
        return parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }
}
