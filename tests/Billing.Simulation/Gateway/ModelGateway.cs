using System.Globalization;
using System.Text.Json;
using Billing.MonthClose.Gateway;
using Billing.MonthClose.Gateway.Stripe;
using Billing.Simulation.Database;
using Billing.Simulation.World;

namespace Billing.Simulation.Gateway;

/// <summary>A payment at the gateway, or its refusal.</summary>
sealed record ModelPayment(string Reference, Guid ChargeId, string AccountId, decimal Amount, string Currency, GatewayAnswer Answer, DateTimeOffset At)
{
    public bool TookMoney => Answer is GatewayAnswer.Succeeded;
}

/// <summary>Something that the gateway does later by itself.</summary>
sealed record GatewayAct(DateTimeOffset At, string What, Func<Task> Act);

/// <summary>
/// A gateway that keeps its word and no more: one payment for one key as long as it remembers the key, which is a day; answers that are lost, requests that
/// arrive after their sender has given up, events that are lost, doubled or late.
/// </summary>
sealed class ModelGateway(Plan plan, Guards guards, VirtualClock clock, Boundaries boundaries) : IPaymentGateway
{
    static readonly TimeSpan KeysAreKept = TimeSpan.FromHours(24);

    readonly List<ModelPayment> _payments = [];
    readonly Dictionary<Guid, (ModelPayment Payment, DateTimeOffset At)> _keys = [];

    public IReadOnlyList<ModelPayment> Payments => _payments;

    public List<GatewayAct> Acts { get; } = [];

    /// <summary>What goes on elsewhere while the gateway thinks.</summary>
    public Func<Task>? Meanwhile { get; set; }

    /// <summary>Told whose answer does not come.</summary>
    public Action<string>? Waiting { get; set; }

    /// <summary>Brings an event to the service.</summary>
    public Func<byte[], Task>? Tell { get; set; }

    public Action<string>? Trace { get; set; }

    /// <summary>The consumer that asks at the moment, such as <c>RetryCharge</c>.</summary>
    public string Asker { get; set; } = "";

    public void Reset()
    {
        _payments.Clear();
        _keys.Clear();
        Acts.Clear();
    }

    public async Task<GatewayAnswer> ChargeAsync(GatewayCharge charge, CancellationToken cancellationToken)
    {
        await boundaries.BookedBeforeAsync(charge.ChargeId);
        boundaries.Pass("before it asked the gateway");
        await ThinkAsync();
        if (clock.Now >= charge.AskUntil)
            return Said(charge, new GatewayAnswer.Unknown("it was not asked for in time"));
        if (plan.Happens(plan.Unreachable))
            return Said(charge, new GatewayAnswer.NeverReached("connection refused"));
        if (plan.Happens(plan.LostRequests))
            return Said(charge, Lost(charge));
        var payment = Execute(charge);
        boundaries.Pass("before it heard the gateway's answer");
        await ThinkAsync();
        return Said(charge, plan.Happens(plan.LostAnswers) ? new GatewayAnswer.Unknown("answered 503") : payment.Answer);
    }

    public async Task<GatewayAnswer?> FindAsync(GatewayCharge charge, CancellationToken cancellationToken)
    {
        await boundaries.BookedBeforeAsync(charge.ChargeId);
        boundaries.Pass("before it looked at the gateway");
        if (!guards.Look && (Asker is "ChargeInvoices" or "RetryCharge"))
            return null;
        await ThinkAsync();
        if (plan.Happens(plan.LostAnswers))
        {
            boundaries.Answered(charge.ChargeId);
            return new GatewayAnswer.Unknown("timeout");
        }

        var found = _payments.FindLast(payment => payment.ChargeId == charge.ChargeId && payment.TookMoney)
            ?? _payments.FindLast(payment => payment.ChargeId == charge.ChargeId);
        boundaries.Answered(charge.ChargeId);
        Trace?.Invoke($"gateway: looked for {charge.ChargeId}: {found?.Answer.GetType().Name ?? "never seen"}");
        return found?.Answer;
    }

    public Task<GatewayAnswer> RefundAsync(GatewayRefund refund, CancellationToken cancellationToken) =>
        Task.FromResult<GatewayAnswer>(new GatewayAnswer.Succeeded($"re_{refund.RefundId:N}"));

    public Task<GatewayAnswer?> FindRefundAsync(GatewayRefund refund, CancellationToken cancellationToken) => Task.FromResult<GatewayAnswer?>(null);

    public Task<MoneyBack?> FindMoneyBackAsync(string reference, CancellationToken cancellationToken) =>
        Task.FromResult<MoneyBack?>(new MoneyBack([], []));

    public Task<GatewayPayment?> FindPaymentAsync(string reference, CancellationToken cancellationToken) =>
        Task.FromResult(_payments.Find(payment => payment.Reference == reference && payment.TookMoney) is { } found
            ? new GatewayPayment(found.Reference, found.Amount, found.Currency, found.ChargeId) : null);

    async Task ThinkAsync()
    {
        clock.Now += plan.GatewayTime();
        if (Meanwhile is not null)
            await Meanwhile();
    }

    /// <summary>The sender waits in vain. The request is gone, or it is under way and arrives later.</summary>
    GatewayAnswer.Unknown Lost(GatewayCharge charge)
    {
        clock.Now += TimeSpan.FromSeconds(20);
        Waiting?.Invoke(charge.AccountId);
        if (plan.Below(2) == 0)
            Acts.Add(new GatewayAct(clock.Now + TimeSpan.FromSeconds(plan.Below(80)), "a request arrives late", () =>
            {
                Execute(charge);
                return Task.CompletedTask;
            }));
        return new GatewayAnswer.Unknown("timeout");
    }

    /// <summary>One key, one payment, while the key is known.</summary>
    ModelPayment Execute(GatewayCharge charge)
    {
        if (guards.Key && _keys.TryGetValue(charge.ChargeId, out var known) && clock.Now - known.At < KeysAreKept)
            return known.Payment;
        var reference = $"pi_{_payments.Count + 1}";
        GatewayAnswer answer = plan.Happens(plan.HardDeclines) ? new GatewayAnswer.Declined("stolen_card", Hard: true)
            : plan.Happens(plan.SoftDeclines) ? new GatewayAnswer.Declined("insufficient_funds", Hard: false)
            : new GatewayAnswer.Succeeded(reference);
        var payment = new ModelPayment(reference, charge.ChargeId, charge.AccountId, charge.Amount, charge.Currency, answer, clock.Now);
        _payments.Add(payment);
        _keys[charge.ChargeId] = (payment, clock.Now);
        Trace?.Invoke($"gateway: {reference} of {charge.AccountId} over {charge.Amount} for {charge.ChargeId}: {answer.GetType().Name}");
        TellOf(payment);
        return payment;
    }

    GatewayAnswer Said(GatewayCharge charge, GatewayAnswer answer)
    {
        boundaries.Answered(charge.ChargeId);
        Trace?.Invoke($"gateway: answers {answer.GetType().Name} for {charge.ChargeId}");
        return answer;
    }

    void TellOf(ModelPayment payment)
    {
        if (!plan.HasWebhooks || plan.Happens(plan.LostWebhooks))
            return;
        var body = EventOf(payment);
        for (var copies = plan.Copies(); copies > 0; copies--)
            Acts.Add(new GatewayAct(clock.Now + plan.WebhookTime(), $"the event of {payment.Reference} comes", () => Tell!(body)));
    }

    static byte[] EventOf(ModelPayment payment)
    {
        var isTaken = payment.TookMoney;
        return JsonSerializer.SerializeToUtf8Bytes(new
        {
            id = $"evt_{payment.Reference}",
            type = isTaken ? "payment_intent.succeeded" : "payment_intent.payment_failed",
            created = payment.At.ToUnixTimeSeconds(),
            data = new
            {
                @object = new
                {
                    id = payment.Reference,
                    @object = "payment_intent",
                    amount = StripeAmount.Of(payment.Amount, payment.Currency),
                    currency = payment.Currency.ToLower(CultureInfo.InvariantCulture),
                    status = isTaken ? "succeeded" : "requires_payment_method",
                    metadata = new { charge_id = payment.ChargeId }
                }
            }
        });
    }
}
