namespace Billing.Cli.Importing;

/// <summary>Passes the good rows on, and writes down the bad ones as they come. Rows are read and answers are heard at the same time.</summary>
public sealed class ImportReport(Action<string> write)
{
    /// <summary>More than this many bad rows are counted only: the file is wrong as a whole, and a person has seen enough.</summary>
    public const int Shown = 50;

    readonly Lock _gate = new();

    public long Good { get; private set; }

    public long Bad { get; private set; }

    public IEnumerable<T> GoodOf<T>(IEnumerable<ImportRow<T>> rows) where T : class => GoodRowsOf(rows).Select(row => row.Value!);

    /// <summary>The service would not take a row that looked good.</summary>
    public void Refuse(long line, IEnumerable<string> reasons)
    {
        lock (_gate)
        {
            Good--;
            AddBad(line, reasons);
        }
    }

    public IEnumerable<ImportRow<T>> GoodRowsOf<T>(IEnumerable<ImportRow<T>> rows) where T : class
    {
        foreach (var row in rows)
        {
            lock (_gate)
                if (row.IsGood)
                    Good++;
                else
                    AddBad(row.Line, row.Faults.Select(fault => fault.ToString()));
            if (row.IsGood)
                yield return row;
        }
    }

    void AddBad(long line, IEnumerable<string> reasons)
    {
        if (++Bad <= Shown)
            foreach (var reason in reasons)
                write($"line {line}, {reason}");
        else if (Bad == Shown + 1)
            write($"more than {Shown} bad rows; the rest is counted only");
    }
}
