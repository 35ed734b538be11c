using Billing.Contracts.MonthClose.V1;
using Billing.Hosting.Validation;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Pricing;
using Billing.MonthClose.Books.Taxes;
using FluentValidation;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Intake.Pricing;

/// <summary>Puts a rate beside those that are there. The same rate again is no new one.</summary>
sealed class SetTaxRateConsumer(MonthCloseDbContext db, AuditTrail audit, TimeProvider clock) : IConsumer<SetTaxRate>
{
    public async Task Consume(ConsumeContext<SetTaxRate> context)
    {
        var news = ToRate(context.Message, clock.GetUtcNow());
        var latest = await db.TaxRates.AsNoTracking().Where(rate => rate.Country == news.Country && rate.Region == news.Region && rate.Category == news.Category
                && rate.ValidFrom == news.ValidFrom)
            .OrderByDescending(rate => rate.Version).FirstOrDefaultAsync(context.CancellationToken);
        if (latest is not null && latest with { Version = 0, SetAt = default } == news with { SetAt = default })
            return;

        // Two that come at the same moment meet on the key, and one tries again.
        news.Version = (await db.TaxRates.MaxAsync(rate => (long?)rate.Version, context.CancellationToken) ?? 0) + 1;
        db.TaxRates.Add(news);
        await db.SaveChangesAsync(context.CancellationToken);
        await audit.WriteAsync(audit.Entry(null, AuditSubject.TaxRate, $"{news.Country}:{news.Region}:{news.Category}", "set",
            before: latest is null ? null : Shown(latest), after: Shown(news), by: context.Message.RequestedBy), context.CancellationToken);
    }

    static object Shown(TaxRate rate) => new { rate.Version, rate.Name, rate.Rate, rate.Inclusive, rate.ReverseCharge, rate.ValidFrom };

    static TaxRate ToRate(SetTaxRate told, DateTimeOffset now) => new()
    {
        Country = told.Country,
        Region = told.Region,
        Category = told.Category ?? Price.StandardTaxCategory,
        Name = told.Name,
        Rate = told.Rate!.Value,
        Inclusive = told.Inclusive,
        ReverseCharge = told.ReverseCharge,
        ValidFrom = told.ValidFrom,
        SetAt = now
    };
}

sealed class SetTaxRateValidator : AbstractValidator<SetTaxRate>
{
    public SetTaxRateValidator()
    {
        RuleFor(x => x.Country).Must(country => country?.IsCountry() == true).Expected("an ISO 3166-1 code of two capital letters, such as DE");
        RuleFor(x => x.Region).IsNameOrNull(TaxRate.LongestRegion);
        RuleFor(x => x.Category).IsNameOrNull(TaxRate.LongestCategory);
        RuleFor(x => x.Name).IsId(TaxRate.LongestName);
        RuleFor(x => x.Rate).Must(rate => rate is >= 0 and <= 1 && decimal.Round(rate.Value, TaxRate.Scale) == rate)
            .Expected("a fraction from 0 to 1 with at most six decimals: 0.19 is 19 %");
        RuleFor(x => x.ValidFrom).Must(day => day.Year >= 1900).Expected("a day from 1900 on, such as 2026-01-01");
        RuleFor(x => x.RequestedBy).IsText(200);
    }
}
