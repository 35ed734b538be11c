namespace Billing.Cli.Importing;

/// <summary>
/// Passes the good rows on, and writes down what is wrong with the bad ones: each reason once, with its first lines and how many more there are.
/// Rows are read and answers are heard at the same time.
/// </summary>
public sealed class ImportReport(Action<string> write)
{
    /// <summary>More than this many reasons are counted only: the file is wrong as a whole, and a person has seen enough.</summary>
    public const int Shown = 50;

    /// <summary>Lines that are named of a reason that comes again.</summary>
    const int ShownLines = 3;

    readonly Lock _gate = new();
    readonly Dictionary<string, Lines> _reasons = new(StringComparer.Ordinal);
    bool _isMore;

    sealed class Lines
    {
        public List<long> First { get; } = [];
        public long Count { get; set; }
    }

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
        try
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
        finally
        {
            Write();
        }
    }

    /// <summary>Writes what has been found and not been written yet.</summary>
    public void Write()
    {
        lock (_gate)
        {
            foreach (var (reason, lines) in _reasons)
                write($"{Named(lines)}, {reason}");
            if (_isMore)
                write($"more than {Shown} reasons; the rest is counted only");
            _reasons.Clear();
            _isMore = false;
        }
    }

    static string Named(Lines lines) =>
        lines.Count == 1 ? $"line {lines.First[0]}"
        : lines.Count <= ShownLines ? $"lines {string.Join(", ", lines.First.SkipLast(1))} and {lines.First[^1]}"
        : $"lines {string.Join(", ", lines.First)} and {lines.Count - lines.First.Count} more";

    void AddBad(long line, IEnumerable<string> reasons)
    {
        Bad++;
        foreach (var reason in reasons)
            if (_reasons.TryGetValue(reason, out var known) || (_reasons.Count < Shown && _reasons.TryAdd(reason, known = new Lines())))
            {
                known.Count++;
                if (known.First.Count < ShownLines)
                    known.First.Add(line);
            }
            else
                _isMore = true;
    }
}
