using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace Billing.Hosting.Tests;

public sealed class When_settings_are_read
{
    [Theory]
    [InlineData("RabbitMq:Host", "", "RabbitMq:Host is not set; expected the broker's host name.")]
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
    [InlineData(null)]
    [InlineData("Server=here;Database=billing;Encrypt=true")]
    public void Should_take_either_provider(string? sqlServer) => Build(sqlServer is null
        ? [] : new() { ["Database:Provider"] = "sqlserver", ["Database:ConnectionString"] = sqlServer });

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
