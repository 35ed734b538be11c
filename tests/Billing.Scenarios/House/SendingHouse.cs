using System.Net.Http.Json;
using Billing.Contracts.Notification.V1;
using Billing.Notification.Tests.House;
using Billing.Testing;
using MassTransit;

namespace Billing.Scenarios.House;

/// <summary>Messages of a channel by state.</summary>
sealed record Counts(string Channel, long Queued, long Collected, long Sending, long Deferred, long Sent, long Failed, long Dropped);

/// <summary>Some Notification processes on one database, and the servers that receive what they send: both note when it came, by their own clocks.</summary>
sealed class SendingHouse : IAsyncDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("billing-sending-").FullName;
    readonly Dictionary<string, string> _settings;
    readonly List<ServiceProcess> _processes = [];
    IServers _servers = null!;
    IBusControl _bus = null!;

    SendingHouse(Dictionary<string, string> settings) => _settings = settings;

    public MailServer Mail { get; private set; } = null!;
    public SmsGateway Sms { get; private set; } = null!;
    public string Database { get; private set; } = "";
    public IReadOnlyList<ServiceProcess> Processes => _processes;

    public static async Task<SendingHouse> OpenAsync(int processes, params (string Key, string Value)[] settings)
    {
        var house = new SendingHouse(settings.ToDictionary(x => x.Key, x => x.Value));
        try
        {
            await house.StartAsync(processes);
            return house;
        }
        catch
        {
            await house.DisposeAsync();
            throw;
        }
    }

    async Task StartAsync(int processes)
    {
        _servers = await SharedServers.OpenAsync();
        Mail = await MailServer.StartAsync(new { quiet = true });
        Sms = await SmsGateway.StartAsync();
        var database = await _servers.AddDatabaseAsync("notification");
        Database = database.Administrator;
        var user = _servers.RabbitMq.UserInfo.Split(':');
        for (var i = 0; i < processes; i++)
        {
            _processes.Add(new ServiceProcess("services/Billing.Notification", new(_settings.Concat(_servers.SettingsFor(database)))
            {
                ["Mail__PickupFolder"] = _folder,
                ["Sealing__CurrentKey"] = "test",
                ["Sealing__Keys__test"] = Convert.ToBase64String(new byte[32]),
                ["Mail__SmtpHost"] = "127.0.0.1",
                ["Mail__SmtpPort"] = $"{Mail.Port}",
                ["Mail__SmtpTls"] = "false",
                ["Mail__From"] = "billing@example.com",
                ["Twilio__AccountSid"] = SmsGateway.AccountSid,
                ["Twilio__AuthToken"] = "0123456789abcdef0123456789abcdef",
                ["Twilio__From"] = "+15005550006",
                ["Twilio__BaseAddress"] = $"{Sms.BaseAddress}",
            }));
            _processes[i].Start();
        }

        foreach (var process in _processes)
            await process.BecomesReadyAsync();
        _bus = Bus.Factory.CreateUsingRabbitMq(rabbit => rabbit.Host(_servers.RabbitMq.Host, (ushort)_servers.RabbitMq.Port, _servers.VirtualHost, host =>
        {
            host.Username(Uri.UnescapeDataString(user[0]));
            host.Password(Uri.UnescapeDataString(user[1]));
        }));
        await _bus.StartAsync();
    }

    public Task TellAsync(object message) => _bus.Publish(message);

    /// <summary>E-mails over workspaces, mixed as they come in; kept, and not sent, until <see cref="LetGoAsync"/>.</summary>
    public async Task<List<SendEmail>> StoreEmailsAsync(IEnumerable<string> workspaces)
    {
        var emails = workspaces.Select(NewEmail).ToList();
        foreach (var some in emails.Chunk(1000))
            await _bus.Publish(new SendEmails { Emails = some });
        await CountsBecomeAsync("Email", counts => counts.Queued == emails.Count, $"{emails.Count} are stored", TimeSpan.FromMinutes(5));
        return emails;
    }

    public SendEmail NewEmail(string workspace, int at) =>
        new() { NotificationId = Guid.NewGuid(), WorkspaceId = workspace, To = $"{workspace}.{at}@example.com", Subject = "Hello", Text = "A text." };

    public async Task<List<SendSms>> StoreSmsAsync(IEnumerable<string> workspaces)
    {
        var messages = workspaces.Select((workspace, at) =>
            new SendSms { NotificationId = Guid.NewGuid(), WorkspaceId = workspace, To = $"+49301{at:0000000}", Text = workspace }).ToList();
        foreach (var some in messages.Chunk(500))
            await Task.WhenAll(some.Select(message => _bus.Publish(message)));
        await CountsBecomeAsync("Sms", counts => counts.Queued == messages.Count, $"{messages.Count} are stored", TimeSpan.FromMinutes(5));
        return messages;
    }

    public Task LetGoAsync(string channel, int? perSecond) =>
        _bus.Publish(new SetSendingLimit { Channel = channel, PerSecond = perSecond, Unlimited = perSecond is null, RequestedBy = "a scenario" });

    public Task<Counts> CountsBecomeAsync(string channel, Func<Counts, bool> expected, string words, TimeSpan limit) =>
        Eventually.HoldsAsync(() => CountAsync(channel), expected, words, limit);

    /// <summary>Asks any of the processes that lives.</summary>
    public async Task<Counts> CountAsync(string channel)
    {
        foreach (var process in _processes)
        {
            try
            {
                return (await process.Http.GetFromJsonAsync<Counts[]>(new Uri("api/notifications/counts", UriKind.Relative)))!
                    .Single(counts => counts.Channel == channel);
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
            {
                // it was killed
            }
        }

        return new Counts(channel, -1, -1, -1, -1, -1, -1, -1);
    }

    public async ValueTask DisposeAsync()
    {
        if (_bus is not null)
            await _bus.StopAsync();
        foreach (var process in _processes)
            process.Dispose();
        if (Sms is not null)
            await Sms.DisposeAsync();
        if (Mail is not null)
            await Mail.DisposeAsync();
        if (_servers is not null)
            await _servers.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
