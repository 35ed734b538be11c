using System.Collections.Concurrent;
using Billing.SimulatedGateway.Recording;

namespace Billing.SimulatedGateway.Payments;

/// <summary>
/// One key, one request: a repeat gets the first answer again, another body or a repeat during the first is refused. Payments and refunds share
/// the keys. Of an answer that left nothing in the record (a 500 before anything was done) a restart knows nothing any more.
/// </summary>
public sealed class IdempotencyKeys
{
    /// <summary>Stripe keeps keys for at least a day.</summary>
    static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    readonly ConcurrentDictionary<string, Claim> _claims = new();
    readonly TimeProvider _time;

    public IdempotencyKeys(PaymentRecord record, TimeProvider time)
    {
        _time = time;
        foreach (var entry in record.Entries)
            _claims[entry.IdempotencyKey] = new Claim(entry.Fingerprint, entry.CapturedAt) { Answer = Answer.Of(entry) };
        foreach (var entry in record.Refunds)
            _claims[entry.IdempotencyKey] = new Claim(entry.Fingerprint, entry.RefundedAt) { Answer = Answer.Of(entry) };
    }

    /// <summary>Does the work under the key, or answers as it was answered before.</summary>
    /// <remarks>The caller going away stops nothing here, as at a real gateway: what was asked for is done.</remarks>
    public async Task<Answer> AnswerOnceAsync(string key, string fingerprint, Func<Task<Answer>> work)
    {
        if (TryClaim(key, fingerprint) is { } known)
            return known;
        Answer? kept = null;
        try
        {
            var answer = await work();
            kept = answer.IsKept ? answer with { Delivery = Delivery.Answer } : null;
            return answer;
        }
        finally
        {
            if (kept is null)
                _claims.TryRemove(key, out _);      // nothing was done under the key: the next request with it starts anew
            else if (_claims.TryGetValue(key, out var mine))
                mine.Answer = kept;
        }
    }

    /// <summary>As a gateway does after a day or so; the record of what was captured stays.</summary>
    public void Forget(TimeSpan olderThan)
    {
        var limit = _time.GetUtcNow() - olderThan;
        foreach (var (key, claim) in _claims)
            if (claim.Answer is not null && claim.At <= limit)
                _claims.TryRemove(new KeyValuePair<string, Claim>(key, claim));
    }

    /// <summary>Null when the key is the caller's to work under; else what to answer.</summary>
    Answer? TryClaim(string key, string fingerprint)
    {
        var mine = new Claim(fingerprint, _time.GetUtcNow());
        var claim = _claims.AddOrUpdate(key, mine, (_, known) => known.Answer is not null && mine.At - known.At >= Lifetime ? mine : known);
        if (ReferenceEquals(claim, mine))
            return null;
        if (claim.Fingerprint != fingerprint)
            return Refuse(400, null, $"Keys for idempotent requests can only be used with the same parameters they were first used with: '{key}'.");
        return claim.Answer
            ?? Refuse(409, "idempotency_key_in_use", $"There is currently another in-progress request using this idempotency key: '{key}'.");
    }

    static Answer Refuse(int status, string? code, string message) =>
        new(status, Error: new GatewayError { Type = "idempotency_error", Code = code, Message = message });

    sealed class Claim(string fingerprint, DateTimeOffset at)
    {
        Answer? _answer;

        public string Fingerprint { get; } = fingerprint;
        public DateTimeOffset At { get; } = at;

        public Answer? Answer
        {
            get => Volatile.Read(ref _answer);
            set => Volatile.Write(ref _answer, value);
        }
    }
}
