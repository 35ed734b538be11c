using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Billing.SeatRefresh.Migrations.SqlServer
{
    /// <inheritdoc />
    public partial class Jobs : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Subscription_LastSeatRefreshAt_SubscriptionId",
                table: "Subscription");

            migrationBuilder.AddColumn<string>(
                name: "AlertEmail",
                table: "Subscription",
                type: "nvarchar(254)",
                maxLength: 254,
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "Claim",
                table: "Subscription",
                type: "uniqueidentifier",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Failures",
                table: "Subscription",
                type: "int",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<bool>(
                name: "GuestsAreFree",
                table: "Subscription",
                type: "bit",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "LastError",
                table: "Subscription",
                type: "nvarchar(1000)",
                maxLength: 1000,
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "NextRefreshAt",
                table: "Subscription",
                type: "datetimeoffset",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "RetryAt",
                table: "Subscription",
                type: "datetimeoffset",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "CustomRole",
                table: "Membership",
                type: "nvarchar(64)",
                maxLength: 64,
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "Raised",
                table: "Membership",
                type: "bit",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "RecordedAt",
                table: "Membership",
                type: "datetimeoffset",
                nullable: false,
                defaultValue: new DateTimeOffset(new DateTime(1, 1, 1, 0, 0, 0, 0, DateTimeKind.Unspecified), new TimeSpan(0, 0, 0, 0, 0)));

            migrationBuilder.CreateTable(
                name: "Invitation",
                columns: table => new
                {
                    NamespaceId = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false),
                    GroupId = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false),
                    Active = table.Column<bool>(type: "bit", nullable: false),
                    ChangedAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Invitation", x => new { x.NamespaceId, x.GroupId });
                });

            migrationBuilder.CreateTable(
                name: "Namespace",
                columns: table => new
                {
                    NamespaceId = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false),
                    ParentId = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: true),
                    Kind = table.Column<string>(type: "nvarchar(16)", maxLength: 16, nullable: false),
                    ChangedAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Namespace", x => x.NamespaceId);
                });

            migrationBuilder.CreateTable(
                name: "Person",
                columns: table => new
                {
                    UserId = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false),
                    Blocked = table.Column<bool>(type: "bit", nullable: false),
                    Bot = table.Column<bool>(type: "bit", nullable: false),
                    ChangedAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Person", x => x.UserId);
                });

            migrationBuilder.CreateTable(
                name: "RefreshSettings",
                columns: table => new
                {
                    Id = table.Column<int>(type: "int", nullable: false),
                    MaxRunning = table.Column<int>(type: "int", nullable: false),
                    Jobs = table.Column<string>(type: "nvarchar(8)", maxLength: 8, nullable: false),
                    Batch = table.Column<string>(type: "nvarchar(8)", maxLength: 8, nullable: false),
                    Draining = table.Column<bool>(type: "bit", nullable: false),
                    DueBy = table.Column<string>(type: "nvarchar(1000)", maxLength: 1000, nullable: true),
                    ChangedBy = table.Column<string>(type: "nvarchar(200)", maxLength: 200, nullable: true),
                    ChangedAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RefreshSettings", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "RefreshSlot",
                columns: table => new
                {
                    Number = table.Column<int>(type: "int", nullable: false),
                    LeaseId = table.Column<Guid>(type: "uniqueidentifier", nullable: true),
                    LeasedUntil = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RefreshSlot", x => x.Number);
                });

            migrationBuilder.CreateTable(
                name: "SeatAlert",
                columns: table => new
                {
                    SubscriptionId = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false),
                    TermStart = table.Column<DateOnly>(type: "date", nullable: false),
                    Kind = table.Column<string>(type: "nvarchar(32)", maxLength: 32, nullable: false),
                    Threshold = table.Column<int>(type: "int", nullable: false),
                    SaidAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SeatAlert", x => new { x.SubscriptionId, x.TermStart, x.Kind, x.Threshold });
                });

            migrationBuilder.CreateTable(
                name: "SeatDifference",
                columns: table => new
                {
                    Way = table.Column<string>(type: "nvarchar(8)", maxLength: 8, nullable: false),
                    DueAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false),
                    SubscriptionId = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false),
                    FoundAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false),
                    StoredInUse = table.Column<int>(type: "int", nullable: false),
                    StoredMaxUsed = table.Column<int>(type: "int", nullable: false),
                    StoredOwed = table.Column<int>(type: "int", nullable: false),
                    InUse = table.Column<int>(type: "int", nullable: false),
                    MaxUsed = table.Column<int>(type: "int", nullable: false),
                    Owed = table.Column<int>(type: "int", nullable: false),
                    Reason = table.Column<string>(type: "nvarchar(1000)", maxLength: 1000, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SeatDifference", x => new { x.Way, x.DueAt, x.SubscriptionId });
                });

            migrationBuilder.CreateTable(
                name: "SeatHolder",
                columns: table => new
                {
                    SubscriptionId = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false),
                    UserId = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false),
                    SeenAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false),
                    NamespaceId = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false),
                    Role = table.Column<string>(type: "nvarchar(16)", maxLength: 16, nullable: false),
                    GoneAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SeatHolder", x => new { x.SubscriptionId, x.UserId, x.SeenAt });
                });

            migrationBuilder.CreateTable(
                name: "SeatWalk",
                columns: table => new
                {
                    Way = table.Column<string>(type: "nvarchar(8)", maxLength: 8, nullable: false),
                    DueAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false),
                    StartedAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false),
                    After = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false),
                    Careful = table.Column<int>(type: "int", nullable: false),
                    Mode = table.Column<string>(type: "nvarchar(8)", maxLength: 8, nullable: false),
                    Seen = table.Column<int>(type: "int", nullable: false),
                    Differences = table.Column<int>(type: "int", nullable: false),
                    Failed = table.Column<int>(type: "int", nullable: false),
                    DoneAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SeatWalk", x => new { x.Way, x.DueAt });
                });

            migrationBuilder.CreateTable(
                name: "SlotLease",
                columns: table => new
                {
                    LeaseId = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    Slot = table.Column<int>(type: "int", nullable: false),
                    Holder = table.Column<string>(type: "nvarchar(200)", maxLength: 200, nullable: false),
                    TakenAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false),
                    LeasedUntil = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false),
                    ReleasedAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: true),
                    Counted = table.Column<int>(type: "int", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SlotLease", x => x.LeaseId);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Subscription_Claim",
                table: "Subscription",
                column: "Claim",
                filter: "\"Claim\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Subscription_LastSeatRefreshAt",
                table: "Subscription",
                column: "LastSeatRefreshAt");

            migrationBuilder.CreateIndex(
                name: "IX_Subscription_NextRefreshAt",
                table: "Subscription",
                column: "NextRefreshAt",
                filter: "\"NextRefreshAt\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Subscription_RetryAt",
                table: "Subscription",
                column: "RetryAt",
                filter: "\"RetryAt\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Namespace_ParentId",
                table: "Namespace",
                column: "ParentId");

            migrationBuilder.CreateIndex(
                name: "IX_SeatWalk_DoneAt",
                table: "SeatWalk",
                column: "DoneAt",
                filter: "\"DoneAt\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_SlotLease_TakenAt",
                table: "SlotLease",
                column: "TakenAt");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "Invitation");

            migrationBuilder.DropTable(
                name: "Namespace");

            migrationBuilder.DropTable(
                name: "Person");

            migrationBuilder.DropTable(
                name: "RefreshSettings");

            migrationBuilder.DropTable(
                name: "RefreshSlot");

            migrationBuilder.DropTable(
                name: "SeatAlert");

            migrationBuilder.DropTable(
                name: "SeatDifference");

            migrationBuilder.DropTable(
                name: "SeatHolder");

            migrationBuilder.DropTable(
                name: "SeatWalk");

            migrationBuilder.DropTable(
                name: "SlotLease");

            migrationBuilder.DropIndex(
                name: "IX_Subscription_Claim",
                table: "Subscription");

            migrationBuilder.DropIndex(
                name: "IX_Subscription_LastSeatRefreshAt",
                table: "Subscription");

            migrationBuilder.DropIndex(
                name: "IX_Subscription_NextRefreshAt",
                table: "Subscription");

            migrationBuilder.DropIndex(
                name: "IX_Subscription_RetryAt",
                table: "Subscription");

            migrationBuilder.DropColumn(
                name: "AlertEmail",
                table: "Subscription");

            migrationBuilder.DropColumn(
                name: "Claim",
                table: "Subscription");

            migrationBuilder.DropColumn(
                name: "Failures",
                table: "Subscription");

            migrationBuilder.DropColumn(
                name: "GuestsAreFree",
                table: "Subscription");

            migrationBuilder.DropColumn(
                name: "LastError",
                table: "Subscription");

            migrationBuilder.DropColumn(
                name: "NextRefreshAt",
                table: "Subscription");

            migrationBuilder.DropColumn(
                name: "RetryAt",
                table: "Subscription");

            migrationBuilder.DropColumn(
                name: "CustomRole",
                table: "Membership");

            migrationBuilder.DropColumn(
                name: "Raised",
                table: "Membership");

            migrationBuilder.DropColumn(
                name: "RecordedAt",
                table: "Membership");

            migrationBuilder.CreateIndex(
                name: "IX_Subscription_LastSeatRefreshAt_SubscriptionId",
                table: "Subscription",
                columns: new[] { "LastSeatRefreshAt", "SubscriptionId" });
        }
    }
}
