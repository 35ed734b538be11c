using Billing.Contracts.MonthClose.V1;
using Billing.Hosting.Http;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Pricing;
using Billing.MonthClose.Books.Seats;
using Billing.MonthClose.Intake.Pricing;
using Billing.Views.MonthClose;

namespace Billing.MonthClose.Look.WhatIf;

/// <summary>A question to the books, so it is asked over HTTP and not by a command: nothing of it is kept.</summary>
static class WhatIfEndpoints
{
    public static void AddWhatIf(this IServiceCollection services) => services.AddScoped<WhatIfReader>();

    public static void MapWhatIf(this WebApplication app)
    {
        // A month is walked through by one question at a time: the next one is told to come again.
        var one = new SemaphoreSlim(1);
        app.MapGroup("").Needs(Rights.Read).MapPost("/api/what-if/{period}",
            async Task<IResult> (string period, WhatIfQuestion question, WhatIfReader reader, TimeProvider clock,
            CancellationToken stopping) =>
        {
            if (!BillingPeriod.TryParse(period, out var month))
                return QueryPeriod.Refuse(period);
            if (!Enum.TryParse<SeatRule>(question.SeatRule ?? nameof(SeatRule.Daily), ignoreCase: true, out var rule) || !Enum.IsDefined(rule))
                return TypedResults.BadRequest($"seatRule is \"{question.SeatRule}\"; expected one of {string.Join(", ", Enum.GetNames<SeatRule>())}");
            var prices = new List<Price>();
            foreach (var (told, i) in (question.Prices ?? []).Select((told, i) => (told is null ? null : ToCommand(told), i)))
            {
                if ((told is null ? "is null; expected a price" : WhyNot(told)) is { } fault)
                    return TypedResults.BadRequest($"prices[{i}]: {fault}");
                prices.Add(SetPriceConsumer.ToPrice(told!, clock.GetUtcNow()));
            }

            if (prices.Count == 0 && rule == SeatRule.Daily)
                return TypedResults.BadRequest("nothing is to be otherwise; expected prices, or a seatRule other than Daily");
            if (!await one.WaitAsync(0, stopping))
                return TypedResults.Problem("Another month is being computed; ask again when it is done.", statusCode: StatusCodes.Status429TooManyRequests);
            try
            {
                return await reader.ReadAsync(month, prices, rule, stopping) is { } view ? TypedResults.Ok(view) : TypedResults.NotFound();
            }
            finally
            {
                one.Release();
            }
        }).Produces<WhatIfView>();
    }

    static SetPrice ToCommand(WhatIfPrice told) => new()
    {
        PriceCode = told.PriceCode ?? "",
        Currency = told.Currency ?? "",
        Description = told.PriceCode ?? "",
        Model = told.Model ?? "",
        UnitPrice = told.UnitPrice,
        MonthlyCapHours = told.MonthlyCapHours,
        Tiers = told.Tiers is null ? null
            : [.. told.Tiers.Select(tier => new PriceTier { UpTo = tier.UpTo, UnitPrice = tier.UnitPrice, FlatPrice = tier.FlatPrice })]
    };

    /// <summary>The rules of the command, so that what was asked for can be set.</summary>
    static string? WhyNot(SetPrice told) =>
        new SetPriceValidator().Validate(told) is { IsValid: false } wrong ? string.Join("; ", wrong.Errors.Select(error => error.ErrorMessage)) : null;
}
