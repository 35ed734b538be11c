using System.Text;
using System.Text.Json;
using Billing.Cli.Publishing;

namespace Billing.Cli.Importing;

/// <summary>Opens files by what they are.</summary>
public static class ImportFile
{
    /// <summary>UTF-8, or what a byte order mark says.</summary>
    public static StreamReader Open(string path) => File.Exists(path)
        ? new StreamReader(path, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, bufferSize: 1 << 16)
        : throw new ImportRefusedException($"There is no file {path}.");

    public static bool IsNdjson(string path) => Path.GetExtension(path).ToLowerInvariant() is ".ndjson" or ".jsonl";

    /// <summary>A name such as <c>PriceCode</c> as the column <c>price_code</c>.</summary>
    public static string Column(string member) => JsonNamingPolicy.SnakeCaseLower.ConvertName(member);

    /// <summary>One JSON object on each line.</summary>
    public static IEnumerable<ImportRow<T>> ReadNdjson<T>(TextReader text) where T : class
    {
        long line = 0;
        while (text.ReadLine() is { } json)
        {
            line++;
            if (!string.IsNullOrWhiteSpace(json))
                yield return FromJson<T>(line, json);
        }
    }

    /// <summary>A JSON array, for files that fit in memory: prices, credits. The line is the position in the array, from 1.</summary>
    public static IEnumerable<ImportRow<T>> ReadJsonList<T>(TextReader text) where T : class
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(text.ReadToEnd());
        }
        catch (JsonException e)
        {
            throw new ImportRefusedException($"The file is not JSON: {e.Message}");
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Array)
                throw new ImportRefusedException($"The file holds a JSON {document.RootElement.ValueKind}; expected an array.");
            long position = 0;
            foreach (var element in document.RootElement.EnumerateArray())
                yield return FromJson<T>(++position, element.GetRawText());
        }
    }

    static ImportRow<T> FromJson<T>(long line, string json) where T : class
    {
        var (value, faults) = ContractReader.Read(typeof(T), json);
        return value is T good ? ImportRow.Good(line, good) : ImportRow.Bad<T>(line, faults);
    }
}
