using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Billing.Notification.Migrations.SqlServer;

/// <summary>What is known of a restore, and of persons who were erased.</summary>
[DbContext(typeof(SqlServerNotificationDbContext))]
[Migration("20261130090000_RestoreAndErase")]
public sealed class RestoreAndErase : Migration
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

        migrationBuilder.CreateTable(
            name: "ErasedContact",
            columns: table => new
            {
                AccountId = table.Column<string>(type: "nvarchar(256)", maxLength: 256, nullable: false),
                ErasedAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false),
                ErasedBy = table.Column<string>(type: "nvarchar(400)", maxLength: 400, nullable: false)
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_ErasedContact", x => x.AccountId);
            });

        migrationBuilder.CreateIndex(
            name: "IX_ErasedContact_ErasedAt",
            table: "ErasedContact",
            column: "ErasedAt");
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropTable(
            name: "Restoration");

        migrationBuilder.DropTable(
            name: "ErasedContact");
    }
}
