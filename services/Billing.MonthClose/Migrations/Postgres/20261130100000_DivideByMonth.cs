using Billing.Persistence.Postgres.Months;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Billing.MonthClose.Migrations.Postgres;

/// <summary>
/// What grows for ever and goes by its age is divided by month. The model does not change: to whoever reads or writes, the table is as it was. Its key holds the
/// time, because a unique index of a divided table must; the ids are unique by how they are made.
/// </summary>
[DbContext(typeof(PostgresMonthCloseDbContext))]
[Migration("20261130100000_DivideByMonth")]
public sealed class DivideByMonth : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateMonthFunctions();
        migrationBuilder.DivideByMonth(new MonthlyTable("AuditEntry", "At", ["At", "Id"], AtLeast: 24)
        {
            Indexes = new Dictionary<string, string[]>
            {
                ["IX_AuditEntry_AccountId_At"] = ["AccountId", "At"],
                ["IX_AuditEntry_SubjectId"] = ["SubjectId"]
            }
        });
        migrationBuilder.DivideByMonth(new MonthlyTable("GatewayCall", "AskedAt", ["AskedAt", "CallId"], AtLeast: 24)
        {
            Indexes = new Dictionary<string, string[]>
            {
                ["IX_GatewayCall_AccountId_AskedAt"] = ["AccountId", "AskedAt"],
                ["IX_GatewayCall_SubjectId"] = ["SubjectId"]
            }
        });
        migrationBuilder.DivideByMonth(new MonthlyTable("SagaEntry", "TakenAt", ["TakenAt", "Number"], AtLeast: 1)
        {
            Numbered = "Number",
            Indexes = new Dictionary<string, string[]>
            {
                ["IX_SagaEntry_SagaId_Number"] = ["SagaId", "Number"],
                ["IX_SagaEntry_TakenAt"] = ["TakenAt"]
            }
        });
    }
}
