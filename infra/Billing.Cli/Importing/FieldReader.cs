using System.Globalization;
using Billing.Contracts;

namespace Billing.Cli.Importing;

/// <summary>Reads the fields of one row and collects what is wrong with them.</summary>
/// <param name="table">That has the row.</param>
/// <param name="line">Of its end in the file.</param>
/// <param name="isFocus">
/// A file of the FOCUS specification: <c>NULL</c> stands for an empty field, and its instants are in UTC by that specification, also where they do not say so.
/// </param>
public sealed class FieldReader(CsvTable table, long line, bool isFocus)
{
    public long Line { get; } = line;

    public List<Fault> Faults { get; } = [];

    public string? Text(string column)
    {
        var text = table.Field(column);
        if (string.IsNullOrWhiteSpace(text) || (isFocus && text == "NULL"))
            return null;
        if (text.Contains('\uFFFD', StringComparison.Ordinal))
            Faults.Add(new Fault(column, text, "text in UTF-8 (or UTF-16 with a byte order mark)"));
        return text.Trim();
    }

    public string Required(string column, string expected)
    {
        if (Text(column) is { } text)
            return text;
        Faults.Add(new Fault(column, table.Field(column), expected));
        return "";
    }

    public decimal? Amount(string column)
    {
        if (Text(column) is not { } text)
            return null;
        if (ExactDecimal.TryRead(text, out var value))
            return value;
        Faults.Add(new Fault(column, text, ExactDecimal.Expected));
        return null;
    }

    /// <summary>A number of any length, rounded half away from zero to what the books hold.</summary>
    public decimal? Rounded(string column, int decimals)
    {
        if (Text(column) is not { } text)
            return null;
        if (LongDecimal.Read(text)?.RoundedTo(decimals) is { } value)
            return value;
        Faults.Add(new Fault(column, text, LongDecimal.Expected));
        return null;
    }

    public int? Whole(string column)
    {
        if (Text(column) is not { } text)
            return null;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
            return value;
        Faults.Add(new Fault(column, text,
            text.TrimStart('-', '+').All(char.IsAsciiDigit) ? $"a whole number from {int.MinValue} to {int.MaxValue}" : "a whole number"));
        return null;
    }

    public int RequiredWhole(string column, string expected)
    {
        if (Text(column) is null)
            Faults.Add(new Fault(column, null, expected));
        return Whole(column) ?? 0;
    }

    public DateOnly RequiredDay(string column)
    {
        if (Text(column) is null)
            Faults.Add(new Fault(column, null, "a day such as 2026-10-31"));
        return Day(column) ?? default;
    }

    /// <summary>Null for an empty one.</summary>
    public bool? FlagOrNone(string column) => Text(column) is null ? null : Flag(column);

    public bool Flag(string column)
    {
        if (Text(column) is not { } text)
            return false;
        if (bool.TryParse(text, out var yes))
            return yes;
        Faults.Add(new Fault(column, text, "true or false"));
        return false;
    }

    public DateOnly? Day(string column)
    {
        if (Text(column) is not { } text)
            return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return day;
        Faults.Add(new Fault(column, text, "a day such as 2026-10-31"));
        return null;
    }

    /// <summary>In UTC, whatever offset it says.</summary>
    public DateTimeOffset? Instant(string column)
    {
        if (Text(column) is not { } text)
            return null;
        if (isFocus ? ExactInstant.TryReadUtc(text, out var at) : ExactInstant.TryRead(text, out at))
            return at;
        Faults.Add(new Fault(column, text, ExactInstant.Expected));
        return null;
    }

    public DateTimeOffset RequiredInstant(string column)
    {
        if (Instant(column) is { } at)
            return at;
        if (Text(column) is null)
            Faults.Add(new Fault(column, null, ExactInstant.Expected));
        return default;
    }

    /// <summary>Without the members of which the file has no column: they stay as they are. An empty field of a column clears.</summary>
    public T Told<T>(T value, Func<T, IEnumerable<string>, T> leavingOut) where T : class => leavingOut(value,
        typeof(T).GetProperties().Select(member => member.Name).Where(member => !table.Has(ImportFile.Column(member))));

    /// <summary>The value, checked by the rules of its contract, unless a field could not even be read.</summary>
    public ImportRow<T> Finish<T>(T value, Func<string, string> nameInFile) where T : class =>
        Faults.Count > 0 ? ImportRow.Bad<T>(Line, Faults) : ImportRow.Checked(Line, value, nameInFile);
}
