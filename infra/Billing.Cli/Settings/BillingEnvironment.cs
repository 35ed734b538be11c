using System.Text.RegularExpressions;
using Billing.Sealing;

namespace Billing.Cli.Settings;

/// <summary>
/// Where the broker and the services are: environment variables first, then <c>.data/environment</c> above the current folder. With a profile: what its file
/// says, and nothing else, so that one installation is never mistaken for another.
/// </summary>
public sealed partial class BillingEnvironment
{
    readonly Func<string, string?> _variable;
    readonly Dictionary<string, string> _remembered;
    readonly string? _profile;

    /// <param name="startFolder">The current one.</param>
    /// <param name="variable">An environment variable.</param>
    /// <param name="profile">The name of a file in <c>.data/profiles</c> above the current folder, or in the folder that <c>BILLING_PROFILES</c> names.</param>
    /// <exception cref="CliException">There is no such profile.</exception>
    public BillingEnvironment(string startFolder, Func<string, string?> variable, string? profile = null)
    {
        ArgumentNullException.ThrowIfNull(variable);
        (_variable, _profile) = (profile is null ? variable : _ => null, profile);
        _remembered = profile is null ? Above(startFolder, "environment") is { } file ? Read(file) : [] : Read(FileOf(profile, startFolder, variable));
    }

    public static BillingEnvironment Current { get; private set; } = new(Environment.CurrentDirectory, Environment.GetEnvironmentVariable);

    /// <summary>From now on <see cref="Current"/> is the installation that this profile describes.</summary>
    /// <exception cref="CliException">There is no such profile.</exception>
    public static void Use(string profile) => Current = new(Environment.CurrentDirectory, Environment.GetEnvironmentVariable, profile);

    /// <summary>As an operator, who may command and hear the answers; else by whatever address there is.</summary>
    public Uri RabbitMq => Address(Find("BILLING_RABBITMQ_OPERATOR") is null ? "BILLING_RABBITMQ" : "BILLING_RABBITMQ_OPERATOR");

    /// <summary>As the broker's administrator, in the same virtual host: the demo says what only a service may say.</summary>
    public Uri RabbitMqOfTheDemo => new UriBuilder(Address("BILLING_RABBITMQ")) { Path = RabbitMq.AbsolutePath }.Uri;

    public Uri MonthClose => Address("BILLING_MONTHCLOSE_URL");

    public Uri Notification => Address("BILLING_NOTIFICATION_URL");

    public Uri Scheduler => Address("BILLING_SCHEDULER_URL");

    public Uri SeatRefresh => Address("BILLING_SEATREFRESH_URL");

    public Uri Console => Address("BILLING_CONSOLE_URL");

    /// <summary>Seals under <c>BILLING_SEALING_KEY</c>, whose name is <c>BILLING_SEALING_KEY_NAME</c>, or <c>local</c>; nothing without it.</summary>
    public Sealer Sealer
    {
        get
        {
            if (Find("BILLING_SEALING_KEY") is not { } text)
                return Sealer.None;
            var (name, key) = (Find("BILLING_SEALING_KEY_NAME") ?? "local", new byte[Sealer.KeySize]);
            return Convert.TryFromBase64String(text, key, out var length) && length == Sealer.KeySize
                ? new Sealer(name, new Dictionary<string, byte[]> { [name] = key })
                : throw new CliException("BILLING_SEALING_KEY is not a key; expected 32 random bytes in base64, such as openssl rand -base64 32 gives.");
        }
    }

    public string? Find(string name) => _variable(name) is { Length: > 0 } value ? value : _remembered.GetValueOrDefault(name);

    Uri Address(string name)
    {
        var text = Find(name) ?? throw new CliException(_profile is not null ? $"{name} is not set in the profile {_profile}."
            : $"{name} is not set, and there is no .data/environment above this folder. Start everything with ./billing up.");
        return Uri.TryCreate(text, UriKind.Absolute, out var address)
            ? address : throw new CliException($"{name}: not an address; expected one such as http://127.0.0.1:5000.");
    }

    static string FileOf(string profile, string startFolder, Func<string, string?> variable)
    {
        if (!Name().IsMatch(profile))
            throw new CliException($"--profile is {profile}; expected a name of letters, digits, hyphens and underscores.");
        var file = variable("BILLING_PROFILES") is { Length: > 0 } folder ? Path.Combine(folder, profile)
            : Above(startFolder, Path.Combine("profiles", profile));
        return File.Exists(file) ? file
            : throw new CliException(
                $"There is no profile {profile}: a file .data/profiles/{profile} with the addresses; ./billing compose-env makes compose.");
    }

    static string? Above(string startFolder, string name)
    {
        for (var folder = new DirectoryInfo(startFolder); folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, ".data", name) is var file && File.Exists(file))
                return file;
        return null;
    }

    static Dictionary<string, string> Read(string file) => File.ReadLines(file)
        .Select(line => line.Split('=', 2))
        .Where(pair => pair.Length == 2 && !pair[0].TrimStart().StartsWith('#'))
        .GroupBy(pair => pair[0].Trim())
        .ToDictionary(group => group.Key, group => group.Last()[1].Trim());

    [GeneratedRegex("^[A-Za-z0-9_-]+$")]
    private static partial Regex Name();
}
