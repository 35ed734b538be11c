using System.Collections.Concurrent;
using System.Text.Json;

namespace Billing.SimulatedGateway.Recording;

/// <summary>What really happened at the gateway: captures, and refusals beside them, on disk and in memory.</summary>
public sealed class PaymentRecord : IAsyncDisposable
{
    readonly ConcurrentDictionary<string, PaymentEntry> _byId = new();
    readonly ConcurrentDictionary<string, ConcurrentQueue<PaymentEntry>> _byChargeId = new();
    readonly ConcurrentQueue<PaymentEntry> _inOrder = new();
    readonly Journal _captures;
    readonly Journal _refusals;

    PaymentRecord(string folder)
    {
        Directory.CreateDirectory(folder);
        _captures = Journal.Open(Path.Combine(folder, "captures.ndjson"), Replay);
        _refusals = Journal.Open(Path.Combine(folder, "refusals.ndjson"), Replay);
    }

    public static PaymentRecord Open(string folder) => new(folder);

    /// <summary>Everything since the record began, in the order in which it was written; captures before refusals after a restart.</summary>
    public IEnumerable<PaymentEntry> Entries => _inOrder;

    public IEnumerable<PaymentEntry> Captures => _inOrder.Where(entry => entry.IsCapture);

    public PaymentEntry? Find(string id) => _byId.GetValueOrDefault(id);

    public IEnumerable<PaymentEntry> FindByChargeId(string chargeId) => _byChargeId.GetValueOrDefault(chargeId) ?? [];

    /// <summary>Writes the entry; it is on disk, and can be found, when this ends.</summary>
    public async Task AddAsync(PaymentEntry entry)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(entry, GatewayJson.Default.PaymentEntry);
        await (entry.IsCapture ? _captures : _refusals).AppendAsync(line);
        Remember(entry);
    }

    public async ValueTask DisposeAsync()
    {
        await _captures.DisposeAsync();
        await _refusals.DisposeAsync();
    }

    void Replay(ReadOnlySpan<byte> line) => Remember(JsonSerializer.Deserialize(line, GatewayJson.Default.PaymentEntry)!);

    void Remember(PaymentEntry entry)
    {
        _byId[entry.Id] = entry;
        _inOrder.Enqueue(entry);
        if (entry.ChargeId is { } chargeId)
            _byChargeId.GetOrAdd(chargeId, _ => new ConcurrentQueue<PaymentEntry>()).Enqueue(entry);
    }
}
