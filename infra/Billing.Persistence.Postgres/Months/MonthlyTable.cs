using Microsoft.EntityFrameworkCore.Migrations;

namespace Billing.Persistence.Postgres.Months;

/// <summary>How a table is divided by month in a migration.</summary>
/// <param name="Name">Of the table.</param>
/// <param name="Column">The time that says to which month a row belongs.</param>
/// <param name="Key">The columns of its key; the time among them, as the server wants it.</param>
/// <param name="AtLeast">Months that nobody may let go.</param>
public sealed record MonthlyTable(string Name, string Column, IReadOnlyList<string> Key, int AtLeast)
{
    /// <summary>By name: their columns.</summary>
    public IReadOnlyDictionary<string, string[]> Indexes { get; init; } = new Dictionary<string, string[]>();

    /// <summary>The column that the server numbers by itself, if there is one.</summary>
    public string? Numbered { get; init; }
}

/// <summary>Partitions by month, and the two functions by which the service's user, who may neither make nor drop a table, has them made and dropped.</summary>
public static class MonthlyTables
{
    /// <summary>Rows of no month. There are none but those that came before their month was made.</summary>
    const string Other = "_other";

    /// <summary>The time by which a table is divided; null for one that is not.</summary>
    const string MonthOf =
        """
        CREATE FUNCTION "MonthOf"(divided text) RETURNS text LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
            SELECT a.attname FROM pg_class c JOIN pg_partitioned_table p ON p.partrelid = c.oid
                JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = p.partattrs[0]
                WHERE c.relname = divided AND c.relnamespace = current_schema()::regnamespace
        $$;
        """;

    const string MakeMonths =
        """
        CREATE FUNCTION "MakeMonths"(divided text, until date) RETURNS SETOF text LANGUAGE plpgsql SECURITY DEFINER
            SET search_path FROM CURRENT SET lock_timeout = '2s' AS $$
        DECLARE
            moment text := "MonthOf"(divided);
            oldest timestamptz;
            first date;
            part text;
        BEGIN
            IF moment IS NULL THEN
                RAISE EXCEPTION '"%" is not divided by month', divided;
            END IF;
            -- whoever calls it with a year that nobody sees makes some hundred tables, and not a hundred thousand
            until := least(until, (now() + interval '20 years')::date);
            PERFORM pg_advisory_xact_lock(hashtext('MakeMonths ' || divided));
            EXECUTE format('SELECT min(%I) FROM %I', moment, divided || '_other') INTO oldest;
            FOR first IN SELECT generate_series(date_trunc('month', least(oldest, now(), until::timestamp AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'),
                date_trunc('month', until::timestamp), interval '1 month')::date
            LOOP
                part := divided || to_char(first, '"_"YYYY"_"MM');
                CONTINUE WHEN to_regclass(format('%I', part)) IS NOT NULL;
                EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', part, divided);
                EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', divided || '_other');
                EXECUTE format('WITH moved AS (DELETE FROM %I WHERE %I >= $1 AND %I < $2 RETURNING *) INSERT INTO %I SELECT * FROM moved',
                    divided || '_other', moment, moment, part)
                    USING first::timestamp AT TIME ZONE 'UTC', (first + interval '1 month') AT TIME ZONE 'UTC';
                EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', divided, part,
                    first::timestamp AT TIME ZONE 'UTC', (first + interval '1 month') AT TIME ZONE 'UTC');
                RETURN NEXT part;
            END LOOP;
        END $$;
        """;

    const string DropMonths =
        """
        CREATE FUNCTION "DropMonths"(divided text, before date) RETURNS SETOF text LANGUAGE plpgsql SECURITY DEFINER
            SET search_path FROM CURRENT SET lock_timeout = '2s' AS $$
        DECLARE
            least_kept int;
            part text;
        BEGIN
            SELECT substring(obj_description(c.oid, 'pg_class') FROM '(\d+) months')::int INTO least_kept FROM pg_class c
                WHERE c.relname = divided AND c.relnamespace = current_schema()::regnamespace AND c.relkind = 'p';
            IF least_kept IS NULL THEN
                RAISE EXCEPTION '"%" is not divided by month', divided;
            END IF;
            before := least(before, (date_trunc('month', now() AT TIME ZONE 'UTC') - make_interval(months => least_kept))::date);
            FOR part IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
                WHERE p.relname = divided AND p.relnamespace = current_schema()::regnamespace AND c.relname ~ '_\d{4}_\d{2}$'
                    AND to_date(right(c.relname, 7), 'YYYY_MM') < date_trunc('month', before) ORDER BY 1
            LOOP
                EXECUTE format('DROP TABLE %I', part);
                RETURN NEXT part;
            END LOOP;
        END $$;
        """;

    /// <summary>
    /// They run with the rights of their owner, so they take no name but that of a table that is divided. Nobody waits behind them for longer than two seconds:
    /// to attach or drop a partition wants the table for itself.
    /// </summary>
    public static void CreateMonthFunctions(this MigrationBuilder migration)
    {
        migration.Sql(MonthOf);
        migration.Sql(MakeMonths);
        migration.Sql(DropMonths);
    }

    /// <summary>
    /// The table as it is becomes the part for rows of no month, and a divided one takes its name; who works with it sees no difference. Rows that are there
    /// move to their months when these are made.
    /// </summary>
    public static void DivideByMonth(this MigrationBuilder migration, MonthlyTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var (name, other) = (PostgresNames.Quote(table.Name), PostgresNames.Quote(table.Name + Other));
        var (key, column) = (PostgresNames.Quote($"PK_{table.Name}"), PostgresNames.Quote(table.Column));
        migration.Sql($"ALTER TABLE {name} RENAME TO {other}; ALTER TABLE {other} DROP CONSTRAINT {key};");
        if (table.Numbered is { } numbered)
            migration.NumberBySequence(table.Name, other, numbered);
        foreach (var index in table.Indexes.Keys)
            migration.Sql($"ALTER INDEX {PostgresNames.Quote(index)} RENAME TO {PostgresNames.Quote(index + Other)};");
        migration.Sql(
            $"""
            CREATE TABLE {name} (LIKE {other} INCLUDING DEFAULTS INCLUDING STORAGE INCLUDING COMPRESSION) PARTITION BY RANGE ({column});
            ALTER TABLE {name} ADD CONSTRAINT {key} PRIMARY KEY ({Listed(table.Key)});
            COMMENT ON TABLE {name} IS 'Divided by month of {table.Column} (UTC). Nobody lets a month go before {table.AtLeast} months have passed.';
            """);
        foreach (var (index, columns) in table.Indexes)
            migration.Sql($"CREATE INDEX {PostgresNames.Quote(index)} ON {name} ({Listed(columns)});");
        migration.Sql($"ALTER TABLE {name} ATTACH PARTITION {other} DEFAULT;");
    }

    /// <summary>A divided table has no identity column: its numbers come from a sequence of the same name.</summary>
    static void NumberBySequence(this MigrationBuilder migration, string table, string other, string column)
    {
        var (sequence, quoted) = ($"{table}_{column}_seq", PostgresNames.Quote(column));
        migration.Sql(
            $"""
            ALTER TABLE {other} ALTER COLUMN {quoted} DROP IDENTITY;
            CREATE SEQUENCE {PostgresNames.Quote(sequence)};
            SELECT setval('{PostgresNames.Quote(sequence)}', coalesce(max({quoted}), 0) + 1, false) FROM {other};
            ALTER TABLE {other} ALTER COLUMN {quoted} SET DEFAULT nextval('{PostgresNames.Quote(sequence)}');
            """);
    }

    static string Listed(IEnumerable<string> columns) => string.Join(", ", columns.Select(PostgresNames.Quote));
}
