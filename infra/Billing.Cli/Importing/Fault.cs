using System.Globalization;

namespace Billing.Cli.Importing;

/// <summary>What is wrong with one field: its name, what stands there, and what should.</summary>
public sealed record Fault(string Field, string? Value, string Expected)
{
    const int Longest = 80;

    public override string ToString() => Value switch
    {
        null or "" => $"{Field}: empty, expected {Expected}",
        { Length: > Longest } => $"{Field}: '{Shown(Value[..Longest])}…', expected {Expected}",
        _ => $"{Field}: '{Shown(Value)}', expected {Expected}"
    };

    /// <summary>A screen obeys control characters, and shows none of them.</summary>
    static string Shown(string value) =>
        !value.Any(IsUnseen) ? value : string.Concat(value.Select(letter => IsUnseen(letter) ? $"\\u{(int)letter:x4}" : $"{letter}"));

    static bool IsUnseen(char letter) => char.IsControl(letter) || char.GetUnicodeCategory(letter) == UnicodeCategory.Format;
}

/// <summary>One row of a file: a value that is right in every field, or the faults. There is nothing in between.</summary>
public sealed record ImportRow<T>(long Line, T? Value, IReadOnlyList<Fault> Faults) where T : class
{
    public bool IsGood => Value is not null;
}

/// <summary>Makes rows.</summary>
public static class ImportRow
{
    public static ImportRow<T> Good<T>(long line, T value) where T : class => new(line, value, []);

    public static ImportRow<T> Bad<T>(long line, params IReadOnlyList<Fault> faults) where T : class => new(line, null, faults);

    /// <summary>Checks the value by the rules of its contract; names of fields are turned into those of the file.</summary>
    public static ImportRow<T> Checked<T>(long line, T value, Func<string, string> nameInFile) where T : class
    {
        var faults = ContractRules.Check(value).Select(fault => fault with { Field = nameInFile(fault.Field) }).ToList();
        return faults.Count == 0 ? Good(line, value) : Bad<T>(line, faults);
    }
}

/// <summary>The file as a whole cannot be read, and nothing of what follows was imported.</summary>
public sealed class ImportRefusedException(string message) : Exception(message);
