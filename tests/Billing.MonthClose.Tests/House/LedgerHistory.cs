namespace Billing.MonthClose.Tests.House;

/// <summary>Months that lie behind the one that was closed: each has the same invoices, lines and entries once more, of the accounts that owe nothing.</summary>
static class LedgerHistory
{
    /// <summary>Adds months before November 2026, in which the books of October were written.</summary>
    /// <param name="house">Has closed October.</param>
    /// <param name="from">The first of them is that many months before November 2026.</param>
    /// <param name="to">The last of them is that many months before November 2026.</param>
    public static Task AddHistoryAsync(this MonthCloseHouse house, int from, int to) => house.BreakInAsync(Invoices(from, to) + "analyze;");

    /// <summary>Only the ledger's part of it.</summary>
    /// <inheritdoc cref="AddHistoryAsync"/>
    public static Task AddLedgerHistoryAsync(this MonthCloseHouse house, int from, int to) => house.BreakInAsync(Ledger(from, to) + "analyze;");

    static string Ledger(int from, int to) => $"""
        create temporary table "Old" as select behind, to_char(date '2026-11-01' - behind * interval '1 month', 'YYYYMM')::int as month
            from generate_series({to}, {from}) behind;
        insert into "LedgerTransaction" select (jsonb_populate_record(t, jsonb_build_object('TransactionId', md5(t."TransactionId" || ' ' || behind)::uuid,
                'Cause', 'old:' || behind || ':' || t."TransactionId", 'InvoiceId', md5(t."InvoiceId" || ' ' || behind)::uuid,
                'At', t."At" - behind * interval '1 month'))).*
            from "Old", "LedgerTransaction" t join "AccountBalance" b using ("AccountId") where b."Owed" = 0 and t."Cause" not like 'old:%' order by behind desc;
        insert into "LedgerEntry" select (jsonb_populate_record(e, jsonb_build_object('TransactionId', md5(e."TransactionId" || ' ' || behind)::uuid,
                'Month', month))).*
            from "Old", "LedgerEntry" e join "AccountBalance" b using ("AccountId") where b."Owed" = 0 and e."Month" = 202611 order by behind desc;
        """;

    static string Invoices(int from, int to) => Ledger(from, to) + """
        insert into "InvoiceLine" select (jsonb_populate_record(l, jsonb_build_object('InvoiceId', md5(l."InvoiceId" || ' ' || behind)::uuid))).*
            from "Old", "InvoiceLine" l join "Invoice" i using ("InvoiceId") where i."Period" = 202610 order by behind desc;
        insert into "Invoice" select (jsonb_populate_record(i, jsonb_build_object('InvoiceId', md5(i."InvoiceId" || ' ' || behind)::uuid,
                'Number', 'OLD-' || behind || '-' || i."Number", 'RunId', md5('run ' || behind)::uuid, 'Status', 'Paid', 'AmountPaid', i."AmountDue",
                'Period', to_char(date '2026-10-01' - behind * interval '1 month', 'YYYYMM')::int))).*
            from "Old", "Invoice" i where i."Period" = 202610 order by behind desc;
        """;
}
