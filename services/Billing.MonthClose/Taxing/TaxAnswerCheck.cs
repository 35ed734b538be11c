using Billing.MonthClose.Books.Amounts;
using Billing.MonthClose.Books.Taxes;

namespace Billing.MonthClose.Taxing;

/// <summary>Whether what the tax service says of an account can be the tax of what was asked. Only then is it billed.</summary>
static class TaxAnswerCheck
{
    public static TaxAnswer Of(TaxRequest asked, AnsweredAccount? answer) =>
        answer is null ? Cannot("its answer does not name the account")
        : answer.Problem is { } problem ? Cannot(problem)
        : answer.Currency != asked.Currency ? Cannot($"it answered in \"{answer.Currency}\"; expected {asked.Currency}")
        : Lines(asked, answer.Lines ?? []);

    public static TaxAnswer Cannot(string why) =>
        TaxAnswer.Cannot(TaxProblem.CallFailed, $"The tax service did not say its tax: {why}. Unpark the account to ask again.");

    static TaxAnswer Lines(TaxRequest asked, IReadOnlyList<AnsweredLine?> lines)
    {
        var taxes = new List<LineTax>(asked.Lines.Count);
        for (var i = 0; i < asked.Lines.Count; i++)
        {
            var told = lines.Where(line => line?.Line == i + 1).ToList();
            if (told is not [{ } one])
                return Cannot($"it told line {i + 1} {told.Count} times; expected once");
            if (WhyNot(asked.Lines[i].Amount, asked.Currency, one) is { } wrong)
                return Cannot($"line {i + 1} has {wrong}");
            taxes.Add(new LineTax(Enum.Parse<TaxTreatment>(one.Treatment!, ignoreCase: true), one.Rate!.Value, one.Name!, one.Tax!.Value));
        }

        return lines.Count == asked.Lines.Count ? TaxAnswer.Of(taxes) : Cannot($"it told {lines.Count} lines; expected {asked.Lines.Count}");
    }

    static string? WhyNot(decimal amount, string currency, AnsweredLine line)
    {
        if (line.Treatment is not { } word || !Enum.TryParse<TaxTreatment>(word, ignoreCase: true, out var treatment) || !Enum.IsDefined(treatment)
            || int.TryParse(word, out _))
            return $"the treatment \"{line.Treatment}\"; expected added, included, reverseCharge or exempt";
        if (line.Rate is not (>= 0 and <= 1) || decimal.Round(line.Rate.Value, TaxRate.Scale) != line.Rate)
            return $"the rate {line.Rate}; expected a fraction from 0 to 1 with at most {TaxRate.Scale} decimals";
        if (string.IsNullOrWhiteSpace(line.Name) || line.Name.Length > LineTax.LongestName || !line.Name.IsStorable())
            return $"no name; expected 1 to {LineTax.LongestName} characters";
        if (line.Tax is not { } tax || !Currencies.IsWhole(tax, currency) || (tax != 0 && Math.Sign(tax) != Math.Sign(amount))
            || Math.Abs(tax) > Math.Abs(amount))
            return $"the tax {line.Tax}; expected the sign of {amount}, no more than it, and no more decimals than {currency} has";
        // nobody is charged zero because a service forgot to fill a field
        var expected = treatment switch
        {
            TaxTreatment.Added => Currencies.Round(amount * line.Rate.Value, currency),
            TaxTreatment.Included => Currencies.Round(amount - amount / (1 + line.Rate.Value), currency),
            _ => 0
        };
        return (tax == 0) == (expected == 0) ? null : $"the tax {tax}; its rate of {line.Rate} makes it {expected}";
    }
}
