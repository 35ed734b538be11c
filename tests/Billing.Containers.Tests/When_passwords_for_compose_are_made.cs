using System.Security.Cryptography;
using System.Text;

namespace Billing.Containers.Tests;

/// <summary><c>./billing compose-env</c>, run in a copy of the scripts.</summary>
public sealed class When_passwords_for_compose_are_made : IDisposable
{
    readonly Shell.Copy _copy = new();

    public void Dispose() => _copy.Dispose();

    [Fact]
    public async Task Should_make_all_that_the_compose_files_take()
    {
        var values = await MakeAsync("--otel");
        foreach (var variable in ComposeFile.Names.SelectMany(file => ComposeFile.Read(file).Variables))
            Assert.True(values.GetValueOrDefault(variable) is { Length: > 0 }, $"{variable} is not made");
        Assert.Equal(("otel", "http://collector:4318"), (values["COMPOSE_PROFILES"], values["BILLING_OTLP_ENDPOINT"]));
    }

    [Fact]
    public async Task Should_make_passwords_that_every_server_takes()
    {
        var passwords = (await MakeAsync()).Where(value => value.Key.EndsWith("_PASSWORD", StringComparison.Ordinal)).Select(value => value.Value).ToList();
        Assert.Equal((18, 18), (passwords.Count, passwords.Distinct().Count()));
        // SQL Server wants three sorts of characters; a semicolon would end a connection string, a dollar begin a variable of compose
        Assert.All(passwords, password => Assert.Matches("^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])[A-Za-z0-9]{24}$", password));
    }

    [Fact]
    public async Task Should_make_keys_with_their_hashes()
    {
        var values = await MakeAsync();
        foreach (var key in new[] { "BILLING_API_KEY", "BILLING_METRICS_KEY" })
        {
            Assert.Matches("^[A-Za-z0-9_-]{43}$", values[key]);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(values[key]))), values[$"{key}_HASH"]);
        }

        Assert.All(new[] { "BILLING_SEALING_KEY", "BILLING_LINK_KEY" }, key => Assert.Equal(32, Convert.FromBase64String(values[key]).Length));
        using var certificates = ECDsa.Create();
        certificates.ImportFromPem(values["BILLING_CERTIFICATE_KEY"]);
        Assert.Equal(256, certificates.KeySize);
    }

    [Fact]
    public async Task Should_write_a_profile_that_speaks_to_what_compose_starts()
    {
        var values = await MakeAsync("postgres");
        Assert.Equal("docker-compose.postgres.yml", values["COMPOSE_FILE"]);
        var profile = Read(".data/profiles/compose");
        Assert.Equal(values["BILLING_API_KEY"], profile["BILLING_API_KEY"]);
        Assert.Equal($"amqp://operator:{values["BILLING_RABBITMQ_OPERATOR_PASSWORD"]}@127.0.0.1:5672/billing", profile["BILLING_RABBITMQ_OPERATOR"]);
        var compose = ComposeFile.Read("docker-compose.postgres.yml");
        foreach (var service in new[] { "console", "scheduler", "seat-refresh", "month-close-network", "notification" })
        {
            var port = Assert.Single(compose[service].List("ports")).Split(':')[1];
            var name = service.Replace("-network", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();
            Assert.Equal($"http://127.0.0.1:{port}", profile[$"BILLING_{name}_URL"]);
        }

        Assert.Equal(compose["month-close"].Environment["Sealing__CurrentKey"], profile["BILLING_SEALING_KEY_NAME"]);
    }

    [Fact]
    public async Task Should_keep_what_is_there_and_let_nobody_else_read_it()
    {
        var values = await MakeAsync();
        foreach (var file in new[] { ".env", ".data/profiles/compose" })
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_copy.Folder, file)));
        Assert.Equal(values, await MakeAsync());
        var refused = await Shell.RunAsync("./billing compose-env postgres", _copy.Folder);
        Assert.Equal(1, refused.Code);
        Assert.Contains("To begin anew: docker compose down --volumes", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_take_no_profile_where_it_is_about_what_is_here()
    {
        var refused = await Shell.RunAsync("./billing --profile compose down", _copy.Folder);
        Assert.Equal((1, "billing: \"down\" is about what is here; it takes no profile\n"), (refused.Code, refused.Errors));
    }

    async Task<IReadOnlyDictionary<string, string>> MakeAsync(string arguments = "")
    {
        var made = await Shell.RunAsync($"./billing compose-env {arguments}", _copy.Folder);
        Assert.True(made.Code == 0, made.Errors);
        return Read(".env");
    }

    Dictionary<string, string> Read(string file) => File.ReadLines(Path.Combine(_copy.Folder, file)).Where(line => !line.StartsWith('#'))
        .Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
}
