using CsvHelper;

namespace Billing.Cli.Importing;

/// <summary>A CSV file (RFC 4180) with a header line, read one row at a time.</summary>
public sealed class CsvTable : IDisposable
{
    // A quote that is never closed swallows the file; this is where the reader stops swallowing, in bytes.
    const int LongestRow = 1_000_000;

    readonly CsvReader _reader;
    readonly Dictionary<string, int> _columns = new(StringComparer.OrdinalIgnoreCase);
    CsvMalformedReason? _damage;

    CsvTable(TextReader text)
    {
        _reader = CsvReader.Create(text, CsvReaderOptions.Default with
        {
            Separator = ',',
            MaxRecordSize = LongestRow,
            TrackLineNumbers = true,
            OnMalformedRecord = record => _damage = record.Reason
        });
    }

    /// <summary>Reads the header. <paramref name="known"/> are all columns that may be there; null allows any.</summary>
    public static CsvTable Open(TextReader text, IReadOnlyList<string> required, IReadOnlyList<string>? known)
    {
        var table = new CsvTable(text);
        table._reader.ReadHeader();
        var headers = table._reader.Headers;
        for (var i = 0; i < headers.Count; i++)
            if (!table._columns.TryAdd(headers[i].Trim(), i))
                throw new ImportRefusedException($"line 1: the column '{headers[i]}' is there twice.");
        if (table._columns.Count == 0)
            throw new ImportRefusedException($"The file is empty; expected a header line with the columns {string.Join(", ", required)}.");
        if (required.Where(column => !table._columns.ContainsKey(column)).ToList() is { Count: > 0 } missing)
            throw new ImportRefusedException($"line 1: missing {string.Join(", ", missing)}; found the columns {string.Join(", ", table._columns.Keys)}.");
        if (known is not null && table._columns.Keys.Except(known, StringComparer.OrdinalIgnoreCase).ToList() is { Count: > 0 } unknown)
            throw new ImportRefusedException($"line 1: no such column {string.Join(", ", unknown)}; expected {string.Join(", ", known)}.");
        return table;
    }

    /// <summary>Turns each row into a value or faults. A row that cannot be split into its columns is a fault of the row.</summary>
    public IEnumerable<ImportRow<T>> Rows<T>(Func<FieldReader, ImportRow<T>> read, bool isFocus = false) where T : class
    {
        while (Next())
            yield return ReadRow(read, isFocus);
    }

    public void Dispose() => _reader.Dispose();

    internal bool Has(string column) => _columns.ContainsKey(column);

    internal string? Field(string column) => _columns.TryGetValue(column, out var index) ? _reader.GetString(index) : null;

    bool Next()
    {
        _damage = null;
        try
        {
            return _reader.Read();
        }
        catch (CsvFormatException e)
        {
            throw new ImportRefusedException(
                $"line {e.LineNumber}: a row of more than {LongestRow} bytes; a quote is probably never closed. The rows before it were read.");
        }
    }

    /// <summary>A quote that is never closed takes the lines after it for text: who mends it should know that they were not read.</summary>
    static string Swallowed(string row) =>
        row.TrimEnd('\r', '\n').Count(letter => letter == '\n') is var lines and > 0 ? $"; {lines} more lines were taken for a part of it, and not read" : "";

    ImportRow<T> ReadRow<T>(Func<FieldReader, ImportRow<T>> read, bool isFocus) where T : class
    {
        if (_damage is { } reason)
            return ImportRow.Bad<T>(_reader.LineNumber,
                new Fault("row", _reader.Current.ToString(), $"quotes around whole fields, doubled inside ({reason}{Swallowed(_reader.Current.ToString())})"));
        if (_reader.FieldCount != _columns.Count)
            return ImportRow.Bad<T>(_reader.LineNumber, new Fault("row", $"{_reader.FieldCount} fields", $"{_columns.Count} fields, as in the header"));
        return read(new FieldReader(this, _reader.LineNumber, isFocus));
    }
}
