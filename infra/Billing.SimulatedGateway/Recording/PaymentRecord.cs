using System.Collections.Concurrent;
using System.Text.Json;

namespace Billing.SimulatedGateway.Recording;

/// <summary>What really happened at the gateway: captures, with refusals and refunds beside them, on disk and in memory.</summary>
public sealed class PaymentRecord : IAsyncDisposable
{
    readonly ConcurrentDictionary<string, PaymentEntry> _byId = new();
    readonly ConcurrentDictionary<string, ConcurrentQueue<PaymentEntry>> _byChargeId = new();
    readonly ConcurrentDictionary<string, ConcurrentQueue<PaymentEntry>> _byCustomer = new();
    readonly Chronicle<PaymentEntry> _inOrder = new(entry => entry.Id);
    readonly ConcurrentDictionary<string, RefundEntry> _refundsById = new();
    readonly ConcurrentDictionary<string, ConcurrentQueue<RefundEntry>> _refundsByPayment = new();
    readonly Chronicle<RefundEntry> _refundsInOrder = new(entry => entry.Id);
    readonly ConcurrentDictionary<string, DisputeEntry> _disputes = new();
    readonly Journal _captures;
    readonly Journal _refusals;
    readonly Journal _refunds;
    readonly Journal _disputed;

    PaymentRecord(string folder)
    {
        Directory.CreateDirectory(folder);
        _captures = Journal.Open(Path.Combine(folder, "captures.ndjson"), Replay);
        _refusals = Journal.Open(Path.Combine(folder, "refusals.ndjson"), Replay);
        _refunds = Journal.Open(Path.Combine(folder, "refunds.ndjson"), ReplayRefund);
        _disputed = Journal.Open(Path.Combine(folder, "disputes.ndjson"), ReplayDispute);
    }

    public static PaymentRecord Open(string folder) => new(folder);

    /// <summary>Everything since the record began, in the order in which it was written; captures before refusals after a restart.</summary>
    public IEnumerable<PaymentEntry> Entries => _inOrder;

    public IEnumerable<PaymentEntry> Captures => _inOrder.Where(entry => entry.IsCapture);

    /// <summary>From the newest backwards, or from the one after <paramref name="after"/>; nothing comes after one that is not there.</summary>
    public IEnumerable<PaymentEntry> NewestFirst(string? after) => _inOrder.NewestFirst(after);

    /// <inheritdoc cref="NewestFirst"/>
    public IEnumerable<RefundEntry> NewestRefundsFirst(string? after) => _refundsInOrder.NewestFirst(after);

    public PaymentEntry? Find(string id) => _byId.GetValueOrDefault(id);

    public IEnumerable<PaymentEntry> FindByChargeId(string chargeId) => _byChargeId.GetValueOrDefault(chargeId) ?? [];

    public IEnumerable<PaymentEntry> FindByCustomer(string customer) => _byCustomer.GetValueOrDefault(customer) ?? [];

    /// <summary>Every refund since the record began, those that the bank would not take among them.</summary>
    public IEnumerable<RefundEntry> Refunds => _refundsInOrder;

    public RefundEntry? FindRefund(string id) => _refundsById.GetValueOrDefault(id);

    public IEnumerable<RefundEntry> FindRefundsOf(string paymentIntent) => _refundsByPayment.GetValueOrDefault(paymentIntent) ?? [];

    /// <summary>How much of a payment went back, in minor units.</summary>
    public long RefundedOf(string paymentIntent) => FindRefundsOf(paymentIntent).Where(entry => entry.IsRefunded).Sum(entry => entry.Amount);

    /// <summary>Every dispute as it stands now, in the order in which they were opened.</summary>
    public IEnumerable<DisputeEntry> Disputes => _disputes.Values.OrderBy(entry => entry.OpenedAt).ThenBy(entry => entry.Id, StringComparer.Ordinal);

    /// <summary>Writes the entry; it is on disk, and can be found, when this ends.</summary>
    public async Task AddAsync(PaymentEntry entry)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(entry, GatewayJson.Default.PaymentEntry);
        await (entry.IsCapture ? _captures : _refusals).AppendAsync(line);
        Remember(entry);
    }

    public async Task AddAsync(RefundEntry entry)
    {
        await _refunds.AppendAsync(JsonSerializer.SerializeToUtf8Bytes(entry, GatewayJson.Default.RefundEntry));
        Remember(entry);
    }

    public async Task AddAsync(DisputeEntry entry)
    {
        await _disputed.AppendAsync(JsonSerializer.SerializeToUtf8Bytes(entry, GatewayJson.Default.DisputeEntry));
        _disputes[entry.Id] = entry;
    }

    public async ValueTask DisposeAsync()
    {
        await _disputed.DisposeAsync();
        await _refunds.DisposeAsync();
        await _captures.DisposeAsync();
        await _refusals.DisposeAsync();
    }

    void Replay(ReadOnlySpan<byte> line) => Remember(JsonSerializer.Deserialize(line, GatewayJson.Default.PaymentEntry)!);

    void ReplayRefund(ReadOnlySpan<byte> line) => Remember(JsonSerializer.Deserialize(line, GatewayJson.Default.RefundEntry)!);

    void ReplayDispute(ReadOnlySpan<byte> line)
    {
        var entry = JsonSerializer.Deserialize(line, GatewayJson.Default.DisputeEntry)!;
        _disputes[entry.Id] = entry;
    }

    void Remember(PaymentEntry entry)
    {
        _byId[entry.Id] = entry;
        _inOrder.Add(entry);
        if (entry.ChargeId is { } chargeId)
            _byChargeId.GetOrAdd(chargeId, _ => new ConcurrentQueue<PaymentEntry>()).Enqueue(entry);
        if (entry.Customer is { } customer)
            _byCustomer.GetOrAdd(customer, _ => new ConcurrentQueue<PaymentEntry>()).Enqueue(entry);
    }

    void Remember(RefundEntry entry)
    {
        _refundsById[entry.Id] = entry;
        _refundsInOrder.Add(entry);
        _refundsByPayment.GetOrAdd(entry.PaymentIntent, _ => new ConcurrentQueue<RefundEntry>()).Enqueue(entry);
    }
}
