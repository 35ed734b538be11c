using Microsoft.EntityFrameworkCore.Migrations;

namespace Billing.MonthClose.Migrations.Postgres;

/// <summary>
/// What keeps the tallies of a run: one trigger for each statement, not for each row. The lookups are nested loops by key on purpose (<c>OFFSET 0</c>): the
/// statistics know nothing of a run that has just begun, and a join would read it as a whole.
/// </summary>
static class TallyTriggers
{
    const string Open =
        """
        CASE WHEN i."Status" = 'Open' OR (i."Status" = 'CarriedForward' AND i."CarriedTo" IS NULL)
            THEN i."AmountDue" - i."AmountPaid" - i."AmountReduced" ELSE 0 END
        """;

    public static void CreateTallyTriggers(this MigrationBuilder migration)
    {
        migration.Sql(
            """
            CREATE FUNCTION "TallyNameOf"(step text, outcome text) RETURNS text LANGUAGE sql IMMUTABLE
                RETURN CASE WHEN step = 'Parked' THEN 'Parked' ELSE coalesce(outcome, '') END;
            """);
        migration.CreateTallyOfCloses();
        migration.Sql(
            """
            CREATE TRIGGER "TallyAddedCloses" AFTER INSERT ON "AccountClose" REFERENCING NEW TABLE AS added
                FOR EACH STATEMENT EXECUTE FUNCTION "TallyCloses"();
            CREATE TRIGGER "TallyChangedCloses" AFTER UPDATE ON "AccountClose" REFERENCING OLD TABLE AS removed NEW TABLE AS added
                FOR EACH STATEMENT EXECUTE FUNCTION "TallyCloses"();
            """);
        migration.Sql(
            $"""
            CREATE FUNCTION "TallyInvoices"() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'INSERT' THEN
                    {AddMoney(OfInvoices("SELECT a.*, 1 AS sign FROM added a"), "i.sign")}
                    RETURN NULL;
                END IF;
                {AddMoney(OfInvoices("SELECT a.*, 1 AS sign FROM added a UNION ALL SELECT r.*, -1 FROM removed r"), "i.sign")}
                RETURN NULL;
            END $$;
            CREATE TRIGGER "TallyAddedInvoices" AFTER INSERT ON "Invoice" REFERENCING NEW TABLE AS added
                FOR EACH STATEMENT EXECUTE FUNCTION "TallyInvoices"();
            CREATE TRIGGER "TallyChangedInvoices" AFTER UPDATE ON "Invoice" REFERENCING OLD TABLE AS removed NEW TABLE AS added
                FOR EACH STATEMENT EXECUTE FUNCTION "TallyInvoices"();
            """);
        migration.Sql(
            $"""
            CREATE FUNCTION "TallyCreditNotes"() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                {AddGivenBack("Credited", """SELECT a."InvoiceId", a."Currency", a."Amount" FROM added a""")}
                RETURN NULL;
            END $$;
            CREATE TRIGGER "TallyAddedCreditNotes" AFTER INSERT ON "CreditNote" REFERENCING NEW TABLE AS added
                FOR EACH STATEMENT EXECUTE FUNCTION "TallyCreditNotes"();
            CREATE FUNCTION "TallyRefunds"() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'INSERT' THEN
                    {AddGivenBack("Refunded", """SELECT a."InvoiceId", a."Currency", a."Amount" FROM added a WHERE a."State" = 'Succeeded'""")}
                    RETURN NULL;
                END IF;
                {AddGivenBack("Refunded",
                    """
                    SELECT a."InvoiceId", a."Currency", a."Amount" FROM added a WHERE a."State" = 'Succeeded'
                        UNION ALL SELECT r."InvoiceId", r."Currency", -r."Amount" FROM removed r WHERE r."State" = 'Succeeded'
                    """)}
                RETURN NULL;
            END $$;
            CREATE TRIGGER "TallyAddedRefunds" AFTER INSERT ON "Refund" REFERENCING NEW TABLE AS added
                FOR EACH STATEMENT EXECUTE FUNCTION "TallyRefunds"();
            CREATE TRIGGER "TallyChangedRefunds" AFTER UPDATE ON "Refund" REFERENCING OLD TABLE AS removed NEW TABLE AS added
                FOR EACH STATEMENT EXECUTE FUNCTION "TallyRefunds"();
            """);
    }

    /// <summary>
    /// An account has as many invoices as months behind it, so the month of the run leads to the one. The run itself is compared in a way that no index helps
    /// with: an index on it would seem to be as good, and read every invoice of the run.
    /// </summary>
    public static void CreateTallyOfCloses(this MigrationBuilder migration) => migration.Sql(
        $"""
        CREATE OR REPLACE FUNCTION "TallyCloses"() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'INSERT' THEN
                {AddCloses("SELECT a.*, 1 AS sign FROM added a")}
                RETURN NULL;
            END IF;
            {AddCloses("SELECT a.*, 1 AS sign FROM added a UNION ALL SELECT r.*, -1 FROM removed r")}
            {AddMoney(
                """
                (SELECT a."RunId", a."AccountId", "TallyNameOf"(a."Step", a."Outcome") AS "Close", "TallyNameOf"(r."Step", r."Outcome") AS "Before"
                    FROM added a JOIN removed r USING ("RunId", "AccountId")) moved
                CROSS JOIN LATERAL (SELECT m."Period" FROM "Run" m WHERE m."CorrelationId" = moved."RunId" OFFSET 0) month
                CROSS JOIN LATERAL (SELECT * FROM "Invoice" x WHERE x."AccountId" = moved."AccountId" AND x."Period" = month."Period" AND x."Status" <> 'Voided'
                    AND x."RunId" IS NOT DISTINCT FROM moved."RunId" OFFSET 0) i
                CROSS JOIN LATERAL (VALUES (moved."Close", 1), (moved."Before", -1)) AS c("Close", sign)
                WHERE moved."Close" <> moved."Before"
                """, "c.sign")}
            RETURN NULL;
        END $$;
        """);

    static string AddCloses(string changes) =>
        $"""
        INSERT INTO "CloseTally" AS t ("RunId", "Step", "Outcome", "ReasonCode", "Writer", "Accounts", "Reason")
        SELECT c."RunId", c."Step", coalesce(c."Outcome", ''), CASE WHEN c."Step" = 'Parked' THEN c."ReasonCode" ELSE '' END, pg_backend_pid(), sum(c.sign),
            max(c."Reason") FILTER (WHERE c."Step" = 'Parked')
        FROM ({changes}) c GROUP BY 1, 2, 3, 4 HAVING sum(c.sign) <> 0
        ON CONFLICT ("RunId", "Step", "Outcome", "ReasonCode", "Writer")
            DO UPDATE SET "Accounts" = t."Accounts" + excluded."Accounts", "Reason" = coalesce(excluded."Reason", t."Reason");
        """;

    /// <summary>Invoices with the close of their account, which is always there before them.</summary>
    static string OfInvoices(string changes) =>
        $"""
        ({changes}) i CROSS JOIN LATERAL (SELECT "TallyNameOf"(x."Step", x."Outcome") AS "Close" FROM "AccountClose" x
            WHERE x."RunId" = i."RunId" AND x."AccountId" = i."AccountId" OFFSET 0) c
        WHERE i."Status" <> 'Voided'
        """;

    static string AddMoney(string invoices, string sign) =>
        $"""
        INSERT INTO "MoneyTally" AS t ("RunId", "Currency", "Close", "Writer", "Invoices", "Invoiced", "Tax", "CreditUsed", "Collected", "WrittenOff",
            "Recovered", "Open", "Credited", "Refunded")
        SELECT i."RunId", i."Currency", c."Close", pg_backend_pid(), sum({sign}), sum({sign} * (i."Total" - i."Carried")), sum({sign} * i."Tax"),
            sum({sign} * (i."CreditApplied" + i."CreditUsedLater")), sum({sign} * i."AmountPaid"), sum({sign} * i."WrittenOff"), sum({sign} * i."Recovered"),
            sum({sign} * ({Open})), 0, 0
        FROM {invoices} GROUP BY 1, 2, 3
        ON CONFLICT ("RunId", "Currency", "Close", "Writer") DO UPDATE SET "Invoices" = t."Invoices" + excluded."Invoices",
            "Invoiced" = t."Invoiced" + excluded."Invoiced", "Tax" = t."Tax" + excluded."Tax", "CreditUsed" = t."CreditUsed" + excluded."CreditUsed",
            "Collected" = t."Collected" + excluded."Collected", "WrittenOff" = t."WrittenOff" + excluded."WrittenOff",
            "Recovered" = t."Recovered" + excluded."Recovered", "Open" = t."Open" + excluded."Open";
        """;

    static string AddGivenBack(string column, string changes) =>
        $"""
        INSERT INTO "MoneyTally" AS t ("RunId", "Currency", "Close", "Writer", "Invoices", "Invoiced", "CreditUsed", "Collected", "WrittenOff", "Recovered",
            "Open", "Credited", "Refunded")
        SELECT i."RunId", n."Currency", '', pg_backend_pid(), 0, 0, 0, 0, 0, 0, 0, {(column == "Credited" ? "sum(n.\"Amount\"), 0" : "0, sum(n.\"Amount\")")}
        FROM ({changes}) n JOIN "Invoice" i ON i."InvoiceId" = n."InvoiceId" GROUP BY 1, 2
        ON CONFLICT ("RunId", "Currency", "Close", "Writer") DO UPDATE SET "{column}" = t."{column}" + excluded."{column}";
        """;
}
