using Microsoft.AspNetCore.Http.HttpResults;

namespace Billing.MonthClose;

/// <summary>A month that stands in a URL.</summary>
static class QueryPeriod
{
    /// <summary>Names the field, its value, and what was expected.</summary>
    public static BadRequest<string> Refuse(string value, string name = "period") =>
        TypedResults.BadRequest($"{name} is \"{value}\"; expected a month such as 2026-10");
}
