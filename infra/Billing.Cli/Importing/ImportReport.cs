namespace Billing.Cli.Importing;

/// <summary>Passes the good rows on, and writes down the bad ones as they come.</summary>
public sealed class ImportReport(Action<string> write)
{
    /// <summary>More than this many bad rows are counted only: the file is wrong as a whole, and a person has seen enough.</summary>
    public const int Shown = 50;

    public long Good { get; private set; }

    public long Bad { get; private set; }

    public IEnumerable<T> GoodOf<T>(IEnumerable<ImportRow<T>> rows) where T : class
    {
        foreach (var row in rows)
        {
            if (row.Value is { } value)
            {
                Good++;
                yield return value;
                continue;
            }

            if (++Bad <= Shown)
                foreach (var fault in row.Faults)
                    write($"line {row.Line}, {fault}");
            else if (Bad == Shown + 1)
                write($"more than {Shown} bad rows; the rest is counted only");
        }
    }
}
