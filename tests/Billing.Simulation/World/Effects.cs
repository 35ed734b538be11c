using Billing.Contracts.MonthClose.V1;

namespace Billing.Simulation.World;

/// <summary>Where the effect of a command with a key is seen.</summary>
static class Effects
{
    static readonly Dictionary<string, Func<Books, string, bool>> Seen = new(StringComparer.Ordinal)
    {
        [nameof(RecordPayment)] = (books, key) => books.Transactions.Exists(one => one.Cause == $"payment:{key}"),
        [nameof(GrantCredit)] = (books, key) => books.Transactions.Exists(one => one.Cause == $"credit:{key}"),
        [nameof(ChangePaymentMethod)] = (books, key) => books.MethodChanges.Contains(key),
        [nameof(RecordUsage)] = (books, key) => books.Usage.Contains(key),
        [nameof(RevokeCredit)] = Corrected,
        [nameof(ApplyCredit)] = Corrected,
        [nameof(IssueCreditNote)] = Corrected,
        [nameof(RefundPayment)] = Corrected,
        [nameof(VoidInvoice)] = Corrected,
        [nameof(ReissueInvoice)] = Corrected,
        [nameof(WriteOffInvoice)] = Corrected
    };

    public static bool IsKeyed(string command) => Seen.ContainsKey(command);

    public static bool IsSeen(Books books, string command, string key) => Seen[command](books, key);

    static bool Corrected(Books books, string key) => books.Corrections.Contains(key);
}
