using Billing.Sealing;

namespace Billing.Cli.Settings;

/// <summary>Where the broker and the services are: environment variables first, then <c>.data/environment</c> above the current folder.</summary>
public sealed class BillingEnvironment
{
    readonly Func<string, string?> _variable;
    readonly Dictionary<string, string> _remembered;

    public BillingEnvironment(string startFolder, Func<string, string?> variable)
    {
        _variable = variable;
        _remembered = Remembered(startFolder);
    }

    public static BillingEnvironment Current { get; } = new(Environment.CurrentDirectory, Environment.GetEnvironmentVariable);

    /// <summary>As an operator, who may command and hear the answers; else by whatever address there is.</summary>
    public Uri RabbitMq => Address(Find("BILLING_RABBITMQ_OPERATOR") is null ? "BILLING_RABBITMQ" : "BILLING_RABBITMQ_OPERATOR");

    /// <summary>As the broker's administrator, in the same virtual host: the demo says what only a service may say.</summary>
    public Uri RabbitMqOfTheDemo => new UriBuilder(Address("BILLING_RABBITMQ")) { Path = RabbitMq.AbsolutePath }.Uri;

    public Uri MonthClose => Address("BILLING_MONTHCLOSE_URL");

    public Uri Notification => Address("BILLING_NOTIFICATION_URL");

    public Uri Scheduler => Address("BILLING_SCHEDULER_URL");

    public Uri SeatRefresh => Address("BILLING_SEATREFRESH_URL");

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
        var text = Find(name) ?? throw new CliException(
            $"{name} is not set, and there is no .data/environment above this folder. Start everything with ./billing up.");
        return Uri.TryCreate(text, UriKind.Absolute, out var address)
            ? address : throw new CliException($"{name}: not an address; expected one such as http://127.0.0.1:5000.");
    }

    static Dictionary<string, string> Remembered(string startFolder)
    {
        for (var folder = new DirectoryInfo(startFolder); folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, ".data", "environment") is var file && File.Exists(file))
                return File.ReadLines(file)
                    .Select(line => line.Split('=', 2))
                    .Where(pair => pair.Length == 2 && !pair[0].TrimStart().StartsWith('#'))
                    .GroupBy(pair => pair[0].Trim())
                    .ToDictionary(group => group.Key, group => group.Last()[1].Trim());
        return [];
    }
}
