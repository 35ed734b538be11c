using System.Collections.Concurrent;
using System.Threading.Channels;
using Billing.Contracts.MonthClose.V1;
using Billing.Hosting.Restoring;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Gateway;
using Billing.Persistence;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Close.Charging;

/// <summary>
/// Charges invoices: writes each charge down, asks the gateway while no lock is held, books the answers in small groups. One invoice alone goes
/// the same way as two hundred.
/// </summary>
sealed class ChargeExecutor(
    Transactions<MonthCloseDbContext> transactions, IPaymentGateway gateway, PauseWatch pauses, GatewayTurns turns,
    Restorations<MonthCloseDbContext> restorations, IOptions<GatewayOptions> options, TimeProvider clock)
{
    /// <summary>Large enough to share a commit, small enough that a crash loses few answers (which the same keys bring back).</summary>
    const int GroupSize = 100;

    /// <param name="runId">The run whose invoices they are.</param>
    /// <param name="expected">What the sender believes to be due.</param>
    /// <param name="retry">What asks for one more try; null for a first one, which is made only while the account's close waits for it.</param>
    /// <param name="cancellationToken">Ends the asking; what was asked for stays pending.</param>
    /// <returns>False when the run is paused: what had not been asked for is not charged, and a planned try is made later.</returns>
    public async Task<bool> ChargeAsync(Guid runId, IReadOnlyCollection<ExpectedCharge> expected, RetryCharge? retry, CancellationToken cancellationToken)
    {
        if (expected.Count == 0)
            return true;
        // Who asks for one charge by himself is heeded: he knows what he does. Books that were brought back know less than he thinks.
        using var leave = retry is null or { Origin: ChargeOrigin.Retry } || await restorations.IsHeldAsync(cancellationToken)
            ? await pauses.OpenAsync(runId, cancellationToken) : null;
        if (leave is { IsWithdrawn: true })
        {
            await WithdrawAsync([], retry, cancellationToken);
            return false;
        }

        var pending = await transactions.RunAsync(
            services => services.GetRequiredService<ChargePreparation>().PrepareAsync(runId, expected, retry, cancellationToken), cancellationToken);
        var left = new ConcurrentBag<PreparedCharge>();
        await AskAndBookAsync(pending, leave is null ? null : leave.HoldsAsync, left, cancellationToken);
        if (!left.IsEmpty)
            await WithdrawAsync(left, retry, cancellationToken);
        return left.IsEmpty;
    }

    async Task AskAndBookAsync(IReadOnlyList<PreparedCharge> pending, Func<CancellationToken, ValueTask<bool>>? mayAsk,
        ConcurrentBag<PreparedCharge> left, CancellationToken cancellationToken)
    {
        var answers = Channel.CreateUnbounded<AnsweredCharge>(new UnboundedChannelOptions { SingleReader = true });
        var asking = AskAsync(pending, mayAsk, answers.Writer, left, cancellationToken);
        var more = answers.Reader.WaitToReadAsync(cancellationToken).AsTask();
        while (await more)
        {
            var group = new List<AnsweredCharge>(GroupSize);
            var patience = Task.Delay(options.Value.Gathering, TimeProvider.System, cancellationToken);
            do
            {
                while (group.Count < GroupSize && answers.Reader.TryRead(out var answer))
                    group.Add(answer);
                if (more.IsCompleted)
                    more = answers.Reader.WaitToReadAsync(cancellationToken).AsTask();
            }
            while (group.Count < GroupSize && await Task.WhenAny(more, patience) == more && await more);
            if (group.Count > 0)
                await BookAsync(group, cancellationToken);
        }

        await asking;
    }

    public Task BookAsync(IReadOnlyList<AnsweredCharge> answers, CancellationToken cancellationToken) =>
        transactions.RunAsync(async services =>
        {
            await services.GetRequiredService<ChargeBooking>().BookAsync(answers, cancellationToken);
            await services.GetRequiredService<GatewayCalls>().RecordAsync([.. answers.SelectMany(answer => answer.Calls)], cancellationToken);
            return answers.Count;
        }, cancellationToken);

    /// <summary>Puts on record what was asked in vain.</summary>
    public Task RecordAsync(IReadOnlyList<GatewayCall> calls, CancellationToken cancellationToken) =>
        transactions.RunAsync(async services =>
        {
            await services.GetRequiredService<GatewayCalls>().RecordAsync(calls, cancellationToken);
            return calls.Count;
        }, cancellationToken);

    /// <summary>
    /// What the pause came before is a charge that never was. One that an earlier try left behind may have been asked for: it stays pending, and is looked for
    /// in its time.
    /// </summary>
    Task<int> WithdrawAsync(IReadOnlyCollection<PreparedCharge> left, RetryCharge? retry, CancellationToken cancellationToken) =>
        transactions.RunAsync(async services =>
        {
            var withdrawn = await services.GetRequiredService<ChargePreparation>()
                .WithdrawAsync([.. left.Where(prepared => !prepared.LeftBehind).Select(prepared => prepared.Charge)], cancellationToken);
            if (retry is not null)
                await services.GetRequiredService<IPublishEndpoint>().Publish(await OfPauseAsync(services, retry, cancellationToken), cancellationToken);
            return withdrawn;
        }, cancellationToken);

    async Task<object> OfPauseAsync(IServiceProvider services, RetryCharge retry, CancellationToken cancellationToken)
    {
        if (retry.Origin != ChargeOrigin.Manual)
            return RetryPostponed.ByPause(retry, clock.GetUtcNow());
        var db = services.GetRequiredService<MonthCloseDbContext>();
        return new InvoiceRetryRefused
        {
            InvoiceId = retry.InvoiceId,
            AccountId = await db.Invoices.Where(invoice => invoice.InvoiceId == retry.InvoiceId).Select(invoice => invoice.AccountId)
                .SingleAsync(cancellationToken),
            ReasonCode = "Restored",
            Reason = "The books were brought back from a backup, and nobody has released them: nothing is charged until then.",
            RequestedBy = retry.RequestedBy
        };
    }

    async Task AskAsync(IReadOnlyList<PreparedCharge> pending, Func<CancellationToken, ValueTask<bool>>? mayAsk, ChannelWriter<AnsweredCharge> answers,
        ConcurrentBag<PreparedCharge> left, CancellationToken cancellationToken)
    {
        try
        {
            var bound = new ParallelOptions { MaxDegreeOfParallelism = turns.AtOnce(options.Value.Concurrency), CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(pending, bound, async (prepared, stopping) =>
            {
                var charge = prepared.Charge;
                var answer = charge.PaymentMethod is { } method
                    ? await AskAsync(prepared, charge.ToGateway(method) with { MayAsk = mayAsk }, stopping)
                    : new AnsweredCharge(charge.ChargeId, charge.AccountId, new GatewayAnswer.Declined(ChargeDecision.PaymentMethodMissing, Hard: true));
                if (answer.Answer is GatewayAnswer.NotAsked)
                    left.Add(prepared);
                else
                    await answers.WriteAsync(answer, stopping);
            });
            answers.Complete();
        }
        catch (Exception failure)
        {
            answers.Complete(failure);
            throw;
        }
    }

    /// <summary>
    /// What an earlier try left behind may have been charged long ago, by a gateway that has forgotten the key since: first it is asked what it
    /// knows. What is owed no more is not asked for; as the earlier try may just be under way, only a later look says that it never was.
    /// </summary>
    async Task<AnsweredCharge> AskAsync(PreparedCharge prepared, GatewayCharge charge, CancellationToken cancellationToken)
    {
        var calls = new List<GatewayCall>();
        var answer = prepared.LeftBehind ? await OnRecordAsync(GatewayCallKind.Look, () => gateway.FindAsync(charge, cancellationToken)) : null;
        answer ??= !prepared.IsStillOwed ? new GatewayAnswer.Unknown("an earlier try left it behind, and it is owed no more")
            : clock.GetUtcNow() >= prepared.Charge.AskUntil ? new GatewayAnswer.Unknown("it was not asked for in time")
            : (await OnRecordAsync(GatewayCallKind.Charge, async () => await gateway.ChargeAsync(charge, cancellationToken)))!;
        if (prepared.LeftBehind && answer is GatewayAnswer.NeverReached never)
            answer = new GatewayAnswer.Unknown($"an earlier try left it behind, and this one never reached the gateway: "
                + $"{never.Reason}")
            { Trace = never.Trace };
        return new AnsweredCharge(charge.ChargeId, charge.AccountId, answer) { Calls = calls, AskUntil = prepared.Charge.AskUntil };

        async Task<GatewayAnswer?> OnRecordAsync(GatewayCallKind kind, Func<Task<GatewayAnswer?>> ask)
        {
            var asked = clock.GetUtcNow();
            var heard = await ask();
            if (heard is not GatewayAnswer.NotAsked)
                calls.Add(GatewayCall.Of(kind, prepared.Charge, heard, asked, clock.GetUtcNow()));
            return heard;
        }
    }
}

sealed record AnsweredCharge(Guid ChargeId, string AccountId, GatewayAnswer Answer)
{
    /// <summary>What was asked to get the answer; it goes on record with the booking.</summary>
    public IReadOnlyList<GatewayCall> Calls { get; init; } = [];

    /// <summary>As it was written when this try began: another try that takes the charge up writes its own. Null when nobody asked for the money.</summary>
    public DateTimeOffset? AskUntil { get; init; }

    /// <summary>
    /// What the answer says of the charge. That this try never reached the gateway says nothing of another that took the charge up meanwhile: its request may
    /// have arrived, so only a later look says that it never was.
    /// </summary>
    public GatewayAnswer Of(Charge charge) =>
        Answer is GatewayAnswer.NeverReached never && !IsSameTry(charge.AskUntil, AskUntil)
            ? new GatewayAnswer.Unknown($"another try took it up, and this one never reached the gateway: {never.Reason}") { Trace = never.Trace }
            : Answer;

    /// <summary>Whether the try that wrote this instant into the charge is still the last that did.</summary>
    public static bool IsSameTry(DateTimeOffset? last, DateTimeOffset? own) => last is null || own is null || (last - own).Value.Duration() <= StoredPrecision;

    /// <summary>Instants come back from a database to the microsecond.</summary>
    static readonly TimeSpan StoredPrecision = TimeSpan.FromMicroseconds(1);
}

/// <summary>The charging step of a chunk. It opens its own transactions, because no lock may be held while the gateway thinks.</summary>
sealed class ChargeInvoicesConsumer(ChargeExecutor charges) : IConsumer<ChargeInvoices>
{
    public async Task Consume(ConsumeContext<ChargeInvoices> context)
    {
        var chunk = context.Message;
        var charged = await charges.ChargeAsync(chunk.RunId, chunk.Charges, retry: null, context.CancellationToken);
        object said = charged ? new InvoicesCharged(chunk.ChunkId) : new ChargingPaused(chunk.ChunkId, chunk.Attempt);
        await context.Publish(said, context.CancellationToken);
    }
}
