using Billing.Contracts.MonthClose.V1;
using Billing.Hosting.Validation;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Pricing;
using Billing.Persistence;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Intake.Pricing;

/// <summary>Puts a version of a price beside those that are there. The same price again is no new version.</summary>
sealed class SetPriceConsumer(MonthCloseDbContext db, AuditTrail audit, TimeProvider clock) : IConsumer<SetPrice>
{
    public async Task Consume(ConsumeContext<SetPrice> context)
    {
        var news = ToPrice(context.Message, clock.GetUtcNow());
        // Whoever sets a price holds the first one of all meanwhile, so that versions are committed in their order: a run that begins with version 17 never
        // sees a 16 that came later. While there is none, two that come at the same moment meet on the key, and one tries again.
        await db.Prices.AsNoTracking().OrderBy(price => price.Version).Take(1).ForUpdate().ToListAsync(context.CancellationToken);
        var latest = await db.Prices.AsNoTracking().Where(price => price.PriceCode == news.PriceCode && price.Currency == news.Currency)
            .OrderByDescending(price => price.Version).FirstOrDefaultAsync(context.CancellationToken);
        if (latest is not null && Same(latest, news))
            return;

        news.Version = (await db.Prices.MaxAsync(price => (long?)price.Version, context.CancellationToken) ?? 0) + 1;
        db.Prices.Add(news);
        await db.SaveChangesAsync(context.CancellationToken);
        await audit.WriteAsync(audit.Entry(null, AuditSubject.Price, $"{news.PriceCode}:{news.Currency}", "set",
            before: latest is null ? null : Shown(latest), after: Shown(news), by: context.Message.RequestedBy), context.CancellationToken);
    }

    static object Shown(Price price) =>
        new { price.Version, price.Model, price.UnitPrice, price.MonthlyCapHours, price.Tiers, price.Description, price.TaxCategory };

    static bool Same(Price left, Price right) =>
        left.Description == right.Description && left.TaxCategory == right.TaxCategory && left.Model == right.Model && left.UnitPrice == right.UnitPrice
        && left.MonthlyCapHours == right.MonthlyCapHours && left.Tiers.SequenceEqual(right.Tiers);

    public static Price ToPrice(SetPrice told, DateTimeOffset now) => new()
    {
        PriceCode = told.PriceCode,
        Currency = told.Currency,
        Description = told.Description,
        Model = Enum.Parse<PriceModel>(told.Model, ignoreCase: true),
        UnitPrice = told.UnitPrice ?? 0,
        MonthlyCapHours = told.MonthlyCapHours ?? Price.DefaultMonthlyCapHours,
        Tiers = [.. (told.Tiers ?? []).Select(tier => new Tier(tier.UpTo, tier.UnitPrice, tier.FlatPrice))],
        TaxCategory = told.TaxCategory ?? Price.StandardTaxCategory,
        SetAt = now
    };
}

sealed class SetPriceValidator : AbstractValidator<SetPrice>
{
    static readonly string[] Models = ["unit", "hourly", "graduated", "volume"];

    public SetPriceValidator()
    {
        RuleFor(x => x.PriceCode).IsId(64);
        RuleFor(x => x.RequestedBy).IsText(200);
        RuleFor(x => x.Currency).IsCurrency();
        RuleFor(x => x.Description).IsId(200);
        RuleFor(x => x.TaxCategory).IsNameOrNull(64);
        RuleFor(x => x.Model).Must(model => Models.Contains(model, StringComparer.OrdinalIgnoreCase)).Expected("unit, hourly, graduated or volume");
        RuleFor(x => x.UnitPrice).Must((price, unit) => IsTiered(price) ? unit is null : unit is >= 0 and var value && value.FitsFullPrecision())
            .Expected("a price of zero or more for unit and hourly, and none for graduated and volume");
        RuleFor(x => x.MonthlyCapHours).Must(hours => hours is null or (> 0 and <= 744)).Expected("1 to 744 hours");
        RuleFor(x => x.Tiers).Must((price, tiers) => !IsTiered(price) ? tiers is null or [] : tiers is not null && Tile(tiers))
            .Expected("for graduated and volume, tiers whose UpTo grows and whose last is open; none otherwise");
    }

    static bool IsTiered(SetPrice price) => price.Model?.ToUpperInvariant() is "GRADUATED" or "VOLUME";

    static bool Tile(PriceTier[] tiers) =>
        tiers.Length > 0 && tiers.All(tier => tier is not null) && tiers[^1].UpTo is null && tiers[..^1].All(tier => tier.UpTo > 0)
        && tiers[..^1].Zip(tiers[..^1].Skip(1)).All(pair => pair.First.UpTo < pair.Second.UpTo)
        && tiers.All(tier => tier.UnitPrice >= 0 && tier.FlatPrice >= 0 && tier.UnitPrice.FitsFullPrecision() && tier.FlatPrice.FitsFullPrecision());
}
