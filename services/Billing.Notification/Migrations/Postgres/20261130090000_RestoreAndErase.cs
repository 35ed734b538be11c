using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Billing.Notification.Migrations.Postgres;

/// <summary>What is known of a restore, and of persons who were erased.</summary>
[DbContext(typeof(PostgresNotificationDbContext))]
[Migration("20261130090000_RestoreAndErase")]
public sealed class RestoreAndErase : Migration
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

        migrationBuilder.CreateTable(
            name: "ErasedContact",
            columns: table => new
            {
                AccountId = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false, collation: "C"),
                ErasedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                ErasedBy = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: false, collation: "C")
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
