using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Billing.MonthClose.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Charging : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateSequence(
                name: "CreditNoteNumber");

            migrationBuilder.AddColumn<bool>(
                name: "IsRecovery",
                table: "PaymentAllocation",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<decimal>(
                name: "AmountReduced",
                table: "Invoice",
                type: "numeric(19,4)",
                precision: 19,
                scale: 4,
                nullable: false,
                defaultValue: 0m);

            migrationBuilder.AddColumn<decimal>(
                name: "CreditUsedLater",
                table: "Invoice",
                type: "numeric(19,4)",
                precision: 19,
                scale: 4,
                nullable: false,
                defaultValue: 0m);

            migrationBuilder.AddColumn<decimal>(
                name: "Recovered",
                table: "Invoice",
                type: "numeric(19,4)",
                precision: 19,
                scale: 4,
                nullable: false,
                defaultValue: 0m);

            migrationBuilder.AddColumn<Guid>(
                name: "ReplacedBy",
                table: "Invoice",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "Replaces",
                table: "Invoice",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<decimal>(
                name: "WrittenOff",
                table: "Invoice",
                type: "numeric(19,4)",
                precision: 19,
                scale: 4,
                nullable: false,
                defaultValue: 0m);

            migrationBuilder.AddColumn<bool>(
                name: "ByHand",
                table: "Hold",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "LiftedBy",
                table: "Hold",
                type: "character varying(128)",
                maxLength: 128,
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "LiftedByPayment",
                table: "Hold",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<string>(
                name: "PlacedBy",
                table: "Hold",
                type: "character varying(128)",
                maxLength: 128,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Times",
                table: "Hold",
                type: "integer",
                nullable: false,
                defaultValue: 1);

            migrationBuilder.AddColumn<string>(
                name: "CameFrom",
                table: "Collection",
                type: "character varying(32)",
                maxLength: 32,
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "NextTry",
                table: "Collection",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Outages",
                table: "Collection",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "Reason",
                table: "Collection",
                type: "character varying(1000)",
                maxLength: 1000,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Round",
                table: "Collection",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "StartedAt",
                table: "Collection",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "AskUntil",
                table: "Charge",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Origin",
                table: "Charge",
                type: "character varying(16)",
                maxLength: 16,
                nullable: false,
                defaultValue: "Close");

            migrationBuilder.AddColumn<decimal>(
                name: "Refunded",
                table: "Charge",
                type: "numeric(19,4)",
                precision: 19,
                scale: 4,
                nullable: false,
                defaultValue: 0m);

            migrationBuilder.AddColumn<bool>(
                name: "Uncounted",
                table: "Charge",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<int>(
                name: "Tags",
                table: "Account",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "Tier",
                table: "Account",
                type: "character varying(64)",
                maxLength: 64,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "AuditEntry",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    At = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    AccountId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    SubjectKind = table.Column<string>(type: "character varying(24)", maxLength: 24, nullable: false),
                    SubjectId = table.Column<string>(type: "character varying(160)", maxLength: 160, nullable: false),
                    What = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Who = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: false),
                    Why = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true),
                    Before = table.Column<string>(type: "text", nullable: true),
                    After = table.Column<string>(type: "text", nullable: true),
                    MessageId = table.Column<Guid>(type: "uuid", nullable: true),
                    CorrelationId = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AuditEntry", x => new { x.At, x.Id });
                });

            migrationBuilder.CreateTable(
                name: "Correction",
                columns: table => new
                {
                    CorrectionId = table.Column<Guid>(type: "uuid", nullable: false),
                    Kind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    SenderId = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: false),
                    AccountId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    InvoiceId = table.Column<Guid>(type: "uuid", nullable: true),
                    Amount = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    At = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Correction", x => x.CorrectionId);
                });

            migrationBuilder.CreateTable(
                name: "CreditNote",
                columns: table => new
                {
                    CreditNoteId = table.Column<Guid>(type: "uuid", nullable: false),
                    SenderId = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: false),
                    Number = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    InvoiceId = table.Column<Guid>(type: "uuid", nullable: false),
                    AccountId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Currency = table.Column<string>(type: "character varying(3)", maxLength: 3, nullable: false),
                    Amount = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    Reduced = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    Refund = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    AccountCredit = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    Outside = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    Reason = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: false),
                    IssuedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_CreditNote", x => x.CreditNoteId);
                });

            migrationBuilder.CreateTable(
                name: "CreditNoteLine",
                columns: table => new
                {
                    CreditNoteId = table.Column<Guid>(type: "uuid", nullable: false),
                    Position = table.Column<int>(type: "integer", nullable: false),
                    InvoiceId = table.Column<Guid>(type: "uuid", nullable: false),
                    Amount = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_CreditNoteLine", x => new { x.CreditNoteId, x.Position });
                });

            migrationBuilder.CreateTable(
                name: "Drift",
                columns: table => new
                {
                    DriftId = table.Column<Guid>(type: "uuid", nullable: false),
                    Class = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    Period = table.Column<int>(type: "integer", nullable: false),
                    AccountId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Subject = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: false),
                    Detail = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: false),
                    InvoiceId = table.Column<Guid>(type: "uuid", nullable: true),
                    Level = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    State = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    Act = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: false),
                    FoundBy = table.Column<Guid>(type: "uuid", nullable: false),
                    FoundAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    LastSeenBy = table.Column<Guid>(type: "uuid", nullable: false),
                    EndedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Returns = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Drift", x => x.DriftId);
                });

            migrationBuilder.CreateTable(
                name: "DunningPlan",
                columns: table => new
                {
                    InvoiceId = table.Column<Guid>(type: "uuid", nullable: false),
                    AccountId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Policy = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: false),
                    StartedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Round = table.Column<int>(type: "integer", nullable: false),
                    CountsFrom = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Overdue = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_DunningPlan", x => x.InvoiceId);
                });

            migrationBuilder.CreateTable(
                name: "GatewayCall",
                columns: table => new
                {
                    CallId = table.Column<Guid>(type: "uuid", nullable: false),
                    Kind = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    SubjectId = table.Column<Guid>(type: "uuid", nullable: false),
                    AccountId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    InvoiceId = table.Column<Guid>(type: "uuid", nullable: true),
                    Attempt = table.Column<int>(type: "integer", nullable: false),
                    AskedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    AnsweredAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Answer = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    Code = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    Detail = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: true),
                    HttpStatus = table.Column<int>(type: "integer", nullable: true),
                    GatewayReference = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: true),
                    RequestId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    Tries = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_GatewayCall", x => x.CallId);
                });

            migrationBuilder.CreateTable(
                name: "GatewayEvent",
                columns: table => new
                {
                    EventId = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    Type = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ReceivedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Subject = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    ChargeId = table.Column<Guid>(type: "uuid", nullable: true),
                    Body = table.Column<string>(type: "text", nullable: false),
                    State = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    Note = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_GatewayEvent", x => x.EventId);
                });

            migrationBuilder.CreateTable(
                name: "Letter",
                columns: table => new
                {
                    LetterId = table.Column<Guid>(type: "uuid", nullable: false),
                    InvoiceId = table.Column<Guid>(type: "uuid", nullable: false),
                    AccountId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Template = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Attempt = table.Column<int>(type: "integer", nullable: false),
                    Cause = table.Column<Guid>(type: "uuid", nullable: true),
                    AskedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    NextTry = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Letter", x => x.LetterId);
                });

            migrationBuilder.CreateTable(
                name: "PaymentMethodChange",
                columns: table => new
                {
                    ChangeId = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: false),
                    AccountId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    PaymentMethod = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: false),
                    ChangedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    RequestedBy = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_PaymentMethodChange", x => x.ChangeId);
                });

            migrationBuilder.CreateTable(
                name: "ProviderLimit",
                columns: table => new
                {
                    Name = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    IsSet = table.Column<bool>(type: "boolean", nullable: false),
                    PerSecond = table.Column<int>(type: "integer", nullable: true),
                    NextFree = table.Column<long>(type: "bigint", nullable: false),
                    SetBy = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    SetAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ProviderLimit", x => x.Name);
                });

            migrationBuilder.CreateTable(
                name: "ReconciliationPass",
                columns: table => new
                {
                    PassId = table.Column<Guid>(type: "uuid", nullable: false),
                    Periods = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: false),
                    RequestedBy = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    StartedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    EndedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Accounts = table.Column<int>(type: "integer", nullable: false),
                    Found = table.Column<int>(type: "integer", nullable: false),
                    Repaired = table.Column<int>(type: "integer", nullable: false),
                    Parked = table.Column<int>(type: "integer", nullable: false),
                    Reported = table.Column<int>(type: "integer", nullable: false),
                    Gone = table.Column<int>(type: "integer", nullable: false),
                    Incomplete = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ReconciliationPass", x => x.PassId);
                });

            migrationBuilder.CreateTable(
                name: "Refund",
                columns: table => new
                {
                    RefundId = table.Column<Guid>(type: "uuid", nullable: false),
                    SenderId = table.Column<string>(type: "character varying(160)", maxLength: 160, nullable: false),
                    ChargeId = table.Column<Guid>(type: "uuid", nullable: false),
                    InvoiceId = table.Column<Guid>(type: "uuid", nullable: false),
                    AccountId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    CreditNoteId = table.Column<Guid>(type: "uuid", nullable: true),
                    Amount = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    Currency = table.Column<string>(type: "character varying(3)", maxLength: 3, nullable: false),
                    Reason = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: false),
                    State = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    Code = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    ChargeReference = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: false),
                    GatewayReference = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: true),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    AskedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    AnsweredAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Refund", x => x.RefundId);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Collection_CurrentState",
                table: "Collection",
                column: "CurrentState",
                filter: "\"CurrentState\" <> 'Paid'");

            migrationBuilder.AddCheckConstraint(
                name: "NoMoreRefundedThanCharged",
                table: "Charge",
                sql: "\"Refunded\" >= 0 AND \"Refunded\" <= \"Amount\"");

            migrationBuilder.CreateIndex(
                name: "IX_AuditEntry_AccountId_At",
                table: "AuditEntry",
                columns: new[] { "AccountId", "At" });

            migrationBuilder.CreateIndex(
                name: "IX_AuditEntry_SubjectId",
                table: "AuditEntry",
                column: "SubjectId");

            migrationBuilder.CreateIndex(
                name: "IX_Correction_InvoiceId",
                table: "Correction",
                column: "InvoiceId");

            migrationBuilder.CreateIndex(
                name: "IX_CreditNote_AccountId",
                table: "CreditNote",
                column: "AccountId");

            migrationBuilder.CreateIndex(
                name: "IX_CreditNote_InvoiceId",
                table: "CreditNote",
                column: "InvoiceId");

            migrationBuilder.CreateIndex(
                name: "IX_CreditNote_Number",
                table: "CreditNote",
                column: "Number",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_CreditNoteLine_InvoiceId",
                table: "CreditNoteLine",
                column: "InvoiceId");

            migrationBuilder.CreateIndex(
                name: "IX_Drift_AccountId",
                table: "Drift",
                column: "AccountId",
                filter: "\"EndedAt\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Drift_FoundAt",
                table: "Drift",
                column: "FoundAt");

            migrationBuilder.CreateIndex(
                name: "IX_DunningPlan_AccountId",
                table: "DunningPlan",
                column: "AccountId");

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

            migrationBuilder.CreateIndex(
                name: "IX_Letter_InvoiceId",
                table: "Letter",
                column: "InvoiceId");

            migrationBuilder.CreateIndex(
                name: "IX_PaymentMethodChange_AccountId",
                table: "PaymentMethodChange",
                column: "AccountId");

            migrationBuilder.CreateIndex(
                name: "IX_ReconciliationPass_StartedAt",
                table: "ReconciliationPass",
                column: "StartedAt");

            migrationBuilder.CreateIndex(
                name: "IX_Refund_AccountId",
                table: "Refund",
                column: "AccountId");

            migrationBuilder.CreateIndex(
                name: "IX_Refund_InvoiceId",
                table: "Refund",
                column: "InvoiceId");

            migrationBuilder.CreateIndex(
                name: "OneOpenRefund",
                table: "Refund",
                column: "ChargeId",
                unique: true,
                filter: "\"State\" IN ('Pending', 'Unknown')");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "AuditEntry");

            migrationBuilder.DropTable(
                name: "Correction");

            migrationBuilder.DropTable(
                name: "CreditNote");

            migrationBuilder.DropTable(
                name: "CreditNoteLine");

            migrationBuilder.DropTable(
                name: "Drift");

            migrationBuilder.DropTable(
                name: "DunningPlan");

            migrationBuilder.DropTable(
                name: "GatewayCall");

            migrationBuilder.DropTable(
                name: "GatewayEvent");

            migrationBuilder.DropTable(
                name: "Letter");

            migrationBuilder.DropTable(
                name: "PaymentMethodChange");

            migrationBuilder.DropTable(
                name: "ProviderLimit");

            migrationBuilder.DropTable(
                name: "ReconciliationPass");

            migrationBuilder.DropTable(
                name: "Refund");

            migrationBuilder.DropIndex(
                name: "IX_Collection_CurrentState",
                table: "Collection");

            migrationBuilder.DropCheckConstraint(
                name: "NoMoreRefundedThanCharged",
                table: "Charge");

            migrationBuilder.DropColumn(
                name: "IsRecovery",
                table: "PaymentAllocation");

            migrationBuilder.DropColumn(
                name: "AmountReduced",
                table: "Invoice");

            migrationBuilder.DropColumn(
                name: "CreditUsedLater",
                table: "Invoice");

            migrationBuilder.DropColumn(
                name: "Recovered",
                table: "Invoice");

            migrationBuilder.DropColumn(
                name: "ReplacedBy",
                table: "Invoice");

            migrationBuilder.DropColumn(
                name: "Replaces",
                table: "Invoice");

            migrationBuilder.DropColumn(
                name: "WrittenOff",
                table: "Invoice");

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
                name: "AskUntil",
                table: "Charge");

            migrationBuilder.DropColumn(
                name: "Origin",
                table: "Charge");

            migrationBuilder.DropColumn(
                name: "Refunded",
                table: "Charge");

            migrationBuilder.DropColumn(
                name: "Uncounted",
                table: "Charge");

            migrationBuilder.DropColumn(
                name: "Tags",
                table: "Account");

            migrationBuilder.DropColumn(
                name: "Tier",
                table: "Account");

            migrationBuilder.DropSequence(
                name: "CreditNoteNumber");
        }
    }
}
