using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Billing.MonthClose.Migrations.SqlServer
{
    /// <inheritdoc />
    public partial class Collections : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "NextTry",
                table: "Letter",
                type: "datetimeoffset",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "ByHand",
                table: "Hold",
                type: "bit",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "LiftedBy",
                table: "Hold",
                type: "nvarchar(128)",
                maxLength: 128,
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "LiftedByPayment",
                table: "Hold",
                type: "bit",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "PlacedBy",
                table: "Hold",
                type: "nvarchar(128)",
                maxLength: 128,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Times",
                table: "Hold",
                type: "int",
                nullable: false,
                defaultValue: 1);

            migrationBuilder.AddColumn<string>(
                name: "CameFrom",
                table: "Collection",
                type: "nvarchar(32)",
                maxLength: 32,
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "NextTry",
                table: "Collection",
                type: "datetimeoffset",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Outages",
                table: "Collection",
                type: "int",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "Reason",
                table: "Collection",
                type: "nvarchar(1000)",
                maxLength: 1000,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Round",
                table: "Collection",
                type: "int",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "StartedAt",
                table: "Collection",
                type: "datetimeoffset",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Origin",
                table: "Charge",
                type: "nvarchar(16)",
                maxLength: 16,
                nullable: false,
                defaultValue: "Close");

            migrationBuilder.AddColumn<bool>(
                name: "Uncounted",
                table: "Charge",
                type: "bit",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "Tier",
                table: "Account",
                type: "nvarchar(64)",
                maxLength: 64,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "DunningPlan",
                columns: table => new
                {
                    InvoiceId = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    AccountId = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false),
                    Policy = table.Column<string>(type: "nvarchar(2000)", maxLength: 2000, nullable: false),
                    StartedAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false),
                    Round = table.Column<int>(type: "int", nullable: false),
                    CountsFrom = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false),
                    Overdue = table.Column<string>(type: "nvarchar(16)", maxLength: 16, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_DunningPlan", x => x.InvoiceId);
                });

            migrationBuilder.CreateTable(
                name: "PaymentMethodChange",
                columns: table => new
                {
                    ChangeId = table.Column<string>(type: "nvarchar(128)", maxLength: 128, nullable: false),
                    AccountId = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false),
                    PaymentMethod = table.Column<string>(type: "nvarchar(128)", maxLength: 128, nullable: false),
                    ChangedAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false),
                    RequestedBy = table.Column<string>(type: "nvarchar(128)", maxLength: 128, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_PaymentMethodChange", x => x.ChangeId);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Collection_CurrentState",
                table: "Collection",
                column: "CurrentState",
                filter: "\"CurrentState\" <> 'Paid'");

            migrationBuilder.CreateIndex(
                name: "IX_DunningPlan_AccountId",
                table: "DunningPlan",
                column: "AccountId");

            migrationBuilder.CreateIndex(
                name: "IX_PaymentMethodChange_AccountId",
                table: "PaymentMethodChange",
                column: "AccountId");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "DunningPlan");

            migrationBuilder.DropTable(
                name: "PaymentMethodChange");

            migrationBuilder.DropIndex(
                name: "IX_Collection_CurrentState",
                table: "Collection");

            migrationBuilder.DropColumn(
                name: "NextTry",
                table: "Letter");

            migrationBuilder.DropColumn(
                name: "ByHand",
                table: "Hold");

            migrationBuilder.DropColumn(
                name: "LiftedBy",
                table: "Hold");

            migrationBuilder.DropColumn(
                name: "LiftedByPayment",
                table: "Hold");

            migrationBuilder.DropColumn(
                name: "PlacedBy",
                table: "Hold");

            migrationBuilder.DropColumn(
                name: "Times",
                table: "Hold");

            migrationBuilder.DropColumn(
                name: "CameFrom",
                table: "Collection");

            migrationBuilder.DropColumn(
                name: "NextTry",
                table: "Collection");

            migrationBuilder.DropColumn(
                name: "Outages",
                table: "Collection");

            migrationBuilder.DropColumn(
                name: "Reason",
                table: "Collection");

            migrationBuilder.DropColumn(
                name: "Round",
                table: "Collection");

            migrationBuilder.DropColumn(
                name: "StartedAt",
                table: "Collection");

            migrationBuilder.DropColumn(
                name: "Origin",
                table: "Charge");

            migrationBuilder.DropColumn(
                name: "Uncounted",
                table: "Charge");

            migrationBuilder.DropColumn(
                name: "Tier",
                table: "Account");
        }
    }
}
