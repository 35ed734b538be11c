using System.Security.Cryptography;
using System.Text;
using Billing.Cli.Settings;
using Npgsql;

namespace Billing.Cli.Backups;

/// <summary>The installation that is backed up or brought back: its databases, its broker, and where its services would answer.</summary>
sealed class BackupPlace
{
    /// <summary>Those that keep something. The gateway is somebody else's.</summary>
    public static readonly string[] Services = ["scheduler", "seatrefresh", "monthclose", "notification"];

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    readonly BillingEnvironment _environment = BillingEnvironment.Current;

    /// <summary>The administrator's connection, without a database.</summary>
    public NpgsqlConnectionStringBuilder Server => new(_environment.Find("BILLING_POSTGRES")
        ?? throw new CliException("BILLING_POSTGRES is not set: a connection string of the administrator of PostgreSQL. On SQL Server its own BACKUP "
            + "DATABASE is used, see docs/operations.md."));

    public Uri Broker => _environment.RabbitMqOfTheDemo;

    public Uri Management => Uri.TryCreate(_environment.Find("BILLING_RABBITMQ_MANAGEMENT"), UriKind.Absolute, out var address) ? address
        : throw new CliException("BILLING_RABBITMQ_MANAGEMENT is not set: the address of the broker's management API with its administrator.");

    public string DatabaseOf(string service) => _environment.Find($"BILLING_{service.ToUpperInvariant()}_DATABASE") ?? $"billing_{service}";

    public NpgsqlConnection Connection(string database) => new(new NpgsqlConnectionStringBuilder(Server.ConnectionString)
    {
        Database = database,
        Pooling = false,
        CommandTimeout = 0      // a large table is counted for as long as it takes
    }.ConnectionString);

    /// <summary>Tells the key under which contact data is sealed from every other, and says nothing else of it.</summary>
    public string? SealingKey
    {
        get
        {
            if (_environment.Find("BILLING_SEALING_KEY") is not { } key)
                return null;
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"billing backup: {key}"));
            return $"{_environment.Find("BILLING_SEALING_KEY_NAME") ?? "local"} {Convert.ToHexStringLower(hash)[..16]}";
        }
    }

    /// <exception cref="CliException">A service answers: while it works, its database and its queues are never of one moment.</exception>
    public async Task NobodyWorksAsync(string what, CancellationToken cancellation)
    {
        foreach (var service in Services)
            if (_environment.Find($"BILLING_{service.ToUpperInvariant()}_URL") is { } text && Uri.TryCreate(text, UriKind.Absolute, out var address)
                && await AnswersAsync(address, cancellation))
                throw new CliException($"{service} answers at {address}. Stop the services first, all processes of them; ./billing {what} does so by itself.");
    }

    static async Task<bool> AnswersAsync(Uri address, CancellationToken cancellation)
    {
        using var http = ServiceHttp.To(address, Patience);
        try
        {
            using var answer = await http.GetAsync(new Uri("health/live", UriKind.Relative), cancellation);
            return true;
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return false;
        }
    }
}
