using Billing.Hosting.Bus;
using Billing.Persistence;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Billing.Hosting.Tests;

public sealed class When_settings_are_read
{
    [Theory]
    [InlineData("RabbitMq:Host", "", "RabbitMq:Host is not set; expected the broker's host name.")]
    [InlineData("RabbitMq:Host", "here,",
        "RabbitMq:Host is \"here,\"; expected different host names separated by commas, each with its port or without: broker-1,broker-2:5673.")]
    [InlineData("RabbitMq:Host", "here:0,there",
        "RabbitMq:Host is \"here:0,there\"; expected different host names separated by commas, each with its port or without: broker-1,broker-2:5673.")]
    [InlineData("RabbitMq:Host", "here,here:5672",
        "RabbitMq:Host is \"here,here:5672\"; expected different host names separated by commas, each with its port or without: broker-1,broker-2:5673.")]
    [InlineData("RabbitMq:Port", "56x2", "RabbitMq:Port is \"56x2\"; expected a port number from 1 to 65535.")]
    [InlineData("RabbitMq:GiveUpAfter", "1 s", "RabbitMq:GiveUpAfter is \"1 s\"; expected a time from 00:00:05 to 00:10:00.")]
    [InlineData("RabbitMq:Password", "", "RabbitMq:Password is not set; expected the password of that user.")]
    [InlineData("Urls", "http://0.0.0.0:8080",
        "The address http://0.0.0.0:8080 can be reached from other machines and Http:Keys has no key; set one, or listen on 127.0.0.1.")]
    [InlineData("Http:Keys:console:Hash", "sesame",
        "Http:Keys:console:Rights is not set; expected some of Read, Operate, Money and Personal, or All.")]
    [InlineData("Http:Keys:console:Rights", "Read",
        "Http:Keys:console:Hash is not set; expected the SHA-256 of the key, 64 hexadecimal digits; \"./billing key new\" makes both.")]
    [InlineData("Http:Keys:console:Rights", "Read, Delete",
        "Http:Keys:console:Rights is \"Read, Delete\"; expected some of Read, Operate, Money and Personal, or All.")]
    [InlineData("Http:Keys:con sole:Rights", "Read",
        "Http:Keys is \"con sole\"; expected names of up to 64 letters, digits, dots, hyphens and underscores.")]
    [InlineData("OpenTelemetry:Endpoint", "nowhere", "OpenTelemetry:Endpoint is \"nowhere\"; expected an absolute address such as http://127.0.0.1:4318.")]
    [InlineData("Database:ConnectionString", "", "Database:ConnectionString is not set; expected the connection string of this service's database.")]
    [InlineData("Database:ConnectionString", "Host=one,two;Database=billing;Target Session Attributes=prefer-standby",
        "Target Session Attributes of Database:ConnectionString is \"prefer-standby\"; expected primary or read-write, because the service writes.")]
    [InlineData("Database:ReadReplica", "yes", "Database:ReadReplica is \"yes\"; expected true or false.")]
    [InlineData("Database:ReadReplica", "true",
        "Database:ReadReplica is \"true\"; expected false, or a Database:ConnectionString that names the replica's host, too.")]
    [InlineData("Database:Provider", "Oracle", "Database:Provider is \"Oracle\"; expected Postgres or SqlServer.")]
    public void Should_refuse_to_start_and_say_which_setting_is_wrong(string key, string value, string text)
    {
        var refused = Assert.Throws<SettingsException>(() => Build(new() { [key] = value }));
        Assert.Equal(text, refused.Message);
    }

    [Fact]
    public void Should_never_show_the_password_of_a_connection_string_that_cannot_be_read()
    {
        var refused = Assert.Throws<SettingsException>(() => Build(new() { ["Database:ConnectionString"] = "Host=here;Password=sesame;Nonsense=1" }));
        Assert.Contains("nonsense", refused.Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("sesame", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("here", "here:5673")]
    [InlineData("here:1", "here:1")]
    [InlineData("one, two:5,three", "one:5673 two:5 three:5673")]
    [InlineData("::1", "::1:5673")]
    public void Should_take_one_broker_or_the_nodes_of_a_cluster(string hosts, string nodes)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["RabbitMq:Host"] = hosts,
            ["RabbitMq:Port"] = "5673",
            ["RabbitMq:Username"] = "billing",
            ["RabbitMq:Password"] = "secret"
        }).Build();

        Assert.Equal(nodes, string.Join(' ', RabbitMqSettings.Read(settings).Nodes));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Server=here;Database=billing;Encrypt=true")]
    public void Should_take_either_provider(string? sqlServer) => Build(sqlServer is null
        ? [] : new() { ["Database:Provider"] = "sqlserver", ["Database:ConnectionString"] = sqlServer });

    [Theory]
    [InlineData("Host=one;Database=billing", null, 10)]
    [InlineData("Host=one,two:5433;Database=billing", "primary", 2)]
    [InlineData("Host=one,two;Database=billing;Target Session Attributes=read-write;Host Recheck Seconds=30", "read-write", 30)]
    public void Should_look_for_the_primary_among_several_servers(string text, string? wanted, int recheckSeconds)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Database:ConnectionString"] = text }).Build();

        var read = new NpgsqlConnectionStringBuilder(settings.ConnectionStringOfDatabase());

        Assert.Equal((wanted, recheckSeconds), (read.TargetSessionAttributes, read.HostRecheckSeconds));
    }

    [Theory]
    [InlineData("Host=one", 200, "-c jit=off")]
    [InlineData("Host=one;Max Auto Prepare=0", 0, "-c jit=off")]
    [InlineData("Host=one;Options=-c jit=on", 200, "-c jit=on")]
    public void Should_prepare_statements_and_compile_none_unless_told_otherwise(string text, int prepared, string options)
    {
        var settings = DatabaseConnection.OfPostgres(text);
        DatabaseConnection.ForManyShortStatements(settings);
        Assert.Equal((prepared, options), (settings.MaxAutoPrepare, settings.Options));
    }

    [Theory]
    [InlineData("Host=one", GssEncryptionMode.Disable)]
    [InlineData("Host=one;Gss Encryption Mode=Require", GssEncryptionMode.Require)]
    [InlineData("Host=one;Gss Encryption Mode=Prefer", GssEncryptionMode.Prefer)]
    public void Should_leave_Kerberos_alone_unless_told_otherwise(string text, GssEncryptionMode mode) =>
        Assert.Equal(mode, DatabaseConnection.OfPostgres(text).GssEncryptionMode);

    [Fact]
    public void Should_refuse_two_names_for_one_key() => Assert.Contains("has the same hash for one and two", Assert.Throws<SettingsException>(() => Build(new()
    {
        ["Http:Keys:one:Hash"] = new string('a', 64),
        ["Http:Keys:one:Rights"] = "Read",
        ["Http:Keys:two:Hash"] = new string('A', 64),
        ["Http:Keys:two:Rights"] = "All"
    })).Message, StringComparison.Ordinal);

    internal static void Build(Dictionary<string, string?> settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Urls"] = "http://127.0.0.1:0",
            ["RabbitMq:Host"] = "127.0.0.1",
            ["RabbitMq:Username"] = "billing",
            ["RabbitMq:Password"] = "secret",
            ["Database:ConnectionString"] = "Host=127.0.0.1;Database=billing",
        });
        builder.Configuration.AddInMemoryCollection(settings);
        SampleService.Configure(builder, new Journal());
        builder.AddBillingHost("sample", SampleService.ConfigureBus);
    }
}
