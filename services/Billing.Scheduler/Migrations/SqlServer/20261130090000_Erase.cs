using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Billing.Scheduler.Migrations.SqlServer;

/// <summary>Persons who were erased.</summary>
[DbContext(typeof(SqlServerSchedulerDbContext))]
[Migration("20261130090000_Erase")]
public sealed class Erase : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            name: "ErasedContact",
            columns: table => new
            {
                AccountId = table.Column<string>(type: "nvarchar(256)", maxLength: 256, nullable: false),
                ErasedAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: false),
                ErasedBy = table.Column<string>(type: "nvarchar(400)", maxLength: 400, nullable: false)
            },
            constraints: table =>
            {
                table.PrimaryKey("PK_ErasedContact", x => x.AccountId);
            });

        migrationBuilder.CreateIndex(
            name: "IX_ErasedContact_ErasedAt",
            table: "ErasedContact",
            column: "ErasedAt");
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropTable(
            name: "ErasedContact");
    }
}
