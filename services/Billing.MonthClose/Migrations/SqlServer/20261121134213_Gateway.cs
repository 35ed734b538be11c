using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Billing.MonthClose.Migrations.SqlServer
{
    /// <inheritdoc />
    public partial class Gateway : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "AskUntil",
                table: "Charge",
                type: "datetimeoffset",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "GatewayCall",
                columns: table => new
                {
                    CallId = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    Kind = table.Column<string>(type: "nvarchar(16)", maxLength: 16, nullable: false),
                    SubjectId = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    AccountId = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false),
                    InvoiceId = table.Column<Guid>(type: "uniqueidentifier", nullable: true),
                    Attempt = table.Column<int>(type: "int", nullable: false),
                    AskedAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false),
                    AnsweredAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false),
                    Answer = table.Column<string>(type: "nvarchar(16)", maxLength: 16, nullable: false),
                    Code = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: true),
                    Detail = table.Column<string>(type: "nvarchar(400)", maxLength: 400, nullable: true),
                    HttpStatus = table.Column<int>(type: "int", nullable: true),
                    GatewayReference = table.Column<string>(type: "nvarchar(128)", maxLength: 128, nullable: true),
                    RequestId = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: true),
                    Tries = table.Column<int>(type: "int", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_GatewayCall", x => x.CallId);
                });

            migrationBuilder.CreateTable(
                name: "GatewayEvent",
                columns: table => new
                {
                    EventId = table.Column<string>(type: "nvarchar(255)", maxLength: 255, nullable: false),
                    Type = table.Column<string>(type: "nvarchar(100)", maxLength: 100, nullable: false),
                    CreatedAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false),
                    ReceivedAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false),
                    Subject = table.Column<string>(type: "nvarchar(255)", maxLength: 255, nullable: true),
                    ChargeId = table.Column<Guid>(type: "uniqueidentifier", nullable: true),
                    Body = table.Column<string>(type: "nvarchar(max)", nullable: false),
                    State = table.Column<string>(type: "nvarchar(16)", maxLength: 16, nullable: false),
                    Note = table.Column<string>(type: "nvarchar(400)", maxLength: 400, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_GatewayEvent", x => x.EventId);
                });

            migrationBuilder.CreateTable(
                name: "ProviderLimit",
                columns: table => new
                {
                    Name = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false),
                    IsSet = table.Column<bool>(type: "bit", nullable: false),
                    PerSecond = table.Column<int>(type: "int", nullable: true),
                    NextFree = table.Column<long>(type: "bigint", nullable: false),
                    SetBy = table.Column<string>(type: "nvarchar(200)", maxLength: 200, nullable: true),
                    SetAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ProviderLimit", x => x.Name);
                });

            migrationBuilder.CreateIndex(
                name: "IX_GatewayCall_AccountId_AskedAt",
                table: "GatewayCall",
                columns: new[] { "AccountId", "AskedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_GatewayCall_SubjectId",
                table: "GatewayCall",
                column: "SubjectId");

            migrationBuilder.CreateIndex(
                name: "IX_GatewayEvent_ChargeId",
                table: "GatewayEvent",
                column: "ChargeId");

            migrationBuilder.CreateIndex(
                name: "IX_GatewayEvent_ReceivedAt",
                table: "GatewayEvent",
                column: "ReceivedAt");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "GatewayCall");

            migrationBuilder.DropTable(
                name: "GatewayEvent");

            migrationBuilder.DropTable(
                name: "ProviderLimit");

            migrationBuilder.DropColumn(
                name: "AskUntil",
                table: "Charge");
        }
    }
}
