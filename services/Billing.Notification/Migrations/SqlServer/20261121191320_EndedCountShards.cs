using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Billing.Notification.Migrations.SqlServer
{
    /// <inheritdoc />
    public partial class EndedCountShards : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropPrimaryKey(
                name: "PK_EndedCount",
                table: "EndedCount");

            migrationBuilder.AddColumn<int>(
                name: "Shard",
                table: "EndedCount",
                type: "int",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddPrimaryKey(
                name: "PK_EndedCount",
                table: "EndedCount",
                columns: new[] { "Channel", "State", "Shard" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropPrimaryKey(
                name: "PK_EndedCount",
                table: "EndedCount");

            migrationBuilder.DropColumn(
                name: "Shard",
                table: "EndedCount");

            migrationBuilder.AddPrimaryKey(
                name: "PK_EndedCount",
                table: "EndedCount",
                columns: new[] { "Channel", "State" });
        }
    }
}
