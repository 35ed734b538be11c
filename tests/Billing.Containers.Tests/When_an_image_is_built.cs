using System.Text.RegularExpressions;
using Billing.Testing;

namespace Billing.Containers.Tests;

/// <summary>The Dockerfile, by reading it, and by doing what it does in a folder that holds what would be sent to the builder.</summary>
public sealed partial class When_an_image_is_built
{
    static readonly string Dockerfile = File.ReadAllText(Path.Combine(Checkout.Root, "infra/docker/Dockerfile"));

    static readonly IReadOnlyList<string> Ignored = [.. File.ReadLines(Path.Combine(Checkout.Root, ".dockerignore"))
        .Where(line => line.Length > 0 && !line.StartsWith('#'))];

    [Theory]
    [InlineData("services/Billing.MonthClose/Program.cs", true)]
    [InlineData("contracts/asyncapi.json", true)]
    [InlineData("Directory.Packages.props", true)]
    [InlineData(".env", false)]
    [InlineData(".env.new", false)]
    [InlineData("services/.env", false)]
    [InlineData(".data/secrets", false)]
    [InlineData(".git/config", false)]
    [InlineData("notes.txt", false)]
    [InlineData("services/Billing.MonthClose/bin/Release/net10.0/Billing.MonthClose.dll", false)]
    [InlineData("infra/Billing.Hosting/obj/project.assets.json", false)]
    public void Should_be_sent_what_it_is_built_of_and_no_secret(string path, bool sent) => Assert.Equal(sent, IsSent(path));

    [Fact]
    public async Task Should_be_kept_out_of_the_repository_what_holds_passwords() => Assert.Equal(".env\n.env.new\n.data/profiles/compose\n",
        (await Shell.RunAsync("for file in .env .env.new .data/profiles/compose README.md; do git check-ignore --no-index $file; done; true")).Output);

    [Fact]
    public void Should_work_as_a_user_of_the_image_who_is_not_root()
    {
        var last = Dockerfile[Dockerfile.LastIndexOf("\nFROM ", StringComparison.Ordinal)..];
        Assert.Contains("\nUSER $APP_UID\n", last, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"(?m)^(ARG|ENV) .*(PASSWORD|KEY|SECRET)", Dockerfile);
        Assert.All(Base().Matches(Dockerfile), image => Assert.Matches(@":\$\{DOTNET\}$", image.Groups["image"].Value));
        Assert.Matches(@"ARG DOTNET=\d+\.\d+\n", Dockerfile);
    }

    [Fact]
    public void Should_have_its_packages_in_a_layer_of_their_own()
    {
        var restore = Dockerfile.IndexOf("RUN dotnet restore", StringComparison.Ordinal);
        var source = Dockerfile.LastIndexOf("COPY . .", StringComparison.Ordinal);
        Assert.InRange(restore, 1, source);
        Assert.Contains("--no-restore", Dockerfile[source..], StringComparison.Ordinal);
    }

    /// <summary>Of a released version, by an advisory that came later; a build of ours is broken by it.</summary>
    [Theory]
    [InlineData("", false)]
    [InlineData("-p:AdvisoriesWarn=true", true)]
    public async Task Should_not_be_broken_by_an_advisory(string option, bool warns)
    {
        var read = await Shell.RunAsync($"dotnet msbuild infra/Billing.Clock -getProperty:WarningsNotAsErrors {option}");
        Assert.True(read.Code == 0, read.Errors);
        Assert.All(new[] { "NU1901", "NU1902", "NU1903", "NU1904" }, code => Assert.Equal(warns, read.Output.Contains(code, StringComparison.Ordinal)));
        Assert.Equal(2, Regex.Count(Dockerfile, "-p:AdvisoriesWarn=true"));
    }

    /// <summary>One to two minutes for each on two cores.</summary>
    [Theory, Trait("Category", "Long")]
    [InlineData("services/Billing.MonthClose", "Database:ConnectionString")]
    [InlineData("services/Billing.Console", "RabbitMq:")]
    [InlineData("infra/Billing.SimulatedGateway", "loopback only")]
    public async Task Should_be_a_program_that_starts(string project, string said)
    {
        var top = Directory.CreateTempSubdirectory("billing-image-").FullName;
        try
        {
            foreach (var file in Directory.EnumerateFiles(Checkout.Root, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(Checkout.Root, file)).Where(IsSent))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(top, "all", file))!);
                File.Copy(Path.Combine(Checkout.Root, file), Path.Combine(top, "all", file));
            }

            foreach (var line in Steps().Matches(Dockerfile).Select(step => step.Groups["command"].Value)
                .Where(step => !step.Contains("apt-get", StringComparison.Ordinal)))
            {
                // each in the folder where the image has it, below a folder of ours
                var (at, before) = line.Contains("--parents", StringComparison.Ordinal) ? ("all", "")
                    : line.Contains("restore \"", StringComparison.Ordinal) ? ("src", $"cp -r {top}/projects/. . && ") : ("src", $"cp -r {top}/all/. . && ");
                Directory.CreateDirectory(Path.Combine(top, at));
                var command = Absolute().Replace(line, $"{top}$&");
                var done = await Shell.RunAsync(before + command, Path.Combine(top, at), new Dictionary<string, string> { ["PROJECT"] = project });
                Assert.True(done.Code == 0, $"{command}\n{done.Output}{done.Errors}");
            }

            var started = await Shell.RunAsync($"sed -i 's:/app/:{top}/app/:' {top}/app/run; Urls=http://0.0.0.0:1 {top}/app/run");
            Assert.NotEqual(0, started.Code);
            Assert.Contains(said, started.Output + started.Errors, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(top, recursive: true);
        }
    }

    /// <summary>As the engine reads <c>.dockerignore</c>: a rule is about a path or a folder above it, and the last one counts.</summary>
    static bool IsSent(string path)
    {
        var sent = true;
        foreach (var rule in Ignored)
            if (Regex.IsMatch(path, $"^{Pattern(rule.TrimStart('!'))}(/.*)?$"))
                sent = rule.StartsWith('!');
        return sent;
    }

    static string Pattern(string rule) =>
        Regex.Escape(rule).Replace(@"\*\*/", "(.*/)?", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal);

    [GeneratedRegex(@"^FROM (?<image>\S+)", RegexOptions.Multiline)]
    private static partial Regex Base();

    [GeneratedRegex(@"^RUN (?<command>(.*\\\n)*.*)$", RegexOptions.Multiline)]
    private static partial Regex Steps();

    /// <summary>The folders of the image; what the program's own script is told stays as it is.</summary>
    [GeneratedRegex(@"(?<=[ ""])/(app|projects)\b(?!/%s)")]
    private static partial Regex Absolute();
}
