using Microsoft.EntityFrameworkCore.Migrations;

namespace Billing.MonthClose.Migrations.SqlServer;

/// <summary>What keeps the tallies of a run: one trigger for each table. No two sessions write the same row, so a MERGE needs no lock on a gap.</summary>
static class TallyTriggers
{
    /// <summary>The tables, with the names of their triggers: EF has to know them.</summary>
    public static readonly IReadOnlyDictionary<string, string> Names = new Dictionary<string, string>
    {
        ["AccountClose"] = "TallyCloses",
        ["Invoice"] = "TallyInvoices",
        ["CreditNote"] = "TallyCreditNotes",
        ["Refund"] = "TallyRefunds"
    };

    const string Open =
        """
        CASE WHEN i.[Status] = N'Open' OR (i.[Status] = N'CarriedForward' AND i.[CarriedTo] IS NULL)
            THEN i.[AmountDue] - i.[AmountPaid] - i.[AmountReduced] ELSE 0 END
        """;

    public static void CreateTallyTriggers(this MigrationBuilder migration)
    {
        migration.CreateTallyOfCloses();
        Create(migration, "Invoice", "INSERT, UPDATE", AddMoney(
            $"""
            (SELECT a.*, 1 AS [sign] FROM inserted a UNION ALL SELECT r.*, -1 FROM deleted r) i
            CROSS APPLY (SELECT {NameOf("x")} AS [Close] FROM [AccountClose] x WHERE x.[RunId] = i.[RunId] AND x.[AccountId] = i.[AccountId]) c
            WHERE i.[Status] <> N'Voided'
            """, "i.[sign]"));
        Create(migration, "CreditNote", "INSERT", AddGivenBack("Credited", "SELECT a.[InvoiceId], a.[Currency], a.[Amount] FROM inserted a"));
        Create(migration, "Refund", "INSERT, UPDATE", AddGivenBack("Refunded",
            """
            SELECT a.[InvoiceId], a.[Currency], a.[Amount] FROM inserted a WHERE a.[State] = N'Succeeded'
                UNION ALL SELECT r.[InvoiceId], r.[Currency], -r.[Amount] FROM deleted r WHERE r.[State] = N'Succeeded'
            """));
    }

    /// <summary>An account has as many invoices as months behind it, so the month of the run leads to the one.</summary>
    public static void CreateTallyOfCloses(this MigrationBuilder migration) =>
        Create(migration, "AccountClose", "INSERT, UPDATE", AddCloses, AddMoney(
            $"""
            (SELECT a.[RunId], a.[AccountId], {NameOf("a")} AS [Close], {NameOf("r")} AS [Before]
                FROM inserted a JOIN deleted r ON r.[RunId] = a.[RunId] AND r.[AccountId] = a.[AccountId]) moved
            CROSS APPLY (SELECT moved.[Close], 1 AS [sign] UNION ALL SELECT moved.[Before], -1) c
            JOIN [Run] m ON m.[CorrelationId] = moved.[RunId]
            JOIN [Invoice] i ON i.[AccountId] = moved.[AccountId] AND i.[Period] = m.[Period] AND i.[RunId] = moved.[RunId] AND i.[Status] <> N'Voided'
            WHERE moved.[Close] <> moved.[Before]
            """, "c.[sign]"));

    /// <summary>A trigger has to stand alone in its batch, also in a script in which EF writes all statements one after the other.</summary>
    static void Create(MigrationBuilder migration, string table, string events, params string[] statements)
    {
        var trigger =
            $"""
            CREATE OR ALTER TRIGGER [{Names[table]}] ON [{table}] AFTER {events} AS
            BEGIN
                SET NOCOUNT ON;
                {string.Join('\n', statements)}
            END
            """;
        migration.Sql($"EXEC(N'{trigger.Replace("'", "''", StringComparison.Ordinal)}')");
    }

    static string NameOf(string close) => $"CASE WHEN {close}.[Step] = N'Parked' THEN N'Parked' ELSE ISNULL({close}.[Outcome], N'') END";

    const string AddCloses =
        """
        MERGE INTO [CloseTally] AS t
        USING (SELECT c.[RunId], c.[Step], c.[Outcome], c.[ReasonCode], SUM(c.[sign]) AS [Accounts],
                MAX(CASE WHEN c.[Step] = N'Parked' THEN c.[Reason] END) AS [Reason]
            FROM (SELECT a.[RunId], a.[Step], ISNULL(a.[Outcome], N'') AS [Outcome],
                    CASE WHEN a.[Step] = N'Parked' THEN a.[ReasonCode] ELSE N'' END AS [ReasonCode], a.[Reason], 1 AS [sign] FROM inserted a
                UNION ALL SELECT r.[RunId], r.[Step], ISNULL(r.[Outcome], N''),
                    CASE WHEN r.[Step] = N'Parked' THEN r.[ReasonCode] ELSE N'' END, r.[Reason], -1 FROM deleted r) c
            GROUP BY c.[RunId], c.[Step], c.[Outcome], c.[ReasonCode] HAVING SUM(c.[sign]) <> 0) AS n
        ON t.[RunId] = n.[RunId] AND t.[Step] = n.[Step] AND t.[Outcome] = n.[Outcome] AND t.[ReasonCode] = n.[ReasonCode] AND t.[Writer] = @@SPID
        WHEN MATCHED THEN UPDATE SET [Accounts] = t.[Accounts] + n.[Accounts], [Reason] = ISNULL(n.[Reason], t.[Reason])
        WHEN NOT MATCHED BY TARGET THEN INSERT ([RunId], [Step], [Outcome], [ReasonCode], [Writer], [Accounts], [Reason])
            VALUES (n.[RunId], n.[Step], n.[Outcome], n.[ReasonCode], @@SPID, n.[Accounts], n.[Reason]);
        """;

    static string AddMoney(string invoices, string sign) =>
        $"""
        MERGE INTO [MoneyTally] AS t
        USING (SELECT i.[RunId], i.[Currency], c.[Close], SUM({sign}) AS [Invoices], SUM({sign} * (i.[Total] - i.[Carried])) AS [Invoiced],
                SUM({sign} * i.[Tax]) AS [Tax],
                SUM({sign} * (i.[CreditApplied] + i.[CreditUsedLater])) AS [CreditUsed], SUM({sign} * i.[AmountPaid]) AS [Collected],
                SUM({sign} * i.[WrittenOff]) AS [WrittenOff], SUM({sign} * i.[Recovered]) AS [Recovered], SUM({sign} * ({Open})) AS [Open]
            FROM {invoices} GROUP BY i.[RunId], i.[Currency], c.[Close]) AS n
        ON t.[RunId] = n.[RunId] AND t.[Currency] = n.[Currency] AND t.[Close] = n.[Close] AND t.[Writer] = @@SPID
        WHEN MATCHED THEN UPDATE SET [Invoices] = t.[Invoices] + n.[Invoices], [Invoiced] = t.[Invoiced] + n.[Invoiced], [Tax] = t.[Tax] + n.[Tax],
            [CreditUsed] = t.[CreditUsed] + n.[CreditUsed], [Collected] = t.[Collected] + n.[Collected], [WrittenOff] = t.[WrittenOff] + n.[WrittenOff],
            [Recovered] = t.[Recovered] + n.[Recovered], [Open] = t.[Open] + n.[Open]
        WHEN NOT MATCHED BY TARGET THEN INSERT ([RunId], [Currency], [Close], [Writer], [Invoices], [Invoiced], [Tax], [CreditUsed], [Collected],
                [WrittenOff], [Recovered], [Open], [Credited], [Refunded])
            VALUES (n.[RunId], n.[Currency], n.[Close], @@SPID, n.[Invoices], n.[Invoiced], n.[Tax], n.[CreditUsed], n.[Collected], n.[WrittenOff],
                n.[Recovered], n.[Open], 0, 0);
        """;

    static string AddGivenBack(string column, string changes) =>
        $"""
        MERGE INTO [MoneyTally] AS t
        USING (SELECT i.[RunId], n.[Currency], SUM(n.[Amount]) AS [Amount]
            FROM ({changes}) n JOIN [Invoice] i ON i.[InvoiceId] = n.[InvoiceId] GROUP BY i.[RunId], n.[Currency]) AS n
        ON t.[RunId] = n.[RunId] AND t.[Currency] = n.[Currency] AND t.[Close] = N'' AND t.[Writer] = @@SPID
        WHEN MATCHED THEN UPDATE SET [{column}] = t.[{column}] + n.[Amount]
        WHEN NOT MATCHED BY TARGET THEN INSERT ([RunId], [Currency], [Close], [Writer], [Invoices], [Invoiced], [CreditUsed], [Collected], [WrittenOff],
                [Recovered], [Open], [Credited], [Refunded])
            VALUES (n.[RunId], n.[Currency], N'', @@SPID, 0, 0, 0, 0, 0, 0, 0, {(column == "Credited" ? "n.[Amount], 0" : "0, n.[Amount]")});
        """;
}
