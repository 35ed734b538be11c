using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Billing.MonthClose.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateSequence(
                name: "ChunkNumber");

            migrationBuilder.CreateSequence(
                name: "CreditNoteNumber");

            migrationBuilder.CreateSequence(
                name: "InvoiceNumber");

            migrationBuilder.CreateTable(
                name: "Account",
                columns: table => new
                {
                    AccountId = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false, collation: "C"),
                    Name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false, collation: "C"),
                    Currency = table.Column<string>(type: "character varying(3)", maxLength: 3, nullable: false, collation: "C"),
                    TimeZone = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    Email = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    PaymentMethod = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    GatewayCustomer = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: true, collation: "C"),
                    ManualPayment = table.Column<bool>(type: "boolean", nullable: false),
                    PaymentTermsDays = table.Column<int>(type: "integer", nullable: true),
                    Tags = table.Column<int>(type: "integer", nullable: false),
                    FeePriceCode = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true, collation: "C"),
                    Tier = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true, collation: "C"),
                    AnchorDay = table.Column<int>(type: "integer", nullable: false),
                    Country = table.Column<string>(type: "character varying(2)", maxLength: 2, nullable: true, collation: "C"),
                    Region = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true, collation: "C"),
                    TaxId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true, collation: "C"),
                    TaxExemption = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: true, collation: "C"),
                    TaxExemptThrough = table.Column<DateOnly>(type: "date", nullable: true),
                    JoinedOn = table.Column<DateOnly>(type: "date", nullable: true),
                    ClosedOn = table.Column<DateOnly>(type: "date", nullable: true),
                    Version = table.Column<int>(type: "integer", nullable: false),
                    InvoicedThrough = table.Column<int>(type: "integer", nullable: false),
                    FeeThrough = table.Column<DateOnly>(type: "date", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Account", x => x.AccountId);
                })
                .Annotation("Npgsql:StorageParameter:fillfactor", 70);

            migrationBuilder.CreateTable(
                name: "AccountBalance",
                columns: table => new
                {
                    AccountId = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false, collation: "C"),
                    Currency = table.Column<string>(type: "character varying(3)", maxLength: 3, nullable: false, collation: "C"),
                    Owed = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    Credit = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AccountBalance", x => x.AccountId);
                })
                .Annotation("Npgsql:StorageParameter:fillfactor", 50);

            migrationBuilder.CreateTable(
                name: "AccountClose",
                columns: table => new
                {
                    RunId = table.Column<Guid>(type: "uuid", nullable: false),
                    AccountId = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false, collation: "C"),
                    Chunk = table.Column<int>(type: "integer", nullable: false),
                    Step = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    Outcome = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: true),
                    ReasonCode = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true, collation: "C"),
                    Reason = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true, collation: "C"),
                    ParkedAt = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: true),
                    InvoiceId = table.Column<Guid>(type: "uuid", nullable: true),
                    PendingAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    InvoicedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    EmailedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    BookedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ClosedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AccountClose", x => new { x.RunId, x.AccountId });
                })
                .Annotation("Npgsql:StorageParameter:fillfactor", 40);

            migrationBuilder.CreateTable(
                name: "Alert",
                columns: table => new
                {
                    AlertId = table.Column<Guid>(type: "uuid", nullable: false),
                    Code = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    Subject = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: false, collation: "C"),
                    Message = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: false, collation: "C"),
                    AccountId = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: true, collation: "C"),
                    InvoiceId = table.Column<Guid>(type: "uuid", nullable: true),
                    RaisedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Alert", x => x.AlertId);
                });

            migrationBuilder.CreateTable(
                name: "AuditEntry",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    At = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    AccountId = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: true, collation: "C"),
                    SubjectKind = table.Column<string>(type: "character varying(24)", maxLength: 24, nullable: false, collation: "C"),
                    SubjectId = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: false, collation: "C"),
                    What = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    Who = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: false, collation: "C"),
                    Why = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true, collation: "C"),
                    Before = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    After = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    MessageId = table.Column<Guid>(type: "uuid", nullable: true),
                    CorrelationId = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AuditEntry", x => new { x.At, x.Id });
                });

            migrationBuilder.CreateTable(
                name: "Brake",
                columns: table => new
                {
                    Name = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, collation: "C"),
                    Currency = table.Column<string>(type: "character varying(3)", maxLength: 3, nullable: false, collation: "C"),
                    Limit = table.Column<decimal>(type: "numeric(28,4)", precision: 28, scale: 4, nullable: true),
                    SetBy = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true, collation: "C"),
                    SetAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Brake", x => new { x.Name, x.Currency });
                });

            migrationBuilder.CreateTable(
                name: "Charge",
                columns: table => new
                {
                    ChargeId = table.Column<Guid>(type: "uuid", nullable: false),
                    InvoiceId = table.Column<Guid>(type: "uuid", nullable: false),
                    AccountId = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false, collation: "C"),
                    Period = table.Column<int>(type: "integer", nullable: false),
                    Attempt = table.Column<int>(type: "integer", nullable: false),
                    Origin = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false, defaultValue: "Close"),
                    Uncounted = table.Column<bool>(type: "boolean", nullable: false, defaultValue: false),
                    Amount = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    Currency = table.Column<string>(type: "character varying(3)", maxLength: 3, nullable: false, collation: "C"),
                    PaymentMethod = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    GatewayCustomer = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: true, collation: "C"),
                    State = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    Code = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true, collation: "C"),
                    Reduced = table.Column<bool>(type: "boolean", nullable: false),
                    Drift = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    Refunded = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    GatewayReference = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: true, collation: "C"),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    AskUntil = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    AnsweredAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Charge", x => x.ChargeId);
                    table.CheckConstraint("NoMoreRefundedThanCharged", "\"Refunded\" >= 0 AND \"Refunded\" <= \"Amount\"");
                });

            migrationBuilder.CreateTable(
                name: "ChargeInquiry",
                columns: table => new
                {
                    CorrelationId = table.Column<Guid>(type: "uuid", nullable: false),
                    CurrentState = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, collation: "C"),
                    InvoiceId = table.Column<Guid>(type: "uuid", nullable: false),
                    AccountId = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false, collation: "C"),
                    Looks = table.Column<int>(type: "integer", nullable: false),
                    StartedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    DueAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    LookToken = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ChargeInquiry", x => x.CorrelationId);
                });

            migrationBuilder.CreateTable(
                name: "Chunk",
                columns: table => new
                {
                    CorrelationId = table.Column<Guid>(type: "uuid", nullable: false),
                    CurrentState = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, collation: "C"),
                    RunId = table.Column<Guid>(type: "uuid", nullable: false),
                    Number = table.Column<int>(type: "integer", nullable: false),
                    Place = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    HaltReason = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true, collation: "C"),
                    Attempt = table.Column<int>(type: "integer", nullable: false),
                    IsCancelled = table.Column<bool>(type: "boolean", nullable: false),
                    InvoicesEmailed = table.Column<bool>(type: "boolean", nullable: false),
                    ReceiptsSent = table.Column<bool>(type: "boolean", nullable: false),
                    StartedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    EndedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Chunk", x => x.CorrelationId);
                });

            migrationBuilder.CreateTable(
                name: "ChunkChange",
                columns: table => new
                {
                    RunId = table.Column<Guid>(type: "uuid", nullable: false),
                    Chunk = table.Column<int>(type: "integer", nullable: false),
                    Currency = table.Column<string>(type: "character varying(3)", maxLength: 3, nullable: false, collation: "C"),
                    Accounts = table.Column<int>(type: "integer", nullable: false),
                    Invoiced = table.Column<decimal>(type: "numeric(28,4)", precision: 28, scale: 4, nullable: false),
                    InvoicedBefore = table.Column<decimal>(type: "numeric(28,4)", precision: 28, scale: 4, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ChunkChange", x => new { x.RunId, x.Chunk, x.Currency });
                });

            migrationBuilder.CreateTable(
                name: "CloseTally",
                columns: table => new
                {
                    RunId = table.Column<Guid>(type: "uuid", nullable: false),
                    Step = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    Outcome = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false, collation: "C"),
                    ReasonCode = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    Writer = table.Column<int>(type: "integer", nullable: false),
                    Accounts = table.Column<int>(type: "integer", nullable: false),
                    Reason = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_CloseTally", x => new { x.RunId, x.Step, x.Outcome, x.ReasonCode, x.Writer });
                });

            migrationBuilder.CreateTable(
                name: "Collection",
                columns: table => new
                {
                    CorrelationId = table.Column<Guid>(type: "uuid", nullable: false),
                    CurrentState = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, collation: "C"),
                    AccountId = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false, collation: "C"),
                    Attempt = table.Column<int>(type: "integer", nullable: false),
                    Cycle = table.Column<int>(type: "integer", nullable: false),
                    Outages = table.Column<int>(type: "integer", nullable: false),
                    StartedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    NextTry = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Reason = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true, collation: "C"),
                    DueAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    RetryToken = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Collection", x => x.CorrelationId);
                });

            migrationBuilder.CreateTable(
                name: "Correction",
                columns: table => new
                {
                    CorrectionId = table.Column<Guid>(type: "uuid", nullable: false),
                    Kind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, collation: "C"),
                    SenderId = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: false, collation: "C"),
                    AccountId = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false, collation: "C"),
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
                    SenderId = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: false, collation: "C"),
                    Number = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, collation: "C"),
                    InvoiceId = table.Column<Guid>(type: "uuid", nullable: false),
                    AccountId = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false, collation: "C"),
                    Currency = table.Column<string>(type: "character varying(3)", maxLength: 3, nullable: false, collation: "C"),
                    Amount = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    Tax = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    Reduced = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    Refund = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    AccountCredit = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    Outside = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    Reason = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: false, collation: "C"),
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
                    Amount = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    Tax = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_CreditNoteLine", x => new { x.CreditNoteId, x.Position });
                });

            migrationBuilder.CreateTable(
                name: "Dispute",
                columns: table => new
                {
                    DisputeId = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: false, collation: "C"),
                    ChargeId = table.Column<Guid>(type: "uuid", nullable: false),
                    InvoiceId = table.Column<Guid>(type: "uuid", nullable: false),
                    AccountId = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false, collation: "C"),
                    Amount = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    Currency = table.Column<string>(type: "character varying(3)", maxLength: 3, nullable: false, collation: "C"),
                    State = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    BookedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ReinstatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Dispute", x => x.DisputeId);
                });

            migrationBuilder.CreateTable(
                name: "Drift",
                columns: table => new
                {
                    DriftId = table.Column<Guid>(type: "uuid", nullable: false),
                    Class = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, collation: "C"),
                    Period = table.Column<int>(type: "integer", nullable: false),
                    AccountId = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false, collation: "C"),
                    Subject = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: false, collation: "C"),
                    Detail = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: false, collation: "C"),
                    InvoiceId = table.Column<Guid>(type: "uuid", nullable: true),
                    Level = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    State = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    Act = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: false, collation: "C"),
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
                    AccountId = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false, collation: "C"),
                    Policy = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: false),
                    StartedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Cycle = table.Column<int>(type: "integer", nullable: false),
                    CountsFrom = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Overdue = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    PayBy = table.Column<DateOnly>(type: "date", nullable: true),
                    IsLetBe = table.Column<bool>(type: "boolean", nullable: false)
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
                    AccountId = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false, collation: "C"),
                    InvoiceId = table.Column<Guid>(type: "uuid", nullable: true),
                    Attempt = table.Column<int>(type: "integer", nullable: false),
                    AskedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    AnsweredAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Answer = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false, collation: "C"),
                    Code = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true, collation: "C"),
                    Detail = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: true, collation: "C"),
                    HttpStatus = table.Column<int>(type: "integer", nullable: true),
                    GatewayReference = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: true, collation: "C"),
                    RequestId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true, collation: "C"),
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
                    EventId = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false, collation: "C"),
                    Type = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false, collation: "C"),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ReceivedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Subject = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true, collation: "C"),
                    ChargeId = table.Column<Guid>(type: "uuid", nullable: true),
                    Body = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    State = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    Note = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_GatewayEvent", x => x.EventId);
                });

            migrationBuilder.CreateTable(
                name: "Hold",
                columns: table => new
                {
                    InvoiceId = table.Column<Guid>(type: "uuid", nullable: false),
                    AccountId = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false, collation: "C"),
                    Reason = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false, collation: "C"),
                    HeldAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    LiftedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ByHand = table.Column<bool>(type: "boolean", nullable: false),
                    LiftedByPayment = table.Column<bool>(type: "boolean", nullable: false),
                    PlacedBy = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: true, collation: "C"),
                    LiftedBy = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: true, collation: "C"),
                    Times = table.Column<int>(type: "integer", nullable: false, defaultValue: 1)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Hold", x => x.InvoiceId);
                });

            migrationBuilder.CreateTable(
                name: "InboxState",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    MessageId = table.Column<Guid>(type: "uuid", nullable: false),
                    ConsumerId = table.Column<Guid>(type: "uuid", nullable: false),
                    LockId = table.Column<Guid>(type: "uuid", nullable: false),
                    RowVersion = table.Column<byte[]>(type: "bytea", rowVersion: true, nullable: true),
                    Received = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    ReceiveCount = table.Column<int>(type: "integer", nullable: false),
                    ExpirationTime = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    Consumed = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    Delivered = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    LastSequenceNumber = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_InboxState", x => x.Id);
                    table.UniqueConstraint("AK_InboxState_MessageId_ConsumerId", x => new { x.MessageId, x.ConsumerId });
                });

            migrationBuilder.CreateTable(
                name: "Invoice",
                columns: table => new
                {
                    InvoiceId = table.Column<Guid>(type: "uuid", nullable: false),
                    Number = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, collation: "C"),
                    AccountId = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false, collation: "C"),
                    Period = table.Column<int>(type: "integer", nullable: false),
                    RunId = table.Column<Guid>(type: "uuid", nullable: false),
                    Currency = table.Column<string>(type: "character varying(3)", maxLength: 3, nullable: false, collation: "C"),
                    FirstDay = table.Column<DateOnly>(type: "date", nullable: false),
                    LastDay = table.Column<DateOnly>(type: "date", nullable: false),
                    Total = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    Tax = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    Carried = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    CreditApplied = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    AmountDue = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    AmountPaid = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    Status = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    AmountReduced = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    CreditUsedLater = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    WrittenOff = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    Recovered = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    Replaces = table.Column<Guid>(type: "uuid", nullable: true),
                    ReplacedBy = table.Column<Guid>(type: "uuid", nullable: true),
                    Version = table.Column<int>(type: "integer", nullable: false),
                    CarriedTo = table.Column<Guid>(type: "uuid", nullable: true),
                    IssuedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    DueOn = table.Column<DateOnly>(type: "date", nullable: false),
                    PaidAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    SellerId = table.Column<Guid>(type: "uuid", nullable: true),
                    BilledTo = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    TimeZone = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true, collation: "C"),
                    PaidBy = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Invoice", x => x.InvoiceId);
                });

            migrationBuilder.CreateTable(
                name: "InvoiceLine",
                columns: table => new
                {
                    InvoiceId = table.Column<Guid>(type: "uuid", nullable: false),
                    Position = table.Column<int>(type: "integer", nullable: false),
                    Kind = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false, collation: "C"),
                    Source = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    ServicePeriod = table.Column<int>(type: "integer", nullable: false),
                    Description = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: false, collation: "C"),
                    PriceCode = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true, collation: "C"),
                    PriceVersion = table.Column<long>(type: "bigint", nullable: true),
                    Quantity = table.Column<decimal>(type: "numeric", nullable: false),
                    UnitPrice = table.Column<decimal>(type: "numeric", nullable: false),
                    FirstDay = table.Column<DateOnly>(type: "date", nullable: false),
                    LastDay = table.Column<DateOnly>(type: "date", nullable: false),
                    Formula = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: false, collation: "C"),
                    Amount = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    TaxTreatment = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: true),
                    TaxRate = table.Column<decimal>(type: "numeric(9,6)", precision: 9, scale: 6, nullable: true),
                    TaxName = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true, collation: "C"),
                    Tax = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_InvoiceLine", x => new { x.InvoiceId, x.Position });
                });

            migrationBuilder.CreateTable(
                name: "LedgerEntry",
                columns: table => new
                {
                    TransactionId = table.Column<Guid>(type: "uuid", nullable: false),
                    Position = table.Column<int>(type: "integer", nullable: false),
                    Account = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, collation: "C"),
                    AccountId = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false, collation: "C"),
                    Currency = table.Column<string>(type: "character varying(3)", maxLength: 3, nullable: false, collation: "C"),
                    Amount = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    Month = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LedgerEntry", x => new { x.TransactionId, x.Position });
                });

            migrationBuilder.CreateTable(
                name: "LedgerMonth",
                columns: table => new
                {
                    Month = table.Column<int>(type: "integer", nullable: false),
                    ReconciledAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ProvedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LedgerMonth", x => x.Month);
                });

            migrationBuilder.CreateTable(
                name: "LedgerSubtotal",
                columns: table => new
                {
                    AccountId = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false, collation: "C"),
                    Month = table.Column<int>(type: "integer", nullable: false),
                    Entries = table.Column<int>(type: "integer", nullable: false),
                    Owed = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    Credit = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    Cash = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    Debits = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    Credits = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    OwedThrough = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    CreditThrough = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LedgerSubtotal", x => new { x.Month, x.AccountId });
                });

            migrationBuilder.CreateTable(
                name: "LedgerTransaction",
                columns: table => new
                {
                    TransactionId = table.Column<Guid>(type: "uuid", nullable: false),
                    AccountId = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false, collation: "C"),
                    Cause = table.Column<string>(type: "character varying(160)", maxLength: 160, nullable: false, collation: "C"),
                    InvoiceId = table.Column<Guid>(type: "uuid", nullable: true),
                    Currency = table.Column<string>(type: "character varying(3)", maxLength: 3, nullable: false, collation: "C"),
                    At = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LedgerTransaction", x => x.TransactionId);
                });

            migrationBuilder.CreateTable(
                name: "Letter",
                columns: table => new
                {
                    LetterId = table.Column<Guid>(type: "uuid", nullable: false),
                    InvoiceId = table.Column<Guid>(type: "uuid", nullable: false),
                    AccountId = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false, collation: "C"),
                    Template = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
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
                name: "MoneyTally",
                columns: table => new
                {
                    RunId = table.Column<Guid>(type: "uuid", nullable: false),
                    Currency = table.Column<string>(type: "character varying(3)", maxLength: 3, nullable: false, collation: "C"),
                    Close = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false, collation: "C"),
                    Writer = table.Column<int>(type: "integer", nullable: false),
                    Invoices = table.Column<int>(type: "integer", nullable: false),
                    Invoiced = table.Column<decimal>(type: "numeric(28,4)", precision: 28, scale: 4, nullable: false),
                    Tax = table.Column<decimal>(type: "numeric(28,4)", precision: 28, scale: 4, nullable: false, defaultValue: 0m),
                    CreditUsed = table.Column<decimal>(type: "numeric(28,4)", precision: 28, scale: 4, nullable: false),
                    Collected = table.Column<decimal>(type: "numeric(28,4)", precision: 28, scale: 4, nullable: false),
                    WrittenOff = table.Column<decimal>(type: "numeric(28,4)", precision: 28, scale: 4, nullable: false),
                    Recovered = table.Column<decimal>(type: "numeric(28,4)", precision: 28, scale: 4, nullable: false),
                    Open = table.Column<decimal>(type: "numeric(28,4)", precision: 28, scale: 4, nullable: false),
                    Credited = table.Column<decimal>(type: "numeric(28,4)", precision: 28, scale: 4, nullable: false),
                    Refunded = table.Column<decimal>(type: "numeric(28,4)", precision: 28, scale: 4, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_MoneyTally", x => new { x.RunId, x.Currency, x.Close, x.Writer });
                });

            migrationBuilder.CreateTable(
                name: "OutboxState",
                columns: table => new
                {
                    OutboxId = table.Column<Guid>(type: "uuid", nullable: false),
                    LockId = table.Column<Guid>(type: "uuid", nullable: false),
                    RowVersion = table.Column<byte[]>(type: "bytea", rowVersion: true, nullable: true),
                    Created = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    Delivered = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    LastSequenceNumber = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_OutboxState", x => x.OutboxId);
                });

            migrationBuilder.CreateTable(
                name: "Paper",
                columns: table => new
                {
                    PaperId = table.Column<Guid>(type: "uuid", nullable: false),
                    Format = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false, collation: "C"),
                    Sha256 = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    Length = table.Column<int>(type: "integer", nullable: false),
                    Content = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    RenderedBy = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    RenderedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Paper", x => new { x.PaperId, x.Format });
                });

            migrationBuilder.CreateTable(
                name: "PaymentAllocation",
                columns: table => new
                {
                    PaymentId = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: false, collation: "C"),
                    InvoiceId = table.Column<Guid>(type: "uuid", nullable: false),
                    Amount = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    IsRecovery = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_PaymentAllocation", x => new { x.PaymentId, x.InvoiceId });
                });

            migrationBuilder.CreateTable(
                name: "PaymentMethodChange",
                columns: table => new
                {
                    ChangeId = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: false, collation: "C"),
                    AccountId = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false, collation: "C"),
                    PaymentMethod = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ChangedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    RequestedBy = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_PaymentMethodChange", x => x.ChangeId);
                });

            migrationBuilder.CreateTable(
                name: "PermitHolder",
                columns: table => new
                {
                    Name = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    Holder = table.Column<Guid>(type: "uuid", nullable: false),
                    Count = table.Column<int>(type: "integer", nullable: false),
                    Busy = table.Column<int>(type: "integer", nullable: false),
                    Wanted = table.Column<int>(type: "integer", nullable: false),
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
                    Name = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    IsSet = table.Column<bool>(type: "boolean", nullable: false),
                    Permits = table.Column<int>(type: "integer", nullable: true),
                    SetBy = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true, collation: "C"),
                    SetAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Lowered = table.Column<int>(type: "integer", nullable: true),
                    LoweredAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    UsualLatency = table.Column<long>(type: "bigint", nullable: true),
                    HeldUntil = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Tokens = table.Column<double>(type: "double precision", nullable: false),
                    TokensAt = table.Column<DateTime>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_PermitLimit", x => x.Name);
                });

            migrationBuilder.CreateTable(
                name: "PreviewedAccount",
                columns: table => new
                {
                    PreviewId = table.Column<Guid>(type: "uuid", nullable: false),
                    AccountId = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false, collation: "C"),
                    Currency = table.Column<string>(type: "character varying(3)", maxLength: 3, nullable: false, collation: "C"),
                    Outcome = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: true),
                    ReasonCode = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true, collation: "C"),
                    Reason = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true, collation: "C"),
                    IsBilled = table.Column<bool>(type: "boolean", nullable: false),
                    Earned = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    Total = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    Tax = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    CreditApplied = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    AmountDue = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    Before = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: true),
                    Change = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    IsOutlier = table.Column<bool>(type: "boolean", nullable: false),
                    Lines = table.Column<string>(type: "text", nullable: false),
                    Fingerprint = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_PreviewedAccount", x => new { x.PreviewId, x.AccountId });
                });

            migrationBuilder.CreateTable(
                name: "Price",
                columns: table => new
                {
                    Version = table.Column<long>(type: "bigint", nullable: false),
                    PriceCode = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    Currency = table.Column<string>(type: "character varying(3)", maxLength: 3, nullable: false, collation: "C"),
                    Description = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false, collation: "C"),
                    Model = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    UnitPrice = table.Column<decimal>(type: "numeric", nullable: false),
                    MonthlyCapHours = table.Column<int>(type: "integer", nullable: false),
                    Tiers = table.Column<string>(type: "text", nullable: false),
                    TaxCategory = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    SetAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Price", x => x.Version);
                });

            migrationBuilder.CreateTable(
                name: "ReconciliationPass",
                columns: table => new
                {
                    PassId = table.Column<Guid>(type: "uuid", nullable: false),
                    Periods = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: false, collation: "C"),
                    RequestedBy = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false, collation: "C"),
                    StartedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    EndedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Accounts = table.Column<int>(type: "integer", nullable: false),
                    Found = table.Column<int>(type: "integer", nullable: false),
                    Repaired = table.Column<int>(type: "integer", nullable: false),
                    Parked = table.Column<int>(type: "integer", nullable: false),
                    Reported = table.Column<int>(type: "integer", nullable: false),
                    Gone = table.Column<int>(type: "integer", nullable: false),
                    Incomplete = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: false, collation: "C")
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
                    SenderId = table.Column<string>(type: "character varying(160)", maxLength: 160, nullable: false, collation: "C"),
                    ChargeId = table.Column<Guid>(type: "uuid", nullable: false),
                    InvoiceId = table.Column<Guid>(type: "uuid", nullable: false),
                    AccountId = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false, collation: "C"),
                    CreditNoteId = table.Column<Guid>(type: "uuid", nullable: true),
                    Amount = table.Column<decimal>(type: "numeric(19,4)", precision: 19, scale: 4, nullable: false),
                    Currency = table.Column<string>(type: "character varying(3)", maxLength: 3, nullable: false, collation: "C"),
                    Reason = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: false, collation: "C"),
                    State = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    Code = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true, collation: "C"),
                    ChargeReference = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: false, collation: "C"),
                    GatewayReference = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: true, collation: "C"),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    AskedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    AnsweredAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Refund", x => x.RefundId);
                });

            migrationBuilder.CreateTable(
                name: "RejectedUsage",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    AccountId = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false, collation: "C"),
                    UsageId = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false, collation: "C"),
                    Field = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    Value = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: true, collation: "C"),
                    Expected = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: false, collation: "C"),
                    Record = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Reference = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    ReceivedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RejectedUsage", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Run",
                columns: table => new
                {
                    CorrelationId = table.Column<Guid>(type: "uuid", nullable: false),
                    CurrentState = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, collation: "C"),
                    Period = table.Column<int>(type: "integer", nullable: false),
                    RequestedBy = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true, collation: "C"),
                    PriceVersion = table.Column<long>(type: "bigint", nullable: false),
                    PreviewId = table.Column<Guid>(type: "uuid", nullable: true),
                    StartedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    CutDone = table.Column<bool>(type: "boolean", nullable: false),
                    CancelReason = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: true, collation: "C"),
                    HaltReason = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true, collation: "C"),
                    Attempt = table.Column<int>(type: "integer", nullable: false),
                    FinalAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    GraceToken = table.Column<Guid>(type: "uuid", nullable: true),
                    PausedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    PausedBy = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true, collation: "C"),
                    PauseReason = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true, collation: "C"),
                    PauseBrake = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true, collation: "C"),
                    BrakesFrom = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    IsReportMissing = table.Column<bool>(type: "boolean", nullable: false),
                    CompletedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    SucceededAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Run", x => x.CorrelationId);
                });

            migrationBuilder.CreateTable(
                name: "RunCertificate",
                columns: table => new
                {
                    RunId = table.Column<Guid>(type: "uuid", nullable: false),
                    CertifiedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Document = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RunCertificate", x => new { x.RunId, x.CertifiedAt });
                });

            migrationBuilder.CreateTable(
                name: "RunPreview",
                columns: table => new
                {
                    PreviewId = table.Column<Guid>(type: "uuid", nullable: false),
                    Period = table.Column<int>(type: "integer", nullable: false),
                    AskedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    RequestedBy = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true, collation: "C"),
                    PriceVersion = table.Column<long>(type: "bigint", nullable: false),
                    State = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    Reason = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: true, collation: "C"),
                    ReadyAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Token = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true, collation: "C"),
                    Checks = table.Column<Guid>(type: "uuid", nullable: true),
                    AcceptChanges = table.Column<bool>(type: "boolean", nullable: false),
                    CutThrough = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: true, collation: "C"),
                    CutDone = table.Column<bool>(type: "boolean", nullable: false),
                    Accounts = table.Column<int>(type: "integer", nullable: false),
                    Computed = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RunPreview", x => x.PreviewId);
                });

            migrationBuilder.CreateTable(
                name: "RunReport",
                columns: table => new
                {
                    RunId = table.Column<Guid>(type: "uuid", nullable: false),
                    WrittenAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Csv = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RunReport", x => new { x.RunId, x.WrittenAt });
                });

            migrationBuilder.CreateTable(
                name: "SagaEntry",
                columns: table => new
                {
                    Number = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    SagaId = table.Column<Guid>(type: "uuid", nullable: false),
                    Saga = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, collation: "C"),
                    TakenAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Message = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false, collation: "C"),
                    MessageId = table.Column<Guid>(type: "uuid", nullable: true),
                    From = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true, collation: "C"),
                    To = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false, collation: "C"),
                    Body = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SagaEntry", x => x.Number);
                });

            migrationBuilder.CreateTable(
                name: "SeatLevel",
                columns: table => new
                {
                    SubscriptionId = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false, collation: "C"),
                    Version = table.Column<int>(type: "integer", nullable: false),
                    AccountId = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false, collation: "C"),
                    FirstDay = table.Column<DateOnly>(type: "date", nullable: false),
                    IsEarly = table.Column<bool>(type: "boolean", nullable: false),
                    SeatsOwed = table.Column<int>(type: "integer", nullable: false),
                    BillingPeriod = table.Column<int>(type: "integer", nullable: false),
                    AsOf = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SeatLevel", x => new { x.SubscriptionId, x.Version });
                });

            migrationBuilder.CreateTable(
                name: "Seller",
                columns: table => new
                {
                    SellerId = table.Column<Guid>(type: "uuid", nullable: false),
                    Name = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: false, collation: "C"),
                    Address = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: true, collation: "C"),
                    TaxId = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: true, collation: "C"),
                    Registration = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: true, collation: "C"),
                    Contact = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: true, collation: "C"),
                    PayTo = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Seller", x => x.SellerId);
                });

            migrationBuilder.CreateTable(
                name: "TaxRate",
                columns: table => new
                {
                    Version = table.Column<long>(type: "bigint", nullable: false),
                    Country = table.Column<string>(type: "character varying(2)", maxLength: 2, nullable: false, collation: "C"),
                    Region = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true, collation: "C"),
                    Category = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false, collation: "C"),
                    Name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false, collation: "C"),
                    Rate = table.Column<decimal>(type: "numeric(9,6)", precision: 9, scale: 6, nullable: false),
                    Inclusive = table.Column<bool>(type: "boolean", nullable: false),
                    ReverseCharge = table.Column<bool>(type: "boolean", nullable: false),
                    ValidFrom = table.Column<DateOnly>(type: "date", nullable: false),
                    SetAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_TaxRate", x => x.Version);
                });

            migrationBuilder.CreateTable(
                name: "Usage",
                columns: table => new
                {
                    AccountId = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false, collation: "C"),
                    UsageId = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false, collation: "C"),
                    Part = table.Column<int>(type: "integer", nullable: false),
                    BillingPeriod = table.Column<int>(type: "integer", nullable: false),
                    ServicePeriod = table.Column<int>(type: "integer", nullable: false),
                    FirstDay = table.Column<DateOnly>(type: "date", nullable: false),
                    LastDay = table.Column<DateOnly>(type: "date", nullable: false),
                    PriceCode = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true, collation: "C"),
                    Quantity = table.Column<decimal>(type: "numeric", nullable: false),
                    StartedHours = table.Column<long>(type: "bigint", nullable: false),
                    ResourceId = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: true, collation: "C"),
                    Cost = table.Column<decimal>(type: "numeric", nullable: true),
                    Category = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true, collation: "C"),
                    ServiceName = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true, collation: "C"),
                    Sku = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: true, collation: "C"),
                    Description = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: true, collation: "C"),
                    StartedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    EndedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ReceivedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Usage", x => new { x.AccountId, x.UsageId, x.Part });
                });

            migrationBuilder.CreateTable(
                name: "OutboxMessage",
                columns: table => new
                {
                    SequenceNumber = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    EnqueueTime = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    SentTime = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    Headers = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Properties = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    InboxMessageId = table.Column<Guid>(type: "uuid", nullable: true),
                    InboxConsumerId = table.Column<Guid>(type: "uuid", nullable: true),
                    OutboxId = table.Column<Guid>(type: "uuid", nullable: true),
                    MessageId = table.Column<Guid>(type: "uuid", nullable: false),
                    ContentType = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false, collation: "C"),
                    MessageType = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Body = table.Column<string>(type: "text", nullable: false, collation: "C")
                        .Annotation("Npgsql:Compression:", "lz4"),
                    ConversationId = table.Column<Guid>(type: "uuid", nullable: true),
                    CorrelationId = table.Column<Guid>(type: "uuid", nullable: true),
                    InitiatorId = table.Column<Guid>(type: "uuid", nullable: true),
                    RequestId = table.Column<Guid>(type: "uuid", nullable: true),
                    SourceAddress = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: true),
                    DestinationAddress = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: true),
                    ResponseAddress = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: true),
                    FaultAddress = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: true),
                    ExpirationTime = table.Column<DateTime>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_OutboxMessage", x => x.SequenceNumber);
                    table.ForeignKey(
                        name: "FK_OutboxMessage_InboxState_InboxMessageId_InboxConsumerId",
                        columns: x => new { x.InboxMessageId, x.InboxConsumerId },
                        principalTable: "InboxState",
                        principalColumns: new[] { "MessageId", "ConsumerId" });
                    table.ForeignKey(
                        name: "FK_OutboxMessage_OutboxState_OutboxId",
                        column: x => x.OutboxId,
                        principalTable: "OutboxState",
                        principalColumn: "OutboxId");
                });

            migrationBuilder.CreateIndex(
                name: "IX_AccountClose_AccountId",
                table: "AccountClose",
                column: "AccountId");

            migrationBuilder.CreateIndex(
                name: "IX_AccountClose_Chunk_RunId",
                table: "AccountClose",
                columns: new[] { "Chunk", "RunId" });

            migrationBuilder.CreateIndex(
                name: "ParkedCloses",
                table: "AccountClose",
                column: "AccountId",
                filter: "\"Step\" = 'Parked'");

            migrationBuilder.CreateIndex(
                name: "IX_Alert_Code_Subject_RaisedAt",
                table: "Alert",
                columns: new[] { "Code", "Subject", "RaisedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_AuditEntry_AccountId_At",
                table: "AuditEntry",
                columns: new[] { "AccountId", "At" });

            migrationBuilder.CreateIndex(
                name: "IX_AuditEntry_SubjectId",
                table: "AuditEntry",
                column: "SubjectId");

            migrationBuilder.CreateIndex(
                name: "ChargesOfInvoice",
                table: "Charge",
                column: "InvoiceId");

            migrationBuilder.CreateIndex(
                name: "IX_Charge_AccountId_CreatedAt",
                table: "Charge",
                columns: new[] { "AccountId", "CreatedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_Charge_GatewayReference",
                table: "Charge",
                column: "GatewayReference");

            migrationBuilder.CreateIndex(
                name: "OneOpenCharge",
                table: "Charge",
                column: "InvoiceId",
                unique: true,
                filter: "\"State\" IN ('Pending', 'Unknown')");

            migrationBuilder.CreateIndex(
                name: "OneSucceededCharge",
                table: "Charge",
                column: "InvoiceId",
                unique: true,
                filter: "\"State\" = 'Succeeded'");

            migrationBuilder.CreateIndex(
                name: "IX_ChargeInquiry_AccountId",
                table: "ChargeInquiry",
                column: "AccountId");

            migrationBuilder.CreateIndex(
                name: "IX_ChargeInquiry_CurrentState",
                table: "ChargeInquiry",
                column: "CurrentState",
                filter: "\"CurrentState\" <> 'Known'");

            migrationBuilder.CreateIndex(
                name: "IX_ChargeInquiry_InvoiceId",
                table: "ChargeInquiry",
                column: "InvoiceId");

            migrationBuilder.CreateIndex(
                name: "IX_Chunk_Number",
                table: "Chunk",
                column: "Number",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Chunk_RunId_Place_Number",
                table: "Chunk",
                columns: new[] { "RunId", "Place", "Number" });

            migrationBuilder.CreateIndex(
                name: "IX_Collection_AccountId",
                table: "Collection",
                column: "AccountId");

            migrationBuilder.CreateIndex(
                name: "IX_Collection_CurrentState",
                table: "Collection",
                column: "CurrentState",
                filter: "\"CurrentState\" <> 'Paid' AND \"CurrentState\" <> 'Ended'");

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
                name: "IX_Dispute_AccountId",
                table: "Dispute",
                column: "AccountId");

            migrationBuilder.CreateIndex(
                name: "IX_Dispute_ChargeId",
                table: "Dispute",
                column: "ChargeId");

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
                name: "IX_Hold_AccountId",
                table: "Hold",
                column: "AccountId",
                filter: "\"LiftedAt\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_InboxState_Delivered",
                table: "InboxState",
                column: "Delivered");

            migrationBuilder.CreateIndex(
                name: "IX_Invoice_AccountId",
                table: "Invoice",
                column: "AccountId",
                filter: "\"Status\" IN ('Open', 'CarriedForward')");

            migrationBuilder.CreateIndex(
                name: "IX_Invoice_AccountId_Period",
                table: "Invoice",
                columns: new[] { "AccountId", "Period" },
                unique: true,
                filter: "\"Status\" <> 'Voided'");

            migrationBuilder.CreateIndex(
                name: "IX_Invoice_Number",
                table: "Invoice",
                column: "Number",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Invoice_RunId",
                table: "Invoice",
                column: "RunId");

            migrationBuilder.CreateIndex(
                name: "IX_LedgerEntry_Month_AccountId",
                table: "LedgerEntry",
                columns: new[] { "Month", "AccountId" });

            migrationBuilder.CreateIndex(
                name: "IX_LedgerTransaction_AccountId",
                table: "LedgerTransaction",
                column: "AccountId");

            migrationBuilder.CreateIndex(
                name: "IX_LedgerTransaction_InvoiceId",
                table: "LedgerTransaction",
                column: "InvoiceId");

            migrationBuilder.CreateIndex(
                name: "IX_Letter_InvoiceId",
                table: "Letter",
                column: "InvoiceId");

            migrationBuilder.CreateIndex(
                name: "IX_OutboxMessage_EnqueueTime",
                table: "OutboxMessage",
                column: "EnqueueTime");

            migrationBuilder.CreateIndex(
                name: "IX_OutboxMessage_ExpirationTime",
                table: "OutboxMessage",
                column: "ExpirationTime");

            migrationBuilder.CreateIndex(
                name: "IX_OutboxMessage_InboxMessageId_InboxConsumerId_SequenceNumber",
                table: "OutboxMessage",
                columns: new[] { "InboxMessageId", "InboxConsumerId", "SequenceNumber" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_OutboxMessage_MessageId",
                table: "OutboxMessage",
                column: "MessageId",
                filter: "\"EnqueueTime\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_OutboxMessage_OutboxId_SequenceNumber",
                table: "OutboxMessage",
                columns: new[] { "OutboxId", "SequenceNumber" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_OutboxState_Created",
                table: "OutboxState",
                column: "Created");

            migrationBuilder.CreateIndex(
                name: "IX_PaymentAllocation_InvoiceId",
                table: "PaymentAllocation",
                column: "InvoiceId");

            migrationBuilder.CreateIndex(
                name: "IX_PaymentMethodChange_AccountId",
                table: "PaymentMethodChange",
                column: "AccountId");

            migrationBuilder.CreateIndex(
                name: "IX_Price_PriceCode_Currency_Version",
                table: "Price",
                columns: new[] { "PriceCode", "Currency", "Version" },
                unique: true);

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

            migrationBuilder.CreateIndex(
                name: "IX_RejectedUsage_AccountId",
                table: "RejectedUsage",
                column: "AccountId");

            migrationBuilder.CreateIndex(
                name: "IX_Run_Period",
                table: "Run",
                column: "Period",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_RunPreview_Period_AskedAt",
                table: "RunPreview",
                columns: new[] { "Period", "AskedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_SagaEntry_SagaId_Number",
                table: "SagaEntry",
                columns: new[] { "SagaId", "Number" });

            migrationBuilder.CreateIndex(
                name: "IX_SagaEntry_TakenAt",
                table: "SagaEntry",
                column: "TakenAt");

            migrationBuilder.CreateIndex(
                name: "IX_SeatLevel_AccountId_FirstDay",
                table: "SeatLevel",
                columns: new[] { "AccountId", "FirstDay" });

            migrationBuilder.CreateIndex(
                name: "IX_Usage_AccountId_BillingPeriod",
                table: "Usage",
                columns: new[] { "AccountId", "BillingPeriod" });

            migrationBuilder.CreateTallyTriggers();
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "Account");

            migrationBuilder.DropTable(
                name: "AccountBalance");

            migrationBuilder.DropTable(
                name: "AccountClose");

            migrationBuilder.DropTable(
                name: "Alert");

            migrationBuilder.DropTable(
                name: "AuditEntry");

            migrationBuilder.DropTable(
                name: "Brake");

            migrationBuilder.DropTable(
                name: "Charge");

            migrationBuilder.DropTable(
                name: "ChargeInquiry");

            migrationBuilder.DropTable(
                name: "Chunk");

            migrationBuilder.DropTable(
                name: "ChunkChange");

            migrationBuilder.DropTable(
                name: "CloseTally");

            migrationBuilder.DropTable(
                name: "Collection");

            migrationBuilder.DropTable(
                name: "Correction");

            migrationBuilder.DropTable(
                name: "CreditNote");

            migrationBuilder.DropTable(
                name: "CreditNoteLine");

            migrationBuilder.DropTable(
                name: "Dispute");

            migrationBuilder.DropTable(
                name: "Drift");

            migrationBuilder.DropTable(
                name: "DunningPlan");

            migrationBuilder.DropTable(
                name: "GatewayCall");

            migrationBuilder.DropTable(
                name: "GatewayEvent");

            migrationBuilder.DropTable(
                name: "Hold");

            migrationBuilder.DropTable(
                name: "Invoice");

            migrationBuilder.DropTable(
                name: "InvoiceLine");

            migrationBuilder.DropTable(
                name: "LedgerEntry");

            migrationBuilder.DropTable(
                name: "LedgerMonth");

            migrationBuilder.DropTable(
                name: "LedgerSubtotal");

            migrationBuilder.DropTable(
                name: "LedgerTransaction");

            migrationBuilder.DropTable(
                name: "Letter");

            migrationBuilder.DropTable(
                name: "MoneyTally");

            migrationBuilder.DropTable(
                name: "OutboxMessage");

            migrationBuilder.DropTable(
                name: "Paper");

            migrationBuilder.DropTable(
                name: "PaymentAllocation");

            migrationBuilder.DropTable(
                name: "PaymentMethodChange");

            migrationBuilder.DropTable(
                name: "PermitHolder");

            migrationBuilder.DropTable(
                name: "PermitLimit");

            migrationBuilder.DropTable(
                name: "PreviewedAccount");

            migrationBuilder.DropTable(
                name: "Price");

            migrationBuilder.DropTable(
                name: "ReconciliationPass");

            migrationBuilder.DropTable(
                name: "Refund");

            migrationBuilder.DropTable(
                name: "RejectedUsage");

            migrationBuilder.DropTable(
                name: "Run");

            migrationBuilder.DropTable(
                name: "RunCertificate");

            migrationBuilder.DropTable(
                name: "RunPreview");

            migrationBuilder.DropTable(
                name: "RunReport");

            migrationBuilder.DropTable(
                name: "SagaEntry");

            migrationBuilder.DropTable(
                name: "SeatLevel");

            migrationBuilder.DropTable(
                name: "Seller");

            migrationBuilder.DropTable(
                name: "TaxRate");

            migrationBuilder.DropTable(
                name: "Usage");

            migrationBuilder.DropTable(
                name: "InboxState");

            migrationBuilder.DropTable(
                name: "OutboxState");

            migrationBuilder.DropSequence(
                name: "ChunkNumber");

            migrationBuilder.DropSequence(
                name: "CreditNoteNumber");

            migrationBuilder.DropSequence(
                name: "InvoiceNumber");
        }
    }
}
