using System.Collections.Concurrent;
using Billing.SimulatedGateway.Recording;

namespace Billing.SimulatedGateway.Payments;

/// <summary>One key, one request: a repeat gets the first answer again, another body or a repeat during the first is refused.</summary>
public sealed class IdempotencyKeys
{
    readonly ConcurrentDictionary<string, Claim> _claims = new();

    public IdempotencyKeys(PaymentRecord record)
    {
        foreach (var entry in record.Entries)
            _claims[entry.IdempotencyKey] = new Claim(entry.Fingerprint) { Entry = entry };
    }

    /// <summary>Null when the key is the caller's to work under; else what to answer.</summary>
    public Answer? TryClaim(string key, string fingerprint)
    {
        var mine = new Claim(fingerprint);
        var claim = _claims.GetOrAdd(key, mine);
        if (ReferenceEquals(claim, mine))
            return null;
        if (claim.Fingerprint != fingerprint)
            return Refuse(400, null, $"Keys for idempotent requests can only be used with the same parameters they were first used with: '{key}'.");
        return claim.Entry is { } entry
            ? Answer.Of(entry)
            : Refuse(409, "idempotency_key_in_use", $"There is currently another in-progress request using this idempotency key: '{key}'.");
    }

    /// <summary>The request under the key is done: every repeat gets its answer.</summary>
    public void Settle(string key, PaymentEntry entry) => _claims[key].Entry = entry;

    /// <summary>Nothing was done under the key: the next request with it starts anew.</summary>
    public void Release(string key) => _claims.TryRemove(key, out _);

    /// <summary>As a gateway does after a day or so; the record of what was captured stays.</summary>
    public void ForgetAll()
    {
        foreach (var (key, claim) in _claims)
            if (claim.Entry is not null)
                _claims.TryRemove(new KeyValuePair<string, Claim>(key, claim));
    }

    static Answer Refuse(int status, string? code, string message) =>
        new(status, Error: new GatewayError { Type = "idempotency_error", Code = code, Message = message });

    sealed class Claim(string fingerprint)
    {
        PaymentEntry? _entry;

        public string Fingerprint { get; } = fingerprint;

        public PaymentEntry? Entry
        {
            get => Volatile.Read(ref _entry);
            set => Volatile.Write(ref _entry, value);
        }
    }
}
