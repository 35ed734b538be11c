using System.Text.RegularExpressions;
using Billing.Testing;

namespace Billing.Containers.Tests;

/// <summary>The scripts of this machine and of the containers, and the statements that make databases.</summary>
public sealed partial class When_scripts_are_read
{
    [Fact]
    public async Task Should_please_bash()
    {
        var read = await Shell.RunAsync(string.Join(" && ", Shell.Scripts().Select(script => $"bash -n {script}")));
        Assert.True(read.Code == 0, read.Errors);
        Assert.NotEqual(0, (await Shell.RunAsync("echo 'if true; then' | bash -n")).Code);
    }

    /// <summary>sqlcmd fills in the holes, and sends what stands between two lines of GO.</summary>
    [Fact]
    public void Should_please_the_grammar_of_sql_server()
    {
        var text = File.ReadAllText(Path.Combine(Checkout.Root, "infra/sqlserver/users.sql"));
        var batches = Go().Split(Hole().Replace(text, "x")).Where(batch => batch.Trim().Length > 0).ToList();
        Assert.Equal(2, batches.Count);
        Assert.All(batches, batch => Assert.Empty(TransactSql.Faults(batch)));
        Assert.Contains("SET READ_COMMITTED_SNAPSHOT ON", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_make_a_database_and_its_two_users_on_postgres_and_be_run_again()
    {
        var server = new Npgsql.NpgsqlConnectionStringBuilder(TestServers.Postgres);
        var name = $"compose_{Guid.NewGuid():N}";
        const string Psql = """. infra/postgres/local.sh; psql() { "$(postgres_bin)/psql" -X -q -v ON_ERROR_STOP=1 "$@"; };""";
        Dictionary<string, string> environment = new()
        {
            ["PGHOST"] = server.Host!,
            ["PGPORT"] = $"{server.Port}",
            ["PGUSER"] = server.Username!,
            ["PGPASSWORD"] = server.Password!,
            ["OWNER_PASSWORD"] = "one'two",
            ["SERVICE_PASSWORD"] = "Three4"
        };
        try
        {
            for (var run = 0; run < 2; run++)
                await DoAsync($"{Psql} psql -v name={name} -d postgres -f infra/postgres/users.sql");
            await DoAsync($"""{Psql} PGPASSWORD="one'two" psql -U {name}_owner -d {name} -c 'create table one (id int)'""");
            var refused = await Shell.RunAsync($"{Psql} PGPASSWORD=Three4 psql -U {name} -d {name} -c 'create table other (id int)'", environment: environment);
            Assert.Contains("permission denied for schema public", refused.Errors, StringComparison.Ordinal);
        }
        finally
        {
            await DoAsync($"""{Psql} psql -d postgres -c 'drop database if exists {name}' -c 'drop role if exists {name}, {name}_owner'""");
        }

        async Task DoAsync(string script)
        {
            var done = await Shell.RunAsync(script, environment: environment);
            Assert.True(done.Code == 0, done.Errors);
        }
    }

    /// <summary>What a service is told of its database, on the private PostgreSQL and on a SQL Server that somebody else runs.</summary>
    [Fact]
    public async Task Should_tell_services_of_the_sql_server_that_up_was_given()
    {
        using var copy = new Shell.Copy();
        const string Sourced = """
            ROOT=$PWD DATA=$PWD/.data; for part in local/common postgres/local sqlserver/local local/services; do . infra/$part.sh; done
            secret() { echo secret; }; port() { echo 5432; };
            """;
        const string Told = "(export_database monthclose; env | grep ^Database__ | sort)";
        Assert.Equal("Database__ConnectionString=Host=127.0.0.1;Port=5432;Database=billing_monthclose;Username=billing_monthclose;Password=secret\n"
            + "Database__OwnerConnectionString=Host=127.0.0.1;Port=5432;Database=billing_monthclose;Username=billing_monthclose_owner;Password=secret\n"
            + "Database__Provider=Postgres\n", (await Shell.RunAsync(Sourced + Told, copy.Folder)).Output);
        Assert.Equal("Database__ConnectionString=Server=db,1433;User Id=u;Password=p;Database=billing_monthclose\nDatabase__Provider=SqlServer\ndb,1433\n",
            (await Shell.RunAsync($"{Sourced} begin_on_sqlserver 'Server=db,1433;User Id=u;Password=p;'; {Told}; sqlserver_name", copy.Folder)).Output);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(copy.Folder, ".data/sqlserver")));
    }

    [Theory]
    [InlineData("--database sqlserver", "a SQL Server needs --connection")]
    [InlineData("--database sqlserver --connection 'Server=x;Initial Catalog=books'", "the connection names a database")]
    [InlineData("--database oracle", "--database is oracle; expected postgres or sqlserver")]
    [InlineData("--connection 'Server=x'", "--connection goes with --database sqlserver")]
    [InlineData("--database", "--database needs a value")]
    public async Task Should_refuse_what_up_cannot_do(string arguments, string said)
    {
        using var copy = new Shell.Copy();
        var refused = await Shell.RunAsync($"./billing up {arguments}", copy.Folder);
        Assert.Equal(1, refused.Code);
        Assert.Contains(said, refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_leave_an_installation_on_the_server_that_it_began_on()
    {
        using var copy = new Shell.Copy();
        Directory.CreateDirectory(Path.Combine(copy.Folder, ".data"));
        File.WriteAllText(Path.Combine(copy.Folder, ".data/environment"), "");
        var refused = await Shell.RunAsync("./billing up --database sqlserver --connection 'Server=x;User Id=u;Password=p'", copy.Folder);
        Assert.Contains("this installation began on PostgreSQL; SQL Server needs an empty .data", refused.Errors, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^GO\s*$", RegexOptions.Multiline)]
    private static partial Regex Go();

    [GeneratedRegex(@"\$\(\w+\)")]
    private static partial Regex Hole();
}
