using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Billing.Chaos.Faults;
using Billing.Testing;
using Npgsql;

namespace Billing.Chaos;

/// <summary>An installation that is not chaos's own cannot be used; says why.</summary>
sealed class UnusableInstallationException(string why) : Exception(why);

/// <summary>The addresses of an installation, as they stand in a file.</summary>
/// <param name="Broker">AMQP, with the user and the password of one who may publish every command: <c>amqp://operator:…@host:5672</c>.</param>
/// <param name="Management">The HTTP API of the broker's management, with a user who may read queues and close connections.</param>
/// <param name="Databases">PostgreSQL connection strings by service, of a user who may read every table and end the sessions of others.</param>
/// <param name="MonthClose">The addresses of MonthClose's processes.</param>
/// <param name="VirtualHost">At the broker; <c>billing</c> when it is left out.</param>
/// <param name="Key">For MonthClose, with the right to read; left out where none is asked for.</param>
/// <param name="Gateway">The simulated gateway; left out where the gateway is another, whose record cannot be read here.</param>
/// <param name="Mails">The folder into which mails are put; left out where they go elsewhere.</param>
sealed record Addresses(Uri Broker, Uri Management, IReadOnlyDictionary<string, string> Databases, IReadOnlyList<Uri> MonthClose,
    string? VirtualHost = null, string? Key = null, Uri? Gateway = null, string? Mails = null)
{
    static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow
    };

    /// <exception cref="UnusableInstallationException">The file is not there, or something in it is missing or wrong.</exception>
    public static Addresses Read(string file)
    {
        try
        {
            var read = JsonSerializer.Deserialize<Addresses>(File.ReadAllText(file), Options) ?? throw new JsonException("it holds null");
            return Installation.Services.FirstOrDefault(service => !read.Databases.ContainsKey(service)) is { } missing
                ? throw new JsonException($"databases has no \"{missing}\"; expected a connection string for each of {string.Join(", ", Installation.Services)}")
                : read;
        }
        catch (Exception wrong) when (wrong is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new UnusableInstallationException($"{file} cannot be used: {wrong.Message}");
        }
    }
}

/// <summary>
/// One that was given by its addresses. Only what can be done from outside is done to it: connections to its broker and to its databases are ended. Nothing is
/// written past its commands, and its processes are not touched.
/// </summary>
sealed class GivenInstallation : Installation
{
    static readonly TimeSpan Start = TimeSpan.FromMinutes(3);

    readonly Addresses _addresses;
    readonly Dictionary<string, string> _databases;
    readonly HttpClient _management;
    readonly HttpClient? _gateway;
    readonly List<HttpClient> _monthCloses;

    GivenInstallation(Addresses addresses)
    {
        _addresses = addresses;
        // a kept connection would be one of those that are ended
        _databases = addresses.Databases.ToDictionary(one => one.Key, one => new NpgsqlConnectionStringBuilder(one.Value) { Pooling = false }.ConnectionString);
        _management = new HttpClient { BaseAddress = WithoutUser(addresses.Management) };
        _management.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic",
            Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(addresses.Management.UserInfo))));
        _gateway = addresses.Gateway is { } gateway ? new HttpClient { BaseAddress = gateway } : null;
        _monthCloses = [.. addresses.MonthClose.Select(address => new HttpClient { BaseAddress = address })];
        if (addresses.Key is { } key)
            _monthCloses.ForEach(http => http.DefaultRequestHeaders.Add("X-Api-Key", key));
    }

    public override IReadOnlyList<Uri> Brokers => [_addresses.Broker];
    public override string VirtualHost => _addresses.VirtualHost ?? base.VirtualHost;
    public override HttpClient Management => _management;
    public override HttpClient? Gateway => _gateway;
    public override string? Mails => _addresses.Mails;
    public override IReadOnlyDictionary<string, string> Databases => _databases;
    public override IEnumerable<HttpClient> MonthCloses => _monthCloses;

    /// <summary>Its leases and the times after which it asks again are those that its people chose: minutes.</summary>
    public override TimeSpan Patience => TimeSpan.FromMinutes(45);

    /// <exception cref="UnusableInstallationException">It cannot be reached, or it bills somebody already.</exception>
    public static async Task<GivenInstallation> OpenAsync(string file, Plan plan, Action<string> say)
    {
        var installation = new GivenInstallation(Addresses.Read(file));
        try
        {
            await installation.IsNobodysAsync(plan);
            say("not checked: I7 that every change of seats is counted: a subscription is due once a day, and its day is not moved");
            foreach (var (left, what) in new[] { (installation._gateway is null, "I2 with the gateway's record: no gateway is given"),
                (installation.Mails is null, "I4 with the mails that arrived: no folder is given") })
                if (left)
                    say($"not checked: {what}");
            return installation;
        }
        catch (Exception trouble) when (trouble is NpgsqlException or HttpRequestException)
        {
            await installation.DisposeAsync();
            throw new UnusableInstallationException($"the installation of {file} cannot be reached: {trouble.Message}");
        }
        catch
        {
            await installation.DisposeAsync();
            throw;
        }
    }

    /// <summary>A month is closed for all accounts that there are; so there may be none but those that chaos registers.</summary>
    async Task IsNobodysAsync(Plan plan)
    {
        if (await AskAsync<long>("monthclose", """select count(*) from "Account" """) is > 0 and var accounts)
            throw new UnusableInstallationException(string.Create(CultureInfo.InvariantCulture,
                $"it has {accounts} accounts already; expected an installation with none: each round closes a month for everybody whom it knows"));
        var first = plan.PeriodOf(1);
        if (await AskAsync<long>("monthclose", $"""select count(*) from "Run" where "Period" >= {(first.Year * 100) + first.Month}""") > 0)
            throw new UnusableInstallationException($"a month since {Plan.Text(first)} was closed there; expected one where none of the months of the rounds was");
        using var answer = await _management.GetAsync(new Uri($"api/queues/{Uri.EscapeDataString(VirtualHost)}?columns=name", UriKind.Relative));
        answer.EnsureSuccessStatusCode();
    }

    public override Mischief MischiefOf(Random dice, Tally tally, Action<string> say) => new MischiefFromAfar(this, dice, tally);

    public override Task AllAreReadyAsync() => Task.WhenAll(_monthCloses.Select(http => Eventually.HoldsAsync(async () =>
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("health/ready", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }, $"{http.BaseAddress} is ready", Start)));

    static Uri WithoutUser(Uri address) => new UriBuilder(address) { UserName = "", Password = "" }.Uri;

    public override ValueTask DisposeAsync()
    {
        _management.Dispose();
        _gateway?.Dispose();
        _monthCloses.ForEach(http => http.Dispose());
        return ValueTask.CompletedTask;
    }
}
