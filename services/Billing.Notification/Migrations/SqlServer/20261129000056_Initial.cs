using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Billing.Notification.Migrations.SqlServer
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "ChannelTotal",
                columns: table => new
                {
                    Channel = table.Column<string>(type: "nvarchar(8)", maxLength: 8, nullable: false),
                    Shard = table.Column<int>(type: "int", nullable: false),
                    Count = table.Column<long>(type: "bigint", nullable: false),
                    Success = table.Column<long>(type: "bigint", nullable: false),
                    Exceeded = table.Column<long>(type: "bigint", nullable: false),
                    Processing = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ChannelTotal", x => new { x.Channel, x.Shard });
                });

            migrationBuilder.CreateTable(
                name: "DeliveryReport",
                columns: table => new
                {
                    NotificationId = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    Stage = table.Column<int>(type: "int", nullable: false),
                    Reference = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: true),
                    Reason = table.Column<string>(type: "nvarchar(400)", maxLength: 400, nullable: true),
                    At = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_DeliveryReport", x => x.NotificationId);
                });

            migrationBuilder.CreateTable(
                name: "EndedCount",
                columns: table => new
                {
                    Channel = table.Column<string>(type: "nvarchar(8)", maxLength: 8, nullable: false),
                    State = table.Column<string>(type: "nvarchar(8)", maxLength: 8, nullable: false),
                    Shard = table.Column<int>(type: "int", nullable: false),
                    Count = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_EndedCount", x => new { x.Channel, x.State, x.Shard });
                });

            migrationBuilder.CreateTable(
                name: "Exceedance",
                columns: table => new
                {
                    ExceedanceId = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    WorkspaceId = table.Column<string>(type: "nvarchar(256)", maxLength: 256, nullable: false),
                    Channel = table.Column<string>(type: "nvarchar(8)", maxLength: 8, nullable: false),
                    At = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false),
                    BatchSize = table.Column<int>(type: "int", nullable: false),
                    ErrorMessage = table.Column<string>(type: "nvarchar(500)", maxLength: 500, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Exceedance", x => x.ExceedanceId);
                });

            migrationBuilder.CreateTable(
                name: "ExceedanceAlert",
                columns: table => new
                {
                    WorkspaceId = table.Column<string>(type: "nvarchar(256)", maxLength: 256, nullable: false),
                    Channel = table.Column<string>(type: "nvarchar(8)", maxLength: 8, nullable: false),
                    WindowFrom = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false),
                    At = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false),
                    Count = table.Column<int>(type: "int", nullable: false),
                    ErrorMessage = table.Column<string>(type: "nvarchar(500)", maxLength: 500, nullable: false),
                    ToldAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ExceedanceAlert", x => new { x.WorkspaceId, x.Channel, x.WindowFrom });
                });

            migrationBuilder.CreateTable(
                name: "FigureBaseline",
                columns: table => new
                {
                    Channel = table.Column<string>(type: "nvarchar(8)", maxLength: 8, nullable: false),
                    Since = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false),
                    Count = table.Column<long>(type: "bigint", nullable: false),
                    Success = table.Column<long>(type: "bigint", nullable: false),
                    Exceeded = table.Column<long>(type: "bigint", nullable: false),
                    Processing = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_FigureBaseline", x => x.Channel);
                });

            migrationBuilder.CreateTable(
                name: "FigureReset",
                columns: table => new
                {
                    ResetId = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    At = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false),
                    By = table.Column<string>(type: "nvarchar(128)", maxLength: 128, nullable: false),
                    Scope = table.Column<string>(type: "nvarchar(16)", maxLength: 16, nullable: false),
                    WorkspaceId = table.Column<string>(type: "nvarchar(256)", maxLength: 256, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_FigureReset", x => x.ResetId);
                });

            migrationBuilder.CreateTable(
                name: "HeldKey",
                columns: table => new
                {
                    Channel = table.Column<string>(type: "nvarchar(8)", maxLength: 8, nullable: false),
                    WorkspaceId = table.Column<string>(type: "nvarchar(256)", maxLength: 256, nullable: false),
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
                name: "MinuteFigure",
                columns: table => new
                {
                    Channel = table.Column<string>(type: "nvarchar(8)", maxLength: 8, nullable: false),
                    Minute = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false),
                    Shard = table.Column<int>(type: "int", nullable: false),
                    Demand = table.Column<long>(type: "bigint", nullable: false),
                    Count = table.Column<long>(type: "bigint", nullable: false),
                    Success = table.Column<long>(type: "bigint", nullable: false),
                    Exceeded = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_MinuteFigure", x => new { x.Channel, x.Minute, x.Shard });
                });

            migrationBuilder.CreateTable(
                name: "MinuteLatency",
                columns: table => new
                {
                    Channel = table.Column<string>(type: "nvarchar(8)", maxLength: 8, nullable: false),
                    Minute = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false),
                    Bucket = table.Column<int>(type: "int", nullable: false),
                    Shard = table.Column<int>(type: "int", nullable: false),
                    Count = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_MinuteLatency", x => new { x.Channel, x.Minute, x.Bucket, x.Shard });
                });

            migrationBuilder.CreateTable(
                name: "MinuteLimit",
                columns: table => new
                {
                    Channel = table.Column<string>(type: "nvarchar(8)", maxLength: 8, nullable: false),
                    Minute = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false),
                    PerSecond = table.Column<int>(type: "int", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_MinuteLimit", x => new { x.Channel, x.Minute });
                });

            migrationBuilder.CreateTable(
                name: "Notification",
                columns: table => new
                {
                    NotificationId = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    Channel = table.Column<string>(type: "nvarchar(8)", maxLength: 8, nullable: false),
                    WorkspaceId = table.Column<string>(type: "nvarchar(256)", maxLength: 256, nullable: false),
                    Recipient = table.Column<string>(type: "nvarchar(max)", nullable: false),
                    Template = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: true),
                    Values = table.Column<string>(type: "nvarchar(max)", nullable: true),
                    Subject = table.Column<string>(type: "nvarchar(max)", nullable: true),
                    Text = table.Column<string>(type: "nvarchar(max)", nullable: true),
                    State = table.Column<string>(type: "nvarchar(16)", maxLength: 16, nullable: false),
                    Reason = table.Column<string>(type: "nvarchar(1000)", maxLength: 1000, nullable: true),
                    Attempt = table.Column<int>(type: "int", nullable: false),
                    QueuedAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false),
                    Since = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: true),
                    InFavourOf = table.Column<Guid>(type: "uniqueidentifier", nullable: true),
                    Priority = table.Column<int>(type: "int", nullable: false, defaultValue: 5),
                    BusMessageId = table.Column<Guid>(type: "uniqueidentifier", nullable: true),
                    ConversationId = table.Column<Guid>(type: "uniqueidentifier", nullable: true),
                    CorrelationId = table.Column<Guid>(type: "uniqueidentifier", nullable: true),
                    TraceParent = table.Column<string>(type: "nvarchar(55)", maxLength: 55, nullable: true),
                    EndedAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: true),
                    DueAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Notification", x => x.NotificationId);
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
                    Last = table.Column<string>(type: "nvarchar(256)", maxLength: 256, nullable: true),
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
                    WorkspaceId = table.Column<string>(type: "nvarchar(256)", maxLength: 256, nullable: false),
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

            migrationBuilder.CreateTable(
                name: "WorkspaceFigure",
                columns: table => new
                {
                    WorkspaceId = table.Column<string>(type: "nvarchar(256)", maxLength: 256, nullable: false),
                    Channel = table.Column<string>(type: "nvarchar(8)", maxLength: 8, nullable: false),
                    Count = table.Column<long>(type: "bigint", nullable: false),
                    LastExceeded = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: true),
                    WindowFrom = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: true),
                    InWindow = table.Column<int>(type: "int", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_WorkspaceFigure", x => new { x.WorkspaceId, x.Channel });
                });

            migrationBuilder.CreateTable(
                name: "WorkspaceLatency",
                columns: table => new
                {
                    WorkspaceId = table.Column<string>(type: "nvarchar(256)", maxLength: 256, nullable: false),
                    Channel = table.Column<string>(type: "nvarchar(8)", maxLength: 8, nullable: false),
                    Day = table.Column<DateOnly>(type: "date", nullable: false),
                    Bucket = table.Column<int>(type: "int", nullable: false),
                    Shard = table.Column<int>(type: "int", nullable: false),
                    Count = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_WorkspaceLatency", x => new { x.Day, x.Channel, x.WorkspaceId, x.Bucket, x.Shard });
                });

            migrationBuilder.CreateIndex(
                name: "IX_Exceedance_WorkspaceId_Channel_At",
                table: "Exceedance",
                columns: new[] { "WorkspaceId", "Channel", "At" });

            migrationBuilder.CreateIndex(
                name: "IX_ExceedanceAlert_ToldAt",
                table: "ExceedanceAlert",
                column: "ToldAt",
                filter: "\"ToldAt\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_FigureReset_At",
                table: "FigureReset",
                column: "At");

            migrationBuilder.CreateIndex(
                name: "IX_HeldKey_Until",
                table: "HeldKey",
                column: "Until");

            migrationBuilder.CreateIndex(
                name: "IX_LimitChange_Channel_At",
                table: "LimitChange",
                columns: new[] { "Channel", "At" });

            migrationBuilder.CreateIndex(
                name: "IX_MinuteFigure_Minute",
                table: "MinuteFigure",
                column: "Minute");

            migrationBuilder.CreateIndex(
                name: "IX_MinuteLatency_Minute",
                table: "MinuteLatency",
                column: "Minute");

            migrationBuilder.CreateIndex(
                name: "IX_MinuteLimit_Minute",
                table: "MinuteLimit",
                column: "Minute");

            migrationBuilder.CreateIndex(
                name: "IX_Notification_EndedAt",
                table: "Notification",
                column: "EndedAt",
                filter: "\"State\" = 'Failed'");

            migrationBuilder.CreateIndex(
                name: "IX_Notification_Channel_DueAt",
                table: "Notification",
                columns: new[] { "Channel", "DueAt" },
                filter: "\"DueAt\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Notification_Channel_WorkspaceId_Priority_QueuedAt",
                table: "Notification",
                columns: new[] { "Channel", "WorkspaceId", "Priority", "QueuedAt" },
                descending: new[] { false, false, true, false },
                filter: "\"State\" = 'Queued'");

            migrationBuilder.CreateIndex(
                name: "IX_Notification_InFavourOf",
                table: "Notification",
                column: "InFavourOf",
                filter: "\"InFavourOf\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Notification_WorkspaceId_QueuedAt",
                table: "Notification",
                columns: new[] { "WorkspaceId", "QueuedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_WorkspaceFigure_Count",
                table: "WorkspaceFigure",
                column: "Count");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "ChannelTotal");

            migrationBuilder.DropTable(
                name: "DeliveryReport");

            migrationBuilder.DropTable(
                name: "EndedCount");

            migrationBuilder.DropTable(
                name: "Exceedance");

            migrationBuilder.DropTable(
                name: "ExceedanceAlert");

            migrationBuilder.DropTable(
                name: "FigureBaseline");

            migrationBuilder.DropTable(
                name: "FigureReset");

            migrationBuilder.DropTable(
                name: "HeldKey");

            migrationBuilder.DropTable(
                name: "LimitChange");

            migrationBuilder.DropTable(
                name: "MinuteFigure");

            migrationBuilder.DropTable(
                name: "MinuteLatency");

            migrationBuilder.DropTable(
                name: "MinuteLimit");

            migrationBuilder.DropTable(
                name: "Notification");

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

            migrationBuilder.DropTable(
                name: "WorkspaceFigure");

            migrationBuilder.DropTable(
                name: "WorkspaceLatency");
        }
    }
}
