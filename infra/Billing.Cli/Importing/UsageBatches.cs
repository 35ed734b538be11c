using Billing.Contracts.MonthClose.V1;

namespace Billing.Cli.Importing;

/// <summary>Puts usage records into messages: few enough to stay small, many enough to be fast.</summary>
public static class UsageBatches
{
    /// <summary>Records in a message; the contract allows 1,000, and half of it is some 100 kB of JSON.</summary>
    public const int Size = 500;

    public static IEnumerable<RecordUsage> Of(IEnumerable<UsageRecord> records, string reference)
    {
        var first = 1L;
        foreach (var chunk in records.Chunk(Size))
        {
            yield return new RecordUsage { Records = chunk, Reference = $"{reference} #{first}-{first + chunk.Length - 1}" };
            first += chunk.Length;
        }
    }
}
