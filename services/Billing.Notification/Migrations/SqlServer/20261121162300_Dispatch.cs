using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Billing.Notification.Migrations.SqlServer
{
    /// <inheritdoc />
    public partial class Dispatch : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AlterColumn<string>(
                name: "State",
                table: "Notification",
                type: "nvarchar(16)",
                maxLength: 16,
                nullable: false,
                oldClrType: typeof(string),
                oldType: "nvarchar(8)",
                oldMaxLength: 8);

            migrationBuilder.AddColumn<int>(
                name: "Priority",
                table: "Notification",
                type: "int",
                nullable: false,
                defaultValue: 5);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "Since",
                table: "Notification",
                type: "datetimeoffset",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "HeldKey",
                columns: table => new
                {
                    Channel = table.Column<string>(type: "nvarchar(8)", maxLength: 8, nullable: false),
                    WorkspaceId = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false),
                    Key = table.Column<string>(type: "nvarchar(128)", maxLength: 128, nullable: false),
                    NotificationId = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    Until = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_HeldKey", x => new { x.Channel, x.WorkspaceId, x.Key });
                });

            migrationBuilder.CreateTable(
                name: "LimitChange",
                columns: table => new
                {
                    LimitChangeId = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    Channel = table.Column<string>(type: "nvarchar(8)", maxLength: 8, nullable: false),
                    At = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false),
                    From = table.Column<int>(type: "int", nullable: true),
                    To = table.Column<int>(type: "int", nullable: true),
                    Cause = table.Column<string>(type: "nvarchar(400)", maxLength: 400, nullable: false),
                    By = table.Column<string>(type: "nvarchar(200)", maxLength: 200, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LimitChange", x => x.LimitChangeId);
                });

            migrationBuilder.CreateTable(
                name: "PermitHolder",
                columns: table => new
                {
                    Name = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false),
                    Holder = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    Count = table.Column<int>(type: "int", nullable: false),
                    Busy = table.Column<int>(type: "int", nullable: false),
                    Wanted = table.Column<int>(type: "int", nullable: false),
                    Beat = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_PermitHolder", x => new { x.Name, x.Holder });
                });

            migrationBuilder.CreateTable(
                name: "PermitLimit",
                columns: table => new
                {
                    Name = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false),
                    IsSet = table.Column<bool>(type: "bit", nullable: false),
                    Permits = table.Column<int>(type: "int", nullable: true),
                    SetBy = table.Column<string>(type: "nvarchar(200)", maxLength: 200, nullable: true),
                    SetAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: true),
                    Lowered = table.Column<int>(type: "int", nullable: true),
                    LoweredAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: true),
                    UsualLatency = table.Column<long>(type: "bigint", nullable: true),
                    HeldUntil = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: true),
                    Tokens = table.Column<double>(type: "float", nullable: false),
                    TokensAt = table.Column<DateTime>(type: "datetime2", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_PermitLimit", x => x.Name);
                });

            migrationBuilder.CreateTable(
                name: "Round",
                columns: table => new
                {
                    Channel = table.Column<string>(type: "nvarchar(8)", maxLength: 8, nullable: false),
                    Last = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: true),
                    Deficit = table.Column<int>(type: "int", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Round", x => x.Channel);
                });

            migrationBuilder.CreateTable(
                name: "Tier",
                columns: table => new
                {
                    Name = table.Column<string>(type: "nvarchar(32)", maxLength: 32, nullable: false),
                    Weight = table.Column<int>(type: "int", nullable: false),
                    EmailPerSecond = table.Column<int>(type: "int", nullable: true),
                    SmsPerSecond = table.Column<int>(type: "int", nullable: true),
                    SetBy = table.Column<string>(type: "nvarchar(200)", maxLength: 200, nullable: true),
                    SetAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Tier", x => x.Name);
                });

            migrationBuilder.CreateTable(
                name: "Workspace",
                columns: table => new
                {
                    WorkspaceId = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false),
                    Tier = table.Column<string>(type: "nvarchar(32)", maxLength: 32, nullable: true),
                    IsPaused = table.Column<bool>(type: "bit", nullable: false),
                    SetBy = table.Column<string>(type: "nvarchar(200)", maxLength: 200, nullable: true),
                    SetAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: true),
                    EmailTokens = table.Column<double>(type: "float", nullable: false),
                    EmailTokensAt = table.Column<DateTime>(type: "datetime2", nullable: true),
                    SmsTokens = table.Column<double>(type: "float", nullable: false),
                    SmsTokensAt = table.Column<DateTime>(type: "datetime2", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Workspace", x => x.WorkspaceId);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Notification_Channel_WorkspaceId_Priority_QueuedAt",
                table: "Notification",
                columns: new[] { "Channel", "WorkspaceId", "Priority", "QueuedAt" },
                descending: new[] { false, false, true, false },
                filter: "\"State\" = 'Queued'");

            migrationBuilder.CreateIndex(
                name: "IX_HeldKey_Until",
                table: "HeldKey",
                column: "Until");

            migrationBuilder.CreateIndex(
                name: "IX_LimitChange_Channel_At",
                table: "LimitChange",
                columns: new[] { "Channel", "At" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "HeldKey");

            migrationBuilder.DropTable(
                name: "LimitChange");

            migrationBuilder.DropTable(
                name: "PermitHolder");

            migrationBuilder.DropTable(
                name: "PermitLimit");

            migrationBuilder.DropTable(
                name: "Round");

            migrationBuilder.DropTable(
                name: "Tier");

            migrationBuilder.DropTable(
                name: "Workspace");

            migrationBuilder.DropIndex(
                name: "IX_Notification_Channel_WorkspaceId_Priority_QueuedAt",
                table: "Notification");

            migrationBuilder.DropColumn(
                name: "Priority",
                table: "Notification");

            migrationBuilder.DropColumn(
                name: "Since",
                table: "Notification");

            migrationBuilder.AlterColumn<string>(
                name: "State",
                table: "Notification",
                type: "nvarchar(8)",
                maxLength: 8,
                nullable: false,
                oldClrType: typeof(string),
                oldType: "nvarchar(16)",
                oldMaxLength: 16);
        }
    }
}
