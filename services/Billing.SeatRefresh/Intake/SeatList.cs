using System.Globalization;
using Billing.Contracts.Seats.V1;
using Billing.Hosting.Outcomes;
using Billing.Hosting.Validation;
using FluentValidation;
using MassTransit;

namespace Billing.SeatRefresh.Intake;

/// <summary>The records of one message: the valid ones, and for each other its position and why it was rejected.</summary>
sealed class SeatList<T>
    where T : class
{
    readonly List<RejectedSeatRecord> _rejected = [];
    readonly Func<T, string?> _key;

    SeatList(Func<T, string?> key) => _key = key;

    public List<(int Index, T Row)> Good { get; } = [];

    public static SeatList<T> Check(T[] rows, IValidator<T> validator, Func<T, string?> key)
    {
        var list = new SeatList<T>(key);
        foreach (var (i, row, unreadable, _) in RecordList.Of(rows))
            if (unreadable.Count > 0)
                list.Reject(i, row, [.. unreadable.Select(value => value.ToString())]);
            else if (validator.Validate(row) is { IsValid: false } result)
                list.Reject(i, row, [.. result.Errors.Select(error => Sentence(error.PropertyName, error.AttemptedValue, error.ErrorMessage))]);
            else
                list.Good.Add((i, row));
        return list;
    }

    public void Reject(int index, T row, params string[] reasons)
    {
        Good.RemoveAll(one => one.Index == index);
        _rejected.Add(new RejectedSeatRecord { Index = index, Key = _key(row) ?? "", Reasons = reasons });
    }

    /// <summary>The field, what it held, and what was expected.</summary>
    public static string Sentence(string field, object? value, string expected) =>
        $"{field} is {(value is null ? "missing" : Confidential.Shown(typeof(T), field, $"\"{Shown(value)}\""))}; {expected}.";

    static string Shown(object value) => value switch
    {
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTimeOffset instant => instant.ToString("yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!
    };

    public Task AnswerAsync(IPublishEndpoint bus, string what, string? reference, int taken, CancellationToken cancellationToken)
    {
        foreach (var one in _rejected)
            CommandOutcome.Changed(what, one.Key, $"rejected: {string.Join(' ', one.Reasons)}");
        return bus.Publish(new SeatRecordsTaken
        {
            Reference = reference,
            What = what,
            Taken = taken,
            Unchanged = Good.Count - taken,
            Rejected = [.. _rejected.OrderBy(one => one.Index)]
        }, cancellationToken);
    }
}

/// <summary>What the commands that bring many have in common.</summary>
static class ListRules
{
    public const int Most = 1000;

    public static IRuleBuilderOptions<T, TRow[]> IsList<T, TRow>(this IRuleBuilder<T, TRow[]> rule) =>
        rule.Must(rows => rows is { Length: > 0 and <= Most }).WithMessage("expected 1 to 1,000 of them");

    public static IRuleBuilderOptions<T, string?> IsReference<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(reference => reference is null or { Length: <= 500 }).WithMessage("expected at most 500 characters");
}
