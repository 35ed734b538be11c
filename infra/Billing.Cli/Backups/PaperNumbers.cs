using System.CommandLine;
using System.Globalization;

namespace Billing.Cli.Backups;

/// <summary>Numbers of invoices and credit notes, after their database was brought back.</summary>
static class PaperNumbers
{
    const long MostSkipped = 1_000_000_000;

    /// <summary><c>--skip-numbers N</c></summary>
    public static Option<long> Skip()
    {
        var skip = new Option<long>("--skip-numbers")
        {
            Description = "Numbers of invoices and credit notes that are left out, because papers may bear them that these books do not know.",
            HelpName = "N"
        };
        skip.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<long>() is < 0 or > MostSkipped)
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"--skip-numbers: expected 0 to {MostSkipped}."));
        });
        return skip;
    }

    /// <summary>A number that a paper may bear is given to no other: numbers go on behind those of the databases that were replaced.</summary>
    public static async Task GoOnAsync(
        BackupPlace place, string database, IReadOnlyDictionary<string, long>? before, long skip, CancellationToken cancellation)
    {
        await using var connection = await RestoreVerb.OpenAsync(place, database, cancellation);
        var now = await DatabaseRows.SequencesAsync(connection, cancellation);
        foreach (var sequence in (before?.Keys ?? []).Union(now.Keys).Where(name => name is "InvoiceNumber" or "CreditNoteNumber"))
        {
            var (last, here) = (before?.GetValueOrDefault(sequence) ?? 0, now.GetValueOrDefault(sequence));
            var next = Math.Max(last, here) + skip;
            if (next <= here)
                continue;
            await connection.DoAsync(
                string.Create(CultureInfo.InvariantCulture, $"select setval('public.{DatabaseRows.Quoted(sequence)}', {next})"), cancellation);
            Screen.Unbroken(string.Create(CultureInfo.InvariantCulture, $"{sequence}: {here + 1} to {next} are left out, for papers that may bear them"));
        }
    }
}
