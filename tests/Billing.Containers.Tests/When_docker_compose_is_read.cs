using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Billing.Containers.Tests;

/// <summary>What holds of every container of both compose files, without an engine that runs them.</summary>
public sealed partial class When_docker_compose_is_read
{
    /// <summary>Nothing in them can ask: the first two have no shell, the next end or do nothing.</summary>
    static readonly string[] WithoutHealth = ["collector", "jaeger", "databases", "month-close-network"];

    public static TheoryData<string> Files => [.. ComposeFile.Names];

    [Theory, MemberData(nameof(Files))]
    public void Should_open_ports_on_this_machine_only(string file)
    {
        var ports = ComposeFile.Read(file).Services.SelectMany(service => service.List("ports")).ToList();
        Assert.NotEmpty(ports);
        Assert.All(ports, port => Assert.Matches(@"^127\.0\.0\.1:\d+:\d+$", port));
        Assert.Equal(ports.Count, ports.Distinct().Count());
    }

    [Theory, MemberData(nameof(Files))]
    public void Should_start_each_again_but_the_one_that_ends(string file) => Assert.All(ComposeFile.Read(file).Services, service =>
        Assert.Equal(service.Name == "databases" ? "no" : "unless-stopped", service.Text("restart")));

    [Theory, MemberData(nameof(Files))]
    public void Should_bound_the_memory_and_the_logs_of_each(string file) => Assert.All(ComposeFile.Read(file).Services, service =>
    {
        Assert.Matches(@"^\d+[mg]$", service.Text("mem_limit"));
        Assert.NotNull(service.Definition["logging"]?["options"]?["max-size"]);
    });

    [Fact]
    public void Should_leave_sql_server_less_than_its_container_has()
    {
        var server = ComposeFile.Read("docker-compose.yml")["sqlserver"];
        Assert.Equal("3g", server.Text("mem_limit"));
        Assert.InRange(int.Parse(server.Environment["MSSQL_MEMORY_LIMIT_MB"], null), 1024, 2560);
    }

    [Theory, MemberData(nameof(Files))]
    public void Should_name_a_version_of_each_image(string file) => Assert.All(ComposeFile.Read(file).Services.Where(service => !service.IsOurs), service =>
    {
        Assert.Matches(Version(), service.Text("image"));
        Assert.DoesNotContain("latest", service.Text("image"), StringComparison.Ordinal);
    });

    [Theory, MemberData(nameof(Files))]
    public void Should_ask_each_whether_it_is_well(string file) => Assert.All(ComposeFile.Read(file).Services, service =>
        Assert.Equal(WithoutHealth.Contains(service.Name), service.Definition["healthcheck"]?["test"] is null));

    [Theory, MemberData(nameof(Files))]
    public void Should_let_our_programs_do_no_more_than_they_need(string file)
    {
        var ours = ComposeFile.Read(file).Services.Where(service => service.IsOurs).ToList();
        Assert.Equal(6, ours.Count);
        Assert.All(ours, service =>
        {
            Assert.Equal("true", service.Text("read_only"));
            Assert.Equal(["ALL"], service.List("cap_drop"));
            Assert.Equal(["no-new-privileges:true"], service.List("security_opt"));
            Assert.Equal(["/tmp"], service.List("tmpfs"));
            // as whom the image says, and that is not root
            Assert.Equal("", service.Text("user") + service.Text("privileged"));
            Assert.Equal("35s", service.Text("stop_grace_period"));
        });
    }

    [Theory, MemberData(nameof(Files))]
    public void Should_wait_until_what_a_host_needs_is_well(string file) => Assert.All(HostsOf(file), host =>
    {
        var waits = host.Definition["depends_on"]!;
        Assert.Equal("service_healthy", waits["rabbitmq"]!["condition"]!.ToString());
        Assert.Equal(host.Name == "console" ? null : "service_completed_successfully", waits["databases"]?["condition"]?.ToString());
    });

    static List<ComposeService> HostsOf(string file) => [.. ComposeFile.Read(file).Services.Where(service => service.IsHost)];

    /// <summary>One that joined the network of a program would stay in the dead one when that starts again.</summary>
    [Theory, MemberData(nameof(Files))]
    public void Should_share_a_network_that_no_program_takes_along(string file)
    {
        var compose = ComposeFile.Read(file);
        var joined = compose.Services.Where(service => service.Text("network_mode").Length > 0).ToList();
        Assert.Equal(["month-close", "gateway"], joined.Select(service => service.Name));
        Assert.All(joined, service => Assert.Equal("service:month-close-network", service.Text("network_mode")));
        Assert.StartsWith("registry.k8s.io/pause:", compose["month-close-network"].Text("image"), StringComparison.Ordinal);
        Assert.Equal("""["month-close"]""", compose["month-close-network"].Definition["networks"]!["default"]!["aliases"]!.ToJsonString());
    }

    [Theory, MemberData(nameof(Files))]
    public void Should_hold_no_secret_itself(string file) => Assert.All(ComposeFile.Read(file).Services, service =>
    {
        Assert.All(service.Environment.Where(variable => Settings.IsSecret(variable.Key)), variable =>
            Assert.Matches(@"^\$\{\w+(:[?-][^}]*)?\}$", variable.Value));
        Assert.All(service.Environment.Values, value => Assert.DoesNotMatch(@"(?i)password=(?!\$\{)", value));
        Assert.Null(service.Definition["build"]?["args"]?.AsObject().FirstOrDefault(argument => argument.Key != "PROJECT").Key);
    });

    [Theory, MemberData(nameof(Files))]
    public void Should_tell_the_hosts_only_settings_that_exist(string file) => Assert.All(HostsOf(file), host =>
        Assert.All(host.Environment.Keys, variable => Assert.True(Settings.Knows(variable), $"{variable} of {host} is not in docs/settings.md")));

    [Theory, MemberData(nameof(Files))]
    public void Should_give_each_host_users_of_its_own(string file)
    {
        var hosts = HostsOf(file);
        Assert.Equal(5, hosts.Select(host => host.Environment["RabbitMq__Username"]).Distinct().Count());
        Assert.All(hosts, host => Assert.Equal(host.Name, host.Environment["RabbitMq__Username"]));
        var users = hosts.SelectMany(host => host.Environment).Where(variable => variable.Key.EndsWith("ConnectionString", StringComparison.Ordinal))
            .Select(connection => User().Match(connection.Value).Groups["name"].Value).ToList();
        Assert.Equal(8, users.Distinct().Count());
        Assert.All(users, user => Assert.StartsWith("billing_", user, StringComparison.Ordinal));
    }

    [Fact]
    public void Should_differ_by_the_database_alone() => Assert.Equal(WithoutDatabase("docker-compose.yml"), WithoutDatabase("docker-compose.postgres.yml"));

    static string WithoutDatabase(string file)
    {
        var root = ComposeFile.Read(file).Root.DeepClone().AsObject();
        foreach (var anchor in root.Where(part => part.Key.StartsWith("x-", StringComparison.Ordinal)).Select(part => part.Key).ToList())
            root.Remove(anchor);
        foreach (var server in new[] { "sqlserver", "postgres" })
        {
            root["services"]!.AsObject().Remove(server);
            root["volumes"]!.AsObject().Remove(server);
        }

        root["services"]!.AsObject().Remove("databases");
        foreach (var service in root["services"]!.AsObject())
            if (service.Value!["environment"] is JsonObject environment)
                foreach (var setting in environment.Where(one => one.Key.StartsWith("Database__", StringComparison.Ordinal)).Select(one => one.Key).ToList())
                    environment.Remove(setting);
        return root.ToString();
    }

    /// <summary>At least a minor version, or a digest.</summary>
    [GeneratedRegex(@"(:v?\d+(\.\d+)+(-[\w.-]+)?|:\d{4}-CU\d+-[\w.-]+|@sha256:[0-9a-f]{64})$")]
    private static partial Regex Version();

    [GeneratedRegex("(User Id|Username)=(?<name>[^;]+)")]
    private static partial Regex User();
}
