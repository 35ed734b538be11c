using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Billing.Contracts.Scheduling.V1;
using Billing.Hosting;
using Billing.Hosting.Commands;
using Billing.Hosting.Outcomes;
using Billing.Hosting.Personal;
using Billing.Hosting.Texts;
using Billing.Hosting.Validation;
using Billing.Persistence;
using Billing.Scheduler.Auditing;
using Billing.Scheduler.Steering;
using Billing.Sealing;
using FluentValidation;
using MassTransit;

namespace Billing.Scheduler.Dated;

/// <summary>Keeps a command until its time has come. What is wrong with it is told now, and not to nobody in the night in which it is due.</summary>
sealed class ScheduleCommandConsumer(SchedulerDbContext db, IBulkWriter bulk, AuditTrail audit, TimeProvider clock, Sealer sealer) : IConsumer<ScheduleCommand>
{
    static readonly TimeSpan Farthest = TimeSpan.FromDays(3653);

    /// <summary>1 MiB: a thousand usage records are a fifth of it.</summary>
    const int Largest = 1 << 20;

    public async Task Consume(ConsumeContext<ScheduleCommand> context)
    {
        var told = context.Message;
        if (MessageErasure.OwnerOf(told.Body) is { } owner && (await db.ErasedAmongAsync([owner], context.CancellationToken)).Count > 0)
        {
            CommandOutcome.Unchanged("the contact data of its account was erased, and nothing is kept of it any more");
            return;
        }

        var contract = Checked(told);
        var command = new ScheduledCommand
        {
            Id = told.ScheduleId,
            DueAt = told.DueAt.ToUniversalTime(),
            Command = CommandCatalog.ExchangeOf(contract),
            Body = Sealed(contract, told.Body),
            ScheduledBy = AuditTrail.WhoOf(context, told.RequestedBy),
            ScheduledAt = clock.GetUtcNow()
        };
        if ((await bulk.InsertNewAsync(db, [command], context.CancellationToken)).Count == 0)
        {
            var known = await db.Commands.FindAsync([told.ScheduleId], context.CancellationToken);
            if (known is not null && !IsTheSame(known, command, contract))
                throw Rejected($"ScheduleId is \"{told.ScheduleId}\"; expected an id of its own: {known.Command} due {Text(known.DueAt)} has it.");
            CommandOutcome.Unchanged($"it is scheduled already, and {known?.State.ToString().ToLowerInvariant()}");
            return;
        }

        audit.Write(context, (AuditSubject.Command, $"{command.Id}"), "scheduled", told.RequestedBy, null, new { command.DueAt, command.Command });
        await db.SaveChangesAsync(context.CancellationToken);
    }

    Type Checked(ScheduleCommand told)
    {
        if (told.DueAt - clock.GetUtcNow() > Farthest)
            throw Rejected($"DueAt is \"{Text(told.DueAt)}\"; expected an instant within ten years.");
        var named = CommandCatalog.Find(told.Command);
        if (named.Count != 1)
            throw Rejected($"Command is \"{told.Command.ShortenedTo(80)}\"; expected " + (named.Count == 0 ? "the name of a command, such as StartMonthClose."
                : $"one of {string.Join(", ", named.Select(CommandCatalog.ExchangeOf))}."));
        if (Encoding.UTF8.GetByteCount(told.Body.ToJsonString()) > Largest)
            throw Rejected($"Body is too large; expected at most {Largest} bytes.");
        return CommandBody.FaultsOf(named[0], told.Body, nameof(ScheduleCommand.Body)) is { Count: > 0 } faults
            ? throw new CommandRejectedException(nameof(ScheduleCommand), faults) : named[0];
    }

    string Sealed(Type contract, JsonObject body) =>
        Encoding.UTF8.GetString(SealedJson.Seal(Encoding.UTF8.GetBytes(body.ToJsonString()), contract, sealer));

    /// <summary>Of one that was over long ago, the body is not there to be compared.</summary>
    bool IsTheSame(ScheduledCommand known, ScheduledCommand told, Type contract) => (known.Command, known.DueAt) == (told.Command, told.DueAt)
        && (known.Body == ScheduledCommand.NothingLeft || CommandBody.FormOf(contract, known.Body, sealer) == CommandBody.FormOf(contract, told.Body, sealer));

    static string Text(DateTimeOffset instant) => instant.ToString("yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture);

    static CommandRejectedException Rejected(string reason) => new(nameof(ScheduleCommand), [reason]);
}

sealed class ScheduleCommandValidator : AbstractValidator<ScheduleCommand>
{
    public ScheduleCommandValidator()
    {
        RuleFor(x => x.DueAt).NotEqual(default(DateTimeOffset)).Expected("an instant such as 2026-11-02T09:00:00Z");
        RuleFor(x => x.RequestedBy).IsWho();
    }
}
