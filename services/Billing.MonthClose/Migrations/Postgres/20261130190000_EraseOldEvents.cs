using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Billing.MonthClose.Migrations.Postgres;

/// <summary>Which events are old, and not erased yet, is found without reading the others. By the time alone nobody looks for them.</summary>
[DbContext(typeof(PostgresMonthCloseDbContext))]
[Migration("20261130190000_EraseOldEvents")]
public sealed class EraseOldEvents : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<DateTimeOffset>(
            name: "WordsErasedAt",
            table: "GatewayEvent",
            type: "timestamp with time zone",
            nullable: true);

        migrationBuilder.DropIndex(
            name: "IX_GatewayEvent_ReceivedAt",
            table: "GatewayEvent");

        migrationBuilder.CreateIndex(
            name: "IX_GatewayEvent_WordsKept",
            table: "GatewayEvent",
            column: "ReceivedAt",
            filter: "\"WordsErasedAt\" IS NULL");
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropIndex(
            name: "IX_GatewayEvent_WordsKept",
            table: "GatewayEvent");

        migrationBuilder.CreateIndex(
            name: "IX_GatewayEvent_ReceivedAt",
            table: "GatewayEvent",
            column: "ReceivedAt");

        migrationBuilder.DropColumn(
            name: "WordsErasedAt",
            table: "GatewayEvent");
    }
}
