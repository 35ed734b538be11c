using System.Globalization;
using System.Text.Json;
using Billing.Hosting.Texts;
using FluentValidation;
using FluentValidation.Results;

namespace Billing.Hosting.Validation;

/// <summary>Puts into words what is wrong with a message.</summary>
static class Rejection
{
    const int LongestValue = 80;

    public static IReadOnlyList<string> ReasonsFor<T>(T message, IReadOnlyList<IValidator<T>> validators)
        where T : class
    {
        var missing = RequiredMembers<T>.MissingIn(message);
        var reasons = missing.Select(name => $"{name} is missing; expected a value.").ToList();
        foreach (var validator in validators)
            reasons.AddRange(Validate(message, validator, missing));
        return reasons;
    }

    static string[] Validate<T>(T message, IValidator<T> validator, IReadOnlyList<string> missing)
    {
        try
        {
            return validator.Validate(message).Errors.Where(failure => !missing.Contains(failure.PropertyName))
                .Select(failure => Sentence(typeof(T), failure)).ToArray();
        }
        catch (Exception) when (missing.Count > 0)
        {
            // a rule stumbled over the member that is missing, which is reported already
            return [];
        }
    }

    static string Sentence(Type message, ValidationFailure failure)
    {
        var shown = Confidential.Shown(message, failure.PropertyName, Show(failure.AttemptedValue));
        return failure.ErrorMessage.StartsWith("expected ", StringComparison.Ordinal)
            ? $"{failure.PropertyName} is {shown}; {failure.ErrorMessage.TrimEnd('.')}."
            : $"{failure.PropertyName} is {shown}; {failure.ErrorMessage}";
    }

    static string Show(object? value) => value switch
    {
        null => "missing",
        string text => $"\"{text.ShortenedTo(LongestValue)}\"",
        DateOnly day => $"\"{day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}\"",
        DateTimeOffset instant => $"\"{instant.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture)}\"",
        Guid or Enum => $"\"{Convert.ToString(value, CultureInfo.InvariantCulture)}\"",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => JsonSerializer.Serialize(value).ShortenedTo(LongestValue),
    };
}
