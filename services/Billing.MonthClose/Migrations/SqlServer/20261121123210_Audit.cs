using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Billing.MonthClose.Migrations.SqlServer
{
    /// <inheritdoc />
    public partial class Audit : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "AuditEntry",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    At = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false),
                    AccountId = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: true),
                    SubjectKind = table.Column<string>(type: "nvarchar(24)", maxLength: 24, nullable: false),
                    SubjectId = table.Column<string>(type: "nvarchar(160)", maxLength: 160, nullable: false),
                    What = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false),
                    Who = table.Column<string>(type: "nvarchar(400)", maxLength: 400, nullable: false),
                    Why = table.Column<string>(type: "nvarchar(1000)", maxLength: 1000, nullable: true),
                    Before = table.Column<string>(type: "nvarchar(max)", nullable: true),
                    After = table.Column<string>(type: "nvarchar(max)", nullable: true),
                    MessageId = table.Column<Guid>(type: "uniqueidentifier", nullable: true),
                    CorrelationId = table.Column<Guid>(type: "uniqueidentifier", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AuditEntry", x => new { x.At, x.Id });
                });

            migrationBuilder.CreateIndex(
                name: "IX_AuditEntry_AccountId_At",
                table: "AuditEntry",
                columns: new[] { "AccountId", "At" });

            migrationBuilder.CreateIndex(
                name: "IX_AuditEntry_SubjectId",
                table: "AuditEntry",
                column: "SubjectId");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "AuditEntry");
        }
    }
}
