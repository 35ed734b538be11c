using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Billing.MonthClose.Migrations.SqlServer
{
    /// <inheritdoc />
    public partial class GatewayPermits : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
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

            // what was set at run time holds on
            migrationBuilder.Sql(
                """
                INSERT INTO "PermitLimit" ("Name", "IsSet", "Permits", "SetBy", "SetAt", "Tokens")
                SELECT "Name", "IsSet", "PerSecond", "SetBy", "SetAt", 0 FROM "ProviderLimit"
                """);

            migrationBuilder.DropTable(
                name: "ProviderLimit");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "ProviderLimit",
                columns: table => new
                {
                    Name = table.Column<string>(type: "nvarchar(64)", maxLength: 64, nullable: false),
                    IsSet = table.Column<bool>(type: "bit", nullable: false),
                    NextFree = table.Column<long>(type: "bigint", nullable: false),
                    PerSecond = table.Column<int>(type: "int", nullable: true),
                    SetAt = table.Column<DateTimeOffset>(type: "datetimeoffset", nullable: true),
                    SetBy = table.Column<string>(type: "nvarchar(200)", maxLength: 200, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ProviderLimit", x => x.Name);
                });

            migrationBuilder.Sql(
                """
                INSERT INTO "ProviderLimit" ("Name", "IsSet", "PerSecond", "SetBy", "SetAt", "NextFree")
                SELECT "Name", "IsSet", "Permits", "SetBy", "SetAt", 0 FROM "PermitLimit"
                """);

            migrationBuilder.DropTable(
                name: "PermitHolder");

            migrationBuilder.DropTable(
                name: "PermitLimit");
        }
    }
}
