using Billing.Cli.Settings;

namespace Billing.Cli.Tests.Settings;

public sealed class When_the_environment_is_read : IDisposable
{
    readonly string _top = Directory.CreateTempSubdirectory("checkout-").FullName;

    public When_the_environment_is_read()
    {
        Directory.CreateDirectory(Path.Combine(_top, ".data"));
        Directory.CreateDirectory(Path.Combine(_top, "deep", "down"));
        File.WriteAllText(Path.Combine(_top, ".data", "environment"),
            "# written by ./billing up\nBILLING_RABBITMQ=amqp://guest:guest@127.0.0.1:5672\nBILLING_POSTGRES=Host=127.0.0.1;Port=5432\n");
    }

    public void Dispose() => Directory.Delete(_top, recursive: true);

    [Fact]
    public void Should_find_the_file_above_the_current_folder()
    {
        var environment = new BillingEnvironment(Path.Combine(_top, "deep", "down"), _ => null);
        Assert.Equal(5672, environment.RabbitMq.Port);
        Assert.Equal("Host=127.0.0.1;Port=5432", environment.Find("BILLING_POSTGRES"));
    }

    [Fact]
    public void Should_prefer_a_variable() =>
        Assert.Equal(9999, new BillingEnvironment(_top, name => name == "BILLING_RABBITMQ" ? "amqp://other:9999" : null).RabbitMq.Port);

    [Fact]
    public void Should_say_what_is_missing() =>
        Assert.Contains("BILLING_MONTHCLOSE_URL is not set", Assert.Throws<CliException>(() => new BillingEnvironment(_top, _ => null).MonthClose).Message);

    [Theory]
    [InlineData("")]
    [InlineData("BILLING_PROFILES")]
    public void Should_know_with_a_profile_what_its_file_says_and_nothing_else(string variable)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_top, variable.Length == 0 ? ".data" : "elsewhere", "profiles")).FullName;
        File.WriteAllText(Path.Combine(folder, "compose"), "BILLING_RABBITMQ_OPERATOR=amqp://operator:x@127.0.0.1:7777/billing\nBILLING_API_KEY=sesame\n");
        var environment = new BillingEnvironment(Path.Combine(_top, "deep"),
            name => name == variable ? folder : name == "BILLING_PROFILES" ? null : "amqp://another:1", "compose");
        Assert.Equal((7777, "sesame"), (environment.RabbitMq.Port, environment.Find("BILLING_API_KEY")));
        Assert.Null(environment.Find("BILLING_POSTGRES"));
        Assert.Equal("BILLING_MONTHCLOSE_URL is not set in the profile compose.", Assert.Throws<CliException>(() => environment.MonthClose).Message);
    }

    [Theory]
    [InlineData("nowhere", "There is no profile nowhere: a file .data/profiles/nowhere with the addresses; ./billing compose-env makes compose.")]
    [InlineData("../environment", "--profile is ../environment; expected a name of letters, digits, hyphens and underscores.")]
    public void Should_refuse_a_profile_that_is_none(string profile, string said) =>
        Assert.Equal(said, Assert.Throws<CliException>(() => new BillingEnvironment(_top, _ => null, profile)).Message);
}
