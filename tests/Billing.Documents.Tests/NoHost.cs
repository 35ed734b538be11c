namespace Billing.Documents.Tests;

/// <summary>What a host needs to be built, though it is never started.</summary>
static class NoHost
{
    public static Dictionary<string, string?> Settings => new()
    {
        ["Urls"] = "http://127.0.0.1:0",
        ["Database:ConnectionString"] = "Host=127.0.0.1;Database=nowhere;Username=nobody",
        ["RabbitMq:Host"] = "127.0.0.1",
        ["RabbitMq:Username"] = "nobody",
        ["RabbitMq:Password"] = "nothing",
        ["Gateway:BaseAddress"] = "http://127.0.0.1:1",
        ["Sealing:CurrentKey"] = "test",
        ["Sealing:Keys:test"] = Convert.ToBase64String(new byte[32]),
        ["Mail:PickupFolder"] = Path.GetTempPath(),
        ["Clock:Test"] = "true",
        ["Console:MonthClose"] = "http://127.0.0.1:1",
        ["Console:Notification"] = "http://127.0.0.1:1",
        ["Console:SeatRefresh"] = "http://127.0.0.1:1",
        ["Console:Scheduler"] = "http://127.0.0.1:1"
    };
}
