namespace Billing.MonthClose.Taxing;

/// <summary>What the tax service is asked: all accounts of a chunk.</summary>
sealed record TaxQuestions(IReadOnlyList<AskedAccount> Accounts);

/// <summary>One invoice that is to be taxed.</summary>
sealed record AskedAccount
{
    public required string AccountId { get; init; }
    public required string Currency { get; init; }
    public required string Country { get; init; }
    public string? Region { get; init; }
    public string? TaxId { get; init; }
    public string? Exemption { get; init; }
    public DateOnly? ExemptThrough { get; init; }
    public required IReadOnlyList<AskedLine> Lines { get; init; }
}

/// <param name="Line">Counts from 1.</param>
/// <param name="Category">Of the product.</param>
/// <param name="Day">Whose rate applies.</param>
/// <param name="Amount">What the price says, in the major unit.</param>
sealed record AskedLine(int Line, string Category, DateOnly Day, decimal Amount);

/// <summary>What it answers.</summary>
sealed record TaxAnswers(IReadOnlyList<AnsweredAccount?>? Accounts);

/// <summary>The taxes of one invoice, or why there are none.</summary>
sealed record AnsweredAccount(string? AccountId, string? Currency, string? Problem, IReadOnlyList<AnsweredLine?>? Lines);

/// <param name="Line">As it was asked.</param>
/// <param name="Treatment"><c>added</c>, <c>included</c>, <c>reverseCharge</c> or <c>exempt</c>.</param>
/// <param name="Rate">As a fraction.</param>
/// <param name="Name">What the invoice says.</param>
/// <param name="Tax">In the major unit, with the sign of the line.</param>
sealed record AnsweredLine(int? Line, string? Treatment, decimal? Rate, string? Name, decimal? Tax);
