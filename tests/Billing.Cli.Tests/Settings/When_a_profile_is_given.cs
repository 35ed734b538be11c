using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Billing.Cli.Tests.Settings;

/// <summary>The program itself, in a folder whose own installation is another one, against services that ask for a key.</summary>
public sealed class When_a_profile_is_given : IAsyncLifetime
{
    static readonly string Program = Path.Combine(
        AppContext.BaseDirectory.Replace(Path.Combine("tests", "Billing.Cli.Tests"), Path.Combine("infra", "Billing.Cli"), StringComparison.Ordinal),
            "Billing.Cli.dll");

    readonly string _folder = Directory.CreateTempSubdirectory("profile-").FullName;
    readonly WebApplication _web;

    public When_a_profile_is_given()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _web = builder.Build();
        _web.Urls.Add("http://127.0.0.1:0");
        _web.MapGet("/health/ready", () => "ready");
        _web.MapGet("/api/explain/{id}", (HttpRequest request, string id) =>
            request.Headers["X-Api-Key"] == "sesame" ? Results.Text($"the story of {id}") : Results.StatusCode(StatusCodes.Status401Unauthorized));
    }

    public async Task InitializeAsync()
    {
        await _web.StartAsync();
        Directory.CreateDirectory(Path.Combine(_folder, ".data", "profiles"));
        await File.WriteAllTextAsync(Path.Combine(_folder, ".data", "environment"), "BILLING_MONTHCLOSE_URL=http://127.0.0.1:1\n");
        var addresses = new[] { "CONSOLE", "SCHEDULER", "SEATREFRESH", "MONTHCLOSE", "NOTIFICATION" }.Select(name => $"BILLING_{name}_URL={_web.Urls.First()}");
        await File.WriteAllLinesAsync(Path.Combine(_folder, ".data", "profiles", "remote"), [.. addresses, "BILLING_API_KEY=sesame"]);
    }

    public async Task DisposeAsync()
    {
        await _web.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Should_speak_to_its_services_with_its_key()
    {
        Assert.Equal((0, "the story of INV-1"), await RunAsync("--profile", "remote", "explain", "INV-1"));
        // where it stands does not matter
        Assert.Equal((0, "the story of INV-1"), await RunAsync("explain", "INV-1", "--profile", "remote"));
        var (code, output) = await RunAsync("--profile", "remote", "status");
        Assert.Equal(0, code);
        Assert.Equal(5, output.Split('\n').Count(line => line.Contains($" ready     {_web.Urls.First()}/", StringComparison.Ordinal)));
    }

    async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments]) { WorkingDirectory = _folder, RedirectStandardOutput = true };
        // another installation, and a key of it
        start.Environment["BILLING_MONTHCLOSE_URL"] = "http://127.0.0.1:2";
        start.Environment["BILLING_API_KEY"] = "another";
        start.Environment.Remove("BILLING_PROFILES");
        using var program = Process.Start(start)!;
        var output = await program.StandardOutput.ReadToEndAsync();
        await program.WaitForExitAsync();
        return (program.ExitCode, output.TrimEnd());
    }
}
