using Billing.Contracts.MonthClose.V1;

namespace Billing.Cli.Importing;

/// <summary>Puts rows into messages: few enough to stay small, many enough to be fast.</summary>
public static class Batches
{
    /// <summary>Rows in a message; the contracts allow 1,000, and half of it is some 100 kB of JSON.</summary>
    public const int Size = 500;

    public static IEnumerable<RecordUsage> Of(IEnumerable<UsageRecord> records, string reference) =>
        Chunks(records, reference, (rows, name) => new RecordUsage { Records = rows, Reference = name });

    public static IEnumerable<RegisterAccounts> Of(IEnumerable<RegisterAccount> accounts, string reference) =>
        Chunks(accounts, reference, (rows, name) => new RegisterAccounts { Accounts = rows, Reference = name });

    static IEnumerable<TMessage> Chunks<TRow, TMessage>(IEnumerable<TRow> rows, string reference, Func<TRow[], string, TMessage> message)
    {
        var first = 1L;
        foreach (var chunk in rows.Chunk(Size))
        {
            yield return message(chunk, $"{reference} #{first}-{first + chunk.Length - 1}");
            first += chunk.Length;
        }
    }
}
