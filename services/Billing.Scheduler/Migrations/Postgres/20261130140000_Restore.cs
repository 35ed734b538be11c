using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Billing.Scheduler.Migrations.Postgres;

/// <summary>What is known of a restore: while it holds, nothing is published.</summary>
[DbContext(typeof(PostgresSchedulerDbContext))]
[Migration("20261130140000_Restore")]
public sealed class Restore : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            name: "Restoration",
            columns: table => new
            {
                RestorationId = table.Column<Guid>(type: "uuid", nullable: false),
                TakenAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                RestoredAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                RestoredBy = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true, collation: "C"),
                ReleasedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                ReleasedBy = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true, collation: "C"),
                ReleasedWhy = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: true, collation: "C"),
                NothingLeft = table.Column<bool>(type: "boolean", nullable: false)
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_Restoration", x => x.RestorationId);
            });
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropTable(
            name: "Restoration");
    }
}
