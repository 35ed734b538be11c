using System.Runtime.CompilerServices;
using Billing.Testing;

namespace Billing.MonthClose.Tests.Collect.Webhooks;

/// <summary>Stripe's library for Node as npm has it, at the locked version.</summary>
static class StripesOwnLibrary
{
    static readonly NodePackages Packages = new(Sources(), "to check webhooks against Stripe's own library");

    /// <summary>Runs a few lines with <c>stripe</c> at hand and the arguments in <c>args</c>; what they print is the answer.</summary>
    public static async Task<string> RunAsync(string script, params string[] args) =>
        (await Packages.RunAsync(["-e", $"const Stripe = require('stripe'); const stripe = new Stripe('sk_test_none'); const args = process.argv.slice(1); {script}", "--", .. args])).Trim();

    static string Sources([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "node");
}
