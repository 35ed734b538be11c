using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Billing.Scheduler.Migrations.SqlServer;

/// <summary>What is known of a restore: while it holds, nothing is published.</summary>
[DbContext(typeof(SqlServerSchedulerDbContext))]
[Migration("20261130140000_Restore")]
public sealed class Restore : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            name: "Restoration",
            columns: table => new
            {
                RestorationId = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                TakenAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false),
                RestoredAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false),
                RestoredBy = table.Column<string>(type: "nvarchar(200)", maxLength: 200, nullable: true),
                ReleasedAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: true),
                ReleasedBy = table.Column<string>(type: "nvarchar(200)", maxLength: 200, nullable: true),
                ReleasedWhy = table.Column<string>(type: "nvarchar(400)", maxLength: 400, nullable: true),
                NothingLeft = table.Column<bool>(type: "bit", nullable: false)
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
