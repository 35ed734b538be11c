using System.CommandLine;
using Billing.Cli.Bus;
using Billing.Cli.Closing;
using Billing.Cli.Settings;
using Billing.Contracts.MonthClose.V1;
using Billing.Contracts.Seats.V1;

namespace Billing.Cli.Importing;

/// <summary>
/// <c>import accounts|usage|prices|credits|namespaces|invitations|users|memberships|subscriptions FILE</c>: a file's good rows go onto the bus, its bad rows
/// onto the screen.
/// </summary>
static class ImportVerb
{
    static readonly Option<bool> DryRun = new("--dry-run") { Description = "Read and check the file; publish nothing." };

    public static Command Create() => new("import", "Takes in accounts, usage, prices and credits, and who works where, from files.")
    {
        Verb("accounts", "CSV, or NDJSON when the name ends in .ndjson.", (path, report, target, stop) =>
        {
            var accounts = Each(path, file => report.GoodOf(
                ImportFile.IsNdjson(path) ? ImportFile.ReadNdjson<RegisterAccount>(file) : AccountFile.ReadCsv(file)));
            return target.PublishAsync(
                "accounts", Batches.Of(accounts, Path.GetFileName(path)), x => x.Accounts, message => message.Accounts.Length, stop);
        }),
        UsageVerb(),
        Verb("prices", "A JSON array of SetPrice.", (path, report, target, stop) =>
            target.PublishAsync("prices", Each(path, file => report.GoodOf(ImportFile.ReadJsonList<SetPrice>(file))), x => x.Prices, _ => 1, stop)),
        Verb("tax-rates", "A JSON array of SetTaxRate.", (path, report, target, stop) => target.PublishAsync(
            "tax rates", Each(path, file => report.GoodOf(ImportFile.ReadJsonList<SetTaxRate>(file))), x => x.TaxRates, _ => 1, stop)),
        Verb("credits", "A JSON array of GrantCredit.", (path, report, target, stop) =>
            target.PublishAsync("credits", Each(path, file => report.GoodOf(ImportFile.ReadJsonList<GrantCredit>(file))), x => x.Credits, _ => 1, stop)),
        Seats("namespaces", SeatFiles.ReadNamespaces, _ => All, (rows, reference) => new RegisterNamespaces { Namespaces = rows, Reference = reference }),
        Seats("invitations", SeatFiles.ReadInvitations, x => $"{x.NamespaceId}\u001F{x.GroupId}",
            (rows, reference) => new RecordInvitations { Invitations = rows, Reference = reference }),
        Seats("users", SeatFiles.ReadUsers, x => x.UserId, (rows, reference) => new RecordUsers { Users = rows, Reference = reference }),
        Seats("memberships", SeatFiles.ReadMemberships, x => $"{x.NamespaceId}\u001F{x.UserId}",
            (rows, reference) => new RecordMemberships { Memberships = rows, Reference = reference }),
        Seats("subscriptions", SeatFiles.ReadSubscriptions, _ => All,
            (rows, reference) => new RegisterSubscriptions { Subscriptions = rows, Reference = reference })
    };

    /// <summary>One row may change what another one means: whether a tree closes a ring, or a namespace is free.</summary>
    const string All = "";

    static Command Seats<T>(string what, Func<TextReader, IEnumerable<ImportRow<T>>> readCsv, Func<T, string> key, Func<T[], string, object> message)
        where T : class =>
        Verb(what, "CSV, or NDJSON when the name ends in .ndjson.", (path, report, target, stop) => target.PublishAnsweredAsync(
            what, path, Each(path, file => report.GoodRowsOf(ImportFile.IsNdjson(path) ? ImportFile.ReadNdjson<T>(file) : readCsv(file))),
            key, message, report, stop));

    static Command UsageVerb()
    {
        var format = new Option<string>("--as")
        {
            Description = "own: our CSV, or NDJSON when the name ends in .ndjson. focus: a FOCUS 1.0 cost-and-usage CSV, whose sub-accounts become accounts.",
            DefaultValueFactory = _ => "own"
        };
        format.AcceptOnlyFromAmong("own", "focus");
        var paymentMethod = new Option<string?>("--payment-method") { Description = "With --as focus: the gateway's handle for accounts that are new." };
        var files = new Argument<string[]>("FILE")
        {
            Description = "The file, or all the files of one delivery: equal rows of a FOCUS delivery are counted over all of them.",
            Arity = ArgumentArity.OneOrMore
        };
        var verb = new Command("usage", "Usage records.") { files, DryRun, format, paymentMethod };
        verb.SetAction((parsed, cancellation) => RunAsync(parsed, parsed.GetRequiredValue(files), (paths, report, target, stop) =>
            UsageAsync(paths, parsed.GetValue(format) == "focus", parsed.GetValue(paymentMethod), report, target, stop), cancellation));
        return verb;
    }

    static async Task UsageAsync(string[] paths, bool isFocus, string? paymentMethod, ImportReport report, ImportTarget target, CancellationToken stop)
    {
        if (isFocus)
            await target.RegisterNewAsync(
                paths.SelectMany(path => Each(path, file => FocusFile.ReadAccounts(file, paymentMethod))).DistinctBy(account => account.AccountId), stop);
        var delivery = new FocusDelivery();
        foreach (var path in paths)
        {
            var records = Each(path, file => report.GoodOf(
                isFocus ? FocusFile.ReadUsage(file, delivery)
                : ImportFile.IsNdjson(path) ? ImportFile.ReadNdjson<UsageRecord>(file) : UsageFile.ReadCsv(file)));
            await target.PublishAsync("usage records", Batches.Of(records, Path.GetFileName(path)), x => x.UsageRecords + x.RejectedUsage,
                message => message.Records.Length, stop);
        }
    }

    static Command Verb(string name, string description, Action<Command> more)
    {
        var verb = new Command(name, description) { new Argument<string>("FILE") { Description = "The file." }, DryRun };
        more(verb);
        return verb;
    }

    static Command Verb(string name, string description, Func<string, ImportReport, ImportTarget, CancellationToken, Task> import) =>
        Verb(name, description, verb => verb.SetAction((parsed, cancellation) => RunAsync(
            parsed, [parsed.GetRequiredValue<string>("FILE")], (paths, report, target, stop) => import(paths[0], report, target, stop), cancellation)));

    static async Task<int> RunAsync(ParseResult parsed, string[] paths, Func<string[], ImportReport, ImportTarget, CancellationToken, Task> import,
        CancellationToken cancellation)
    {
        var report = new ImportReport(Screen.Wrong);
        await using var target = await ImportTarget.OpenAsync(parsed.GetValue(DryRun), BillingEnvironment.Current, cancellation);
        try
        {
            await import(paths, report, target, cancellation);
        }
        catch (ImportRefusedException e)
        {
            throw new CliException($"{string.Join(", ", paths)}: {e.Message} ({report.Good} good rows before it)", e);
        }
        finally
        {
            report.Write();
        }

        Screen.Line($"{report.Good} good rows, [bold]{report.Bad}[/] bad ones{(parsed.GetValue(DryRun) ? "; nothing was published" : "")}");
        return report.Bad == 0 ? 0 : 1;
    }

    // The file is open only while it is read.
    static IEnumerable<T> Each<T>(string path, Func<TextReader, IEnumerable<T>> read)
    {
        using var file = ImportFile.Open(path);
        foreach (var item in read(file))
            yield return item;
    }
}
