using Billing.Cli.Showing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Billing.Cli.Tests.Showing;

/// <summary>A service as it answers at <c>/health/ready</c>.</summary>
public sealed class When_the_status_is_asked_for : IAsyncLifetime
{
    readonly WebApplication _web;
    (int Status, string Body) _answer;

    public When_the_status_is_asked_for()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _web = builder.Build();
        _web.Urls.Add("http://127.0.0.1:0");
        _web.MapGet("/health/ready", context =>
        {
            context.Response.StatusCode = _answer.Status;
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(_answer.Body);
        });
    }

    public Task InitializeAsync() => _web.StartAsync();
    public async Task DisposeAsync() => await _web.DisposeAsync();

    [Theory]
    [InlineData(200, """{"status":"Healthy","checks":{"broker":{"status":"Healthy","reason":"answers"}}}""", null)]
    [InlineData(503, """{"checks":{"broker":{"status":"Healthy","reason":"answers"},"database":{"status":"Unhealthy","reason":"no answer within 3 s"}}}""",
        "database: no answer within 3 s")]
    [InlineData(502, "<html>Bad gateway</html>", "what answers is no service of ours")]
    public async Task Should_say_what_is_not_in_order(int status, string body, string? said)
    {
        _answer = (status, body);
        Assert.Equal(said, await StatusVerb.LookAsync(new Uri(_web.Urls.First()), CancellationToken.None));
    }

    [Fact]
    public async Task Should_say_that_nothing_answers()
    {
        var address = new Uri(_web.Urls.First());
        await _web.StopAsync();
        Assert.Equal("it does not answer", await StatusVerb.LookAsync(address, CancellationToken.None));
    }
}
