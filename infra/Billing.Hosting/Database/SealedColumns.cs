using System.Text.Json;
using System.Text.RegularExpressions;
using Billing.Sealing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Billing.Hosting.Database;

/// <summary>
/// Columns that hold what a contract marks as confidential. EF builds its model once for a process, and its converters cannot ask a host for the keys, so they
/// stand here; several hosts in one process (tests) open each other's. Without a key a column holds clear text, and what was written in clear can be read.
/// </summary>
public static partial class SealedColumns
{
    static readonly ValueConverter<string?, string?> Whole = new(text => Current.Seal(text), text => Opened(text));
    static readonly ValueConverter<string?, string?> Inside = new(text => text, text => OpenedInside(text));
    static Sealer _sealer = Sealer.None;

    static Sealer Current => Volatile.Read(ref _sealer);

    /// <summary>A host without a key leaves those of others in the process as they are.</summary>
    public static void Use(Sealer sealer)
    {
        ArgumentNullException.ThrowIfNull(sealer);
        if (sealer.Seals)
            Volatile.Write(ref _sealer, sealer.Knowing(Current));
    }

    /// <summary>Seals the column. It has no longest length, and cannot be searched or compared in the database.</summary>
    public static PropertyBuilder<string?> IsSealed(this PropertyBuilder<string?> column)
    {
        ArgumentNullException.ThrowIfNull(column);
        return column.HasConversion(Whole);
    }

    /// <summary>Opens the texts of a JSON column that were sealed by <see cref="Seal"/> before they came into it.</summary>
    public static PropertyBuilder<string?> HasSealedTexts(this PropertyBuilder<string?> column)
    {
        ArgumentNullException.ThrowIfNull(column);
        return column.HasConversion(Inside);
    }

    public static string? Seal(string? text) => Current.Seal(text);

    /// <summary>What cannot be opened stays sealed, so that the rows that are read with it can be read.</summary>
    static string? Opened(string? text)
    {
        try
        {
            return Current.Open(text);
        }
        catch (SealException)
        {
            return text;
        }
    }

    static string? OpenedInside(string? json) =>
        json is null ? null : SealedText().Replace(json, text => JsonEncodedText.Encode(Opened(text.Value)!).ToString());

    [GeneratedRegex("""(?<="paymentMethod":")sealed:v1:[^"\\]+""")]
    private static partial Regex SealedText();
}
