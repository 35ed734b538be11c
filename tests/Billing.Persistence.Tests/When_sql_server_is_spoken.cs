using Billing.Persistence.Bulk;
using Billing.Persistence.Months;
using Billing.Persistence.SqlServer;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.Persistence.Tests;

/// <summary>The texts themselves, for places without a SQL Server; with one, the whole suite runs on it.</summary>
public sealed class When_sql_server_is_spoken : IDisposable
{
    readonly SampleDbContext _db;

    public When_sql_server_is_spoken()
    {
        var options = new DbContextOptionsBuilder<SampleDbContext>();
        options.UseBillingSqlServer("Server=nowhere;Database=none");
        _db = new SampleDbContext(options.Options);
    }

    public void Dispose() => _db.Dispose();

    [Fact]
    public void Should_be_read_by_the_grammar()
    {
        var (sample, tally) = (BulkTable.Of<Sample>(_db), BulkTable.Of<Tally>(_db));
        string[] statements =
        [
            SqlServerStatements.Insert(sample, sample.Columns), SqlServerStatements.InsertNew(sample, sample.Columns), SqlServerStatements.InsertNew(tally, tally.Columns),
            SqlServerStatements.Update(sample, sample.Select<Sample, object?>(x => new { x.Step, x.Note }), sample.Select<Sample, CloseStep>(x => x.Step).Single(), false),
            SqlServerStatements.Update(sample, sample.Select<Sample, object?>(x => new { x.Step, x.Note }), sample.Select<Sample, string?>(x => x.Note).Single(), true),
            SqlServerStatements.AddUp(tally, tally.Columns, tally.Select<Tally, object?>(x => new { x.Seats, x.Amount })),
            SqlServerMonths.Sql(new KeptTable("SagaEntry", "TakenAt", Months: 14, AtLeast: 1, RowsGo: true))
        ];
        Assert.All(statements, sql => Assert.Empty(TransactSql.Faults(sql)));
        Assert.NotEmpty(TransactSql.Faults("MERGE INTO [Tallies] USING"));
    }

    [Fact]
    public void Should_say_what_to_run_where_readers_would_wait_for_writers()
    {
        Assert.Empty(TransactSql.Faults(SqlServerTerms.NamesWithoutSnapshot));
        Assert.Empty(TransactSql.Faults(SqlServerTerms.Remedy("a]b")));
        Assert.Equal("READ_COMMITTED_SNAPSHOT is off in the database billing_monthclose, so readers would wait for writers; have its owner run: "
            + "ALTER DATABASE [billing_monthclose] SET READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK IMMEDIATE;", SqlServerTerms.Fault("billing_monthclose"));
    }

    [Fact]
    public void Should_read_long_texts_in_the_way_that_does_not_fail() =>
        Assert.All(SqlServerProvider.Switches, name => Assert.True(AppContext.TryGetSwitch(name, out var on) && on));

    [Fact]
    public void Should_update_by_key_only_rows_that_are_where_they_are_expected()
    {
        var table = BulkTable.Of<Sample>(_db);
        Assert.Equal(
            "UPDATE t SET [close_step] = v.[close_step], [Note] = v.[Note] FROM [billing].[sample rows] AS t INNER JOIN "
            + "OPENJSON(@rows) WITH ([#] int '$.n', [Id] uniqueidentifier '$.c0', [close_step] nvarchar(max) '$.c1', [Note] nvarchar(max) '$.c2') AS v "
            + "ON t.[Id] = v.[Id] AND t.[close_step] = @expected;",
            SqlServerStatements.Update(table, table.Select<Sample, object?>(x => new { x.Step, x.Note }), table.Select<Sample, CloseStep>(x =>
                x.Step).Single(), false));
    }

    [Fact]
    public void Should_insert_what_is_new_under_every_unique_key()
    {
        var table = BulkTable.Of<Tally>(_db);
        Assert.Equal(
            """
            MERGE INTO [Tallies] WITH (HOLDLOCK) AS t
            USING (SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY [Account], [Day] ORDER BY [#]) AS [r0] FROM (SELECT * FROM OPENJSON(@rows) WITH ([#] int '$.n', [Account] nvarchar(max) '$.c0', [Day] date '$.c1', [Amount] decimal(18,2) '$.c2', [Seats] int '$.c3', [Unit] nvarchar(max) '$.c4') AS v) AS a) AS b
                WHERE [r0] = 1) AS s
            ON (t.[Account] = s.[Account] AND t.[Day] = s.[Day])
            WHEN NOT MATCHED BY TARGET THEN INSERT ([Account], [Day], [Amount], [Seats], [Unit]) VALUES (s.[Account], s.[Day], s.[Amount], s.[Seats], s.[Unit])
            OUTPUT s.[#];
            """,
            SqlServerStatements.InsertNew(table, table.Columns), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void Should_add_up_with_one_row_for_each_key()
    {
        var table = BulkTable.Of<Tally>(_db);
        var sql = SqlServerStatements.AddUp(table, table.Columns, table.Select<Tally, object?>(x => new { x.Seats, x.Amount }));
        Assert.Contains("SUM([Seats]) OVER (PARTITION BY [Account], [Day]) AS [+Seats]", sql, StringComparison.Ordinal);
        Assert.Contains("WHEN MATCHED THEN UPDATE SET [Seats] = t.[Seats] + s.[+Seats], [Amount] = COALESCE(t.[Amount], 0) + COALESCE(s.[+Amount], 0)", sql,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Should_write_rows_as_json_that_keeps_every_digit()
    {
        var table = BulkTable.Of<Sample>(_db);
        var row = new Sample
        {
            Account = new("O'Brien \"q\""),
            UnitPrice = 1234567890123456.123456789012m,
            At = new DateTimeOffset(2026, 10, 31, 20, 30, 0, TimeSpan.FromHours(-5)),
            Digest = [0, 255],
            Channel = Channel.Sms,
        };
        var columns = table.Select<Sample, object?>(x => new { x.Account, x.UnitPrice, x.Discount, x.FirstDay, x.At, x.Digest, x.Channel, x.Late });

        Assert.Equal(
            """[{"n":1,"c0":"O'Brien \"q\"","c1":"1234567890123456.123456789012","c3":"2026-10-01","c4":"2026-11-01T01:30:00.0000000+00:00","c5":"AP8=","c6":"2","c7":"0"}]""",
            SqlServerRows.Write(columns, [row]));
    }

    [Fact]
    public void Should_hint_the_first_table_of_the_outer_query()
    {
        var locks = new SqlServerRowLocks();
        var flat = _db.Samples.Where(x => x.Attempts == 0).OrderBy(x => x.Size).Take(5).ToQueryString();
        Assert.Contains("FROM [billing].[sample rows] AS [s] WITH (UPDLOCK, ROWLOCK, READPAST)", locks.Lock(flat, RowLock.SkipLocked),
            StringComparison.Ordinal);

        var counted = _db.Samples.Select(x => new { Others = _db.Tallies.Count(y => y.Account == x.Period), x.Id }).ToQueryString();
        var locked = locks.Lock(counted, RowLock.Wait);
        Assert.Contains("[sample rows] AS [s] WITH (UPDLOCK, ROWLOCK)", locked, StringComparison.Ordinal);
        Assert.DoesNotContain("[Tallies] AS [t] WITH", locked, StringComparison.Ordinal);
    }
}
