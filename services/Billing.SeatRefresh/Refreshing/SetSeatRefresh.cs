using Billing.Contracts.Seats.V1;
using Billing.Hosting.Outcomes;
using Billing.Hosting.Validation;
using Billing.Persistence;
using Billing.SeatRefresh.Settings;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.SeatRefresh.Refreshing;

/// <summary>Changes how the refresh runs, while it runs. What is left out stays as it is.</summary>
sealed class SetSeatRefreshConsumer(SeatRefreshDbContext db, IBulkWriter bulk, TimeProvider clock) : IConsumer<SetSeatRefresh>
{
    public async Task Consume(ConsumeContext<SetSeatRefresh> context)
    {
        var told = context.Message;
        await bulk.InsertNewAsync(db, [new RefreshSettings()], context.CancellationToken);
        var settings = await db.Settings.ForUpdate().SingleAsync(context.CancellationToken);
        var before = Shown(settings);
        settings.MaxRunning = told.MaxRunning ?? settings.MaxRunning;
        settings.Jobs = Read(told.Jobs) ?? settings.Jobs;
        settings.Batch = Read(told.Batch) ?? settings.Batch;
        if (before.Equals(Shown(settings)))
            CommandOutcome.Unchanged("the refresh runs like this already");
        else
            CommandOutcome.Changed("seat-refresh", "settings", "set", before, Shown(settings));
        (settings.ChangedBy, settings.ChangedAt) = (told.RequestedBy, clock.GetUtcNow());
        await db.SaveChangesAsync(context.CancellationToken);
        await context.Publish(new SeatRefreshSet
        {
            MaxRunning = settings.MaxRunning,
            Jobs = settings.Jobs.ToString().ToLowerInvariant(),
            Batch = settings.Batch.ToString().ToLowerInvariant(),
            RequestedBy = told.RequestedBy
        }, context.CancellationToken);
    }

    static object Shown(RefreshSettings settings) =>
        new { settings.MaxRunning, Jobs = $"{settings.Jobs}".ToLowerInvariant(), Batch = $"{settings.Batch}".ToLowerInvariant() };

    public static RefreshMode? Read(string? mode) => mode switch
    {
        "off" => RefreshMode.Off,
        "shadow" => RefreshMode.Shadow,
        "on" => RefreshMode.On,
        _ => null
    };
}

sealed class SetSeatRefreshValidator : AbstractValidator<SetSeatRefresh>
{
    public SetSeatRefreshValidator()
    {
        RuleFor(x => x.MaxRunning).InclusiveBetween(0, RefreshSettings.MostRunning).Expected("0 (pause) to 64");
        RuleFor(x => x.Jobs).Must(IsMode).Expected("off, shadow or on");
        RuleFor(x => x.Batch).Must(IsMode).Expected("off, shadow or on");
        RuleFor(x => x.RequestedBy).IsLine(200);
    }

    static bool IsMode(string? mode) => mode is null || SetSeatRefreshConsumer.Read(mode) is not null;
}
