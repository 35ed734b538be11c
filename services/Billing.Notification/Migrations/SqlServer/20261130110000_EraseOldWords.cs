using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Billing.Notification.Migrations.SqlServer;

/// <summary>Whose words are old, and erased, is found without reading what is younger.</summary>
[DbContext(typeof(SqlServerNotificationDbContext))]
[Migration("20261130110000_EraseOldWords")]
public sealed class EraseOldWords : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<DateTimeOffset>(
            name: "WordsErasedAt",
            table: "Notification",
            type: "datetimeoffset",
            nullable: true);

        migrationBuilder.CreateIndex(
            name: "IX_Notification_WordsKept",
            table: "Notification",
            column: "EndedAt",
            filter: "\"EndedAt\" IS NOT NULL AND \"WordsErasedAt\" IS NULL");
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropIndex(
            name: "IX_Notification_WordsKept",
            table: "Notification");

        migrationBuilder.DropColumn(
            name: "WordsErasedAt",
            table: "Notification");
    }
}
