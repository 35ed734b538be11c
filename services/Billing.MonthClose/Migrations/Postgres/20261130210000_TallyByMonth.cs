using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Billing.MonthClose.Migrations.Postgres;

/// <summary>When a close goes on, the tally of its money no longer reads every invoice that its account ever had. It counts the same as before.</summary>
[DbContext(typeof(PostgresMonthCloseDbContext))]
[Migration("20261130210000_TallyByMonth")]
public sealed class TallyByMonth : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.CreateTallyOfCloses();

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        // this one counts the same as the one before
    }
}
