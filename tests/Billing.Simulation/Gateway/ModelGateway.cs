using System.Globalization;
using System.Text.Json;
using Billing.MonthClose.Gateway;
using Billing.MonthClose.Gateway.Stripe;
using Billing.Simulation.Database;
using Billing.Simulation.World;

namespace Billing.Simulation.Gateway;

/// <summary>A payment at the gateway, or its refusal.</summary>
sealed record ModelPayment(
    string Reference, Guid ChargeId, string AccountId, string Period, decimal Amount, string Currency, GatewayAnswer Answer, DateTimeOffset At)
{
    public bool TookMoney => Answer is GatewayAnswer.Succeeded;
}

/// <summary>Money of a payment that went back, or the refusal. Without an id of ours, a person gave it back there.</summary>
sealed record ModelRefund(string Reference, Guid? RefundId, ModelPayment Payment, decimal Amount, GatewayAnswer Answer)
{
    public bool GaveMoney => Answer is GatewayAnswer.Succeeded;
}

/// <summary>A payment that the customer's bank took back; won when it gave it again.</summary>
sealed record ModelDispute(string Reference, ModelPayment Payment, bool IsWon)
{
    public MadeDispute Made => new(Reference, Payment.Amount, Payment.Currency, IsMoneyGone: !IsWon);
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
    readonly List<ModelRefund> _refunds = [];
    readonly Dictionary<Guid, (ModelRefund Refund, DateTimeOffset At)> _refundKeys = [];
    readonly List<ModelDispute> _disputes = [];

    public IReadOnlyList<ModelPayment> Payments => _payments;

    public IReadOnlyList<ModelRefund> Refunds => _refunds;
    public IReadOnlyList<ModelDispute> Disputes => _disputes;

    public List<GatewayAct> Acts { get; } = [];

    /// <summary>What goes on elsewhere while the gateway thinks.</summary>
    public Func<Task>? Meanwhile { get; set; }

    /// <summary>The process that asks stands still, with the answer before it, while time passes for all others.</summary>
    public Func<TimeSpan, Task>? Stall { get; set; }

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
        _refunds.Clear();
        _refundKeys.Clear();
        _disputes.Clear();
        Acts.Clear();
    }

    public async Task<GatewayAnswer> ChargeAsync(GatewayCharge charge, CancellationToken cancellationToken)
    {
        await boundaries.BookedBeforeAsync(charge.ChargeId);
        boundaries.Pass("before it asked the gateway");
        await ThinkAsync();
        if (charge.MayAsk is { } mayAsk && !await mayAsk(cancellationToken))
            return new GatewayAnswer.NotAsked();
        if (clock.Now >= charge.AskUntil)
            return Said(charge, new GatewayAnswer.Unknown("it was not asked for in time"));
        if (plan.Happens(Mischief.Unreachable))
        {
            await StallAsync();
            return Said(charge, new GatewayAnswer.NeverReached("connection refused"));
        }

        if (plan.Happens(Mischief.LostRequest))
            return Said(charge, Lost(charge));
        var payment = Execute(charge);
        boundaries.Pass("before it heard the gateway's answer");
        await ThinkAsync();
        await StallAsync();
        return Said(charge, plan.Happens(Mischief.LostAnswer) ? new GatewayAnswer.Unknown("answered 503") : payment.Answer);
    }

    public async Task<GatewayAnswer?> FindAsync(GatewayCharge charge, CancellationToken cancellationToken)
    {
        await boundaries.BookedBeforeAsync(charge.ChargeId);
        boundaries.Pass("before it looked at the gateway");
        if (!guards.Look && (Asker is "ChargeInvoices" or "RetryCharge"))
            return null;
        await ThinkAsync();
        if (plan.Happens(Mischief.LostAnswer))
        {
            boundaries.Answered(charge.ChargeId);
            return new GatewayAnswer.Unknown("timeout");
        }

        var found = _payments.FindLast(payment => payment.ChargeId == charge.ChargeId && payment.TookMoney)
            ?? _payments.FindLast(payment => payment.ChargeId == charge.ChargeId);
        boundaries.Answered(charge.ChargeId);
        Trace?.Invoke($"gateway: looked for {charge.ChargeId}: {found?.Answer.GetType().Name ?? "never seen"}");
        await StallAsync();
        return found?.Answer;
    }

    public async Task<GatewayAnswer> RefundAsync(GatewayRefund refund, CancellationToken cancellationToken)
    {
        boundaries.Pass("before it asked for a refund");
        await ThinkAsync();
        if (plan.Happens(Mischief.Unreachable))
            return new GatewayAnswer.NeverReached("connection refused");
        if (plan.Happens(Mischief.LostRequest))
        {
            clock.Now += TimeSpan.FromSeconds(20);
            if (plan.Below(2) == 0)
                Later("a request for a refund arrives late", TimeSpan.FromSeconds(plan.Below(80)), () => Execute(refund));
            return new GatewayAnswer.Unknown("timeout");
        }

        var made = Execute(refund);
        boundaries.Pass("before it heard what became of a refund");
        await ThinkAsync();
        await StallAsync();
        return plan.Happens(Mischief.LostAnswer) ? new GatewayAnswer.Unknown("answered 503") : made.Answer;
    }

    public async Task<GatewayAnswer?> FindRefundAsync(GatewayRefund refund, CancellationToken cancellationToken)
    {
        boundaries.Pass("before it looked for a refund");
        if (!guards.Look && Asker == "AskRefund")
            return null;
        await ThinkAsync();
        return plan.Happens(Mischief.LostAnswer) ? new GatewayAnswer.Unknown("timeout")
            : _refunds.Find(one => one.RefundId == refund.RefundId && one.GaveMoney)?.Answer
            ?? _refunds.Find(one => one.RefundId == refund.RefundId)?.Answer;
    }

    public Task<MoneyBack?> FindMoneyBackAsync(string reference, CancellationToken cancellationToken)
    {
        boundaries.Pass("before it asked what went back");
        return Task.FromResult(plan.Happens(Mischief.LostAnswer) ? null : new MoneyBack(
            [.. _refunds.Where(one => one.Payment.Reference == reference && one.GaveMoney)
                .Select(one => new MadeRefund(one.Reference, one.RefundId, one.Amount, one.Payment.Currency))],
            [.. _disputes.Where(one => one.Payment.Reference == reference)
                .Select(one => one.Made)]));
    }

    /// <summary>A person gives money back there, and tells nobody.</summary>
    public Task RefundByHandAsync(string account, decimal amount)
    {
        if (_payments.Find(payment => payment.AccountId == account && payment.TookMoney) is { } payment && LeftOf(payment) >= amount)
            Give(null, payment, amount);
        return Task.CompletedTask;
    }

    /// <summary>A bank takes a payment back, and gives it again after days, or never.</summary>
    public Task DisputeAsync(string account)
    {
        if (_payments.Find(payment => payment.AccountId == account && payment.TookMoney) is not { } payment || _disputes.Exists(one => one.Payment == payment))
            return Task.CompletedTask;
        var dispute = new ModelDispute($"dp_{payment.Reference}", payment, IsWon: false);
        _disputes.Add(dispute);
        TellOf("charge.dispute.funds_withdrawn", dispute.Reference, payment);
        if (plan.Below(2) == 0)
            Later("a bank gives a payment again", TimeSpan.FromHours(plan.Below(500)), () =>
            {
                _disputes[_disputes.IndexOf(dispute)] = dispute with { IsWon = true };
                TellOf("charge.dispute.funds_reinstated", dispute.Reference, payment);
            });
        return Task.CompletedTask;
    }

    decimal LeftOf(ModelPayment payment) => payment.Amount - _refunds.Where(one => one.Payment == payment && one.GaveMoney).Sum(one => one.Amount);

    void Later(string what, TimeSpan after, Action act) => Acts.Add(new GatewayAct(clock.Now + after, what, () =>
    {
        act();
        return Task.CompletedTask;
    }));

    ModelRefund Execute(GatewayRefund refund)
    {
        if (guards.Key && _refundKeys.TryGetValue(refund.RefundId, out var known) && clock.Now - known.At < KeysAreKept)
            return known.Refund;
        var payment = _payments.Find(payment => payment.Reference == refund.GatewayReference)
            ?? throw new InvalidOperationException($"There is no payment {refund.GatewayReference} to give back.");
        var made = LeftOf(payment) < refund.Amount || plan.Below(8) == 0
            ? new ModelRefund($"re_{_refunds.Count + 1}", refund.RefundId, payment, refund.Amount, new GatewayAnswer.Misused("charge_already_refunded", "no"))
            : Give(refund.RefundId, payment, refund.Amount);
        if (!made.GaveMoney)
            _refunds.Add(made);
        _refundKeys[refund.RefundId] = (made, clock.Now);
        return made;
    }

    ModelRefund Give(Guid? refundId, ModelPayment payment, decimal amount)
    {
        var reference = $"re_{_refunds.Count + 1}";
        var made = new ModelRefund(reference, refundId, payment, amount, new GatewayAnswer.Succeeded(reference));
        _refunds.Add(made);
        Trace?.Invoke($"gateway: {reference} gave {amount} of {payment.Reference} back");
        TellOf("charge.refunded", reference, payment);
        return made;
    }

    /// <summary>Of money that went back, or came again.</summary>
    void TellOf(string type, string reference, ModelPayment payment) => TellOf($"{type} of {reference}", JsonSerializer.SerializeToUtf8Bytes(new
    {
        id = $"evt_{type}_{reference}",
        type,
        created = clock.Now.ToUnixTimeSeconds(),
        data = new { @object = new { id = reference, payment_intent = payment.Reference } }
    }));

    public Task<GatewayPayment?> FindPaymentAsync(string reference, CancellationToken cancellationToken) =>
        Task.FromResult(_payments.Find(payment => payment.Reference == reference && payment.TookMoney) is { } found
            ? new GatewayPayment(found.Reference, found.Amount, found.Currency, found.ChargeId) : null);

    async Task ThinkAsync()
    {
        clock.Now += plan.GatewayTime();
        if (Meanwhile is not null)
            await Meanwhile();
    }

    async Task StallAsync()
    {
        if (Stall is not null && plan.Happens(Mischief.Stall))
            await Stall(plan.StallTime());
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
        GatewayAnswer answer = plan.Happens(Mischief.HardDecline) ? new GatewayAnswer.Declined("stolen_card", Hard: true)
            : plan.Happens(Mischief.SoftDecline) ? new GatewayAnswer.Declined("insufficient_funds", Hard: false)
            : new GatewayAnswer.Succeeded(reference);
        var payment = new ModelPayment(reference, charge.ChargeId, charge.AccountId, charge.Period, charge.Amount, charge.Currency, answer, clock.Now);
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

    void TellOf(ModelPayment payment) => TellOf($"the event of {payment.Reference}", EventOf(payment));

    void TellOf(string what, byte[] body)
    {
        if (!plan.HasWebhooks || plan.Happens(Mischief.LostEvent))
            return;
        for (var copies = plan.Copies(); copies > 0; copies--)
            Acts.Add(new GatewayAct(clock.Now + plan.WebhookTime(), $"{what} comes", () => Tell!(body)));
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
