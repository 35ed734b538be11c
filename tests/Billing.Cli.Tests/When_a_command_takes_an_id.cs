using System.Collections.Concurrent;
using System.CommandLine;
using System.Net;
using Billing.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Billing.Cli.Tests;

/// <summary>Every command that takes an id, as it is typed: what the service is asked for, and what a person reads when there is no such thing.</summary>
public sealed class When_a_command_takes_an_id(When_a_command_takes_an_id.Services services) : IClassFixture<When_a_command_takes_an_id.Services>
{
    /// <summary>The path that each asks; null for those whose id is ours, and a GUID.</summary>
    static readonly Dictionary<string, string?> Commands = new()
    {
        ["account show"] = "/api/accounts/",
        ["explain"] = "/api/explain/",
        ["invoice"] = "/api/papers/",
        ["seats explain"] = "/api/seats/explain/",
        ["letter"] = "/api/letters/",
        ["replay collection"] = "/api/replay/collections/",
        ["contact export"] = "/api/contacts/",
        ["contact erase"] = "/api/contacts/",
        ["replay charge"] = null,
        ["drift accept"] = null
    };

    /// <summary>Arguments that are no ids.</summary>
    static readonly string[] Others = ["PERIOD", "FILE", "FOLDER", "COMMAND", "JSON", "NUMBER", "BRAKE", "LIMIT", "INSTANT", "NAME", "SCHEDULE", "GUID"];

    static IEnumerable<string> Ids => [.. OddIds.All, "@acme", "@", "-x", "--help", "[red]acme[/]", "'single'", "no\u00a0break", new('é', 256)];

    public static TheoryData<string, string> Each
    {
        get
        {
            var each = new TheoryData<string, string>();
            foreach (var command in Commands.Keys)
                foreach (var id in Ids)
                    each.Add(command, id);
            return each;
        }
    }

    [Theory]
    [MemberData(nameof(Each))]
    public async Task Should_ask_for_it_as_it_is_typed(string command, string id)
    {
        // as in every program, two dashes end the options: an id may begin with one
        string[] reason = command == "drift accept" ? ["--reason", "looked at"] : command == "contact erase" ? ["--why", "asked for"] : [];
        string[] end = id.StartsWith('-') ? ["--"] : [];
        string[] typed = [.. command.Split(' '), .. reason, .. end, id];
        if (Commands[command] is not { } path)
        {
            Assert.NotEqual(0, await CommandLine.RunAsync(typed));
            Assert.Empty(services.Asked);
            return;
        }

        var said = await Assert.ThrowsAsync<CliException>(() => CommandLine.RunAsync(typed));

        Assert.True(services.Asked.TryDequeue(out var target));
        var asked = target.Split('?')[0];
        Assert.StartsWith(path, asked, StringComparison.Ordinal);
        Assert.Equal(id, Uri.UnescapeDataString(asked[path.Length..]));
        Assert.Contains($"'{id}'", said.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_be_all_of_them() =>
        Assert.Equal(Commands.Keys.Order(StringComparer.Ordinal), Leaves(CommandLine.Root(), "").Where(leaf => leaf.Command.Arguments.Any(argument => !Others.Contains(argument.Name)))
            .Select(leaf => leaf.Name).Order(StringComparer.Ordinal));

    static IEnumerable<(string Name, Command Command)> Leaves(Command command, string above) =>
        command.Subcommands.SelectMany(one => Leaves(one, $"{above} {one.Name}".Trim()).Append(($"{above} {one.Name}".Trim(), one)));

    /// <summary>Knows nothing of any id, and remembers what it was asked for as it stood on the wire.</summary>
    public sealed class Services : IAsyncLifetime
    {
        readonly WebApplication _web;

        public Services()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            _web = builder.Build();
            _web.Run(context =>
            {
                Asked.Enqueue(context.Features.Get<IHttpRequestFeature>()!.RawTarget);
                context.Response.StatusCode = (int)HttpStatusCode.NotFound;
                return Task.CompletedTask;
            });
        }

        public ConcurrentQueue<string> Asked { get; } = [];

        public async Task InitializeAsync()
        {
            await _web.StartAsync();
            // read once by the commands in this process; other tests start the program with its own
            foreach (var name in new[] { "BILLING_MONTHCLOSE_URL", "BILLING_SEATREFRESH_URL", "BILLING_NOTIFICATION_URL" })
                Environment.SetEnvironmentVariable(name, _web.Urls.First());
        }

        public async Task DisposeAsync() => await _web.DisposeAsync();
    }
}
