using System.Text;
using Billing.Contracts.Notification.V1;
using Billing.Hosting.Validation;
using Billing.Notification.Writing;
using FluentValidation;
using MassTransit;

namespace Billing.Notification.Reporting;

/// <summary>A letter with examples in its fields, for whoever changes a template.</summary>
static class Preview
{
    static readonly Dictionary<string, string> Examples = new(StringComparer.Ordinal)
    {
        ["name"] = "Jane & Partners",
        ["number"] = "2026-000017",
        ["period"] = "2026-10",
        ["currency"] = "USD",
        ["lines"] = "Pro plan: 1 × 50 = 50.00\nObject storage: 200 GB × 0.021 = 4.20",
        ["total"] = "54.20",
        ["credit"] = "4.20",
        ["due"] = "50.00",
        ["paid"] = "50.00",
        ["open"] = "50.00",
        ["next"] = "2 November 2026",
        ["amount"] = "12.00",
        ["note"] = "CRN-000003",
        ["reason"] = "an outage on 12 October",
        ["subscription"] = "sub-1042",
        ["seats"] = "25",
        ["used"] = "24",
        ["remaining"] = "1",
        ["owed"] = "3"
    };

    public static Letter Of(string template, IReadOnlyDictionary<string, string>? values)
    {
        var fields = (Letters.FieldsOf(template) ?? throw new ArgumentException($"No letter is named \"{template}\".", nameof(template)))
            .ToDictionary(field => field, field => values?.GetValueOrDefault(field) ?? Examples.GetValueOrDefault(field, $"[{field}]"), StringComparer.Ordinal);
        return Letters.Write(template, fields).Letter!;
    }

    public static void MapPreviews(this WebApplication app)
    {
        app.MapGet("/api/letters", () => Letters.Names.Select(name => new { Template = name, Fields = Letters.FieldsOf(name) }));
        app.MapGet("/api/letters/{template}", (string template, string? format) =>
            Letters.FieldsOf(template) is null ? TypedResults.NotFound()
            : Of(template, null) is var letter && format == "html" ? (IResult)TypedResults.Text(letter.Html, "text/html", Encoding.UTF8)
            : format == "text" ? TypedResults.Text($"Subject: {letter.Subject}\n\n{letter.Text}", "text/plain", Encoding.UTF8)
            : TypedResults.Ok(letter));
    }
}

sealed class PreviewLetterConsumer : IConsumer<PreviewLetter>
{
    public Task Consume(ConsumeContext<PreviewLetter> context)
    {
        var asked = context.Message;
        var letter = Preview.Of(asked.Template, asked.Values);
        return context.RespondAsync(new LetterPreviewed { Template = asked.Template, Subject = letter.Subject, Text = letter.Text, Html = letter.Html! });
    }
}

sealed class PreviewLetterValidator : AbstractValidator<PreviewLetter>
{
    public PreviewLetterValidator() =>
        RuleFor(asked => asked.Template).Must(template => Letters.FieldsOf(template) is not null).Expected($"one of {string.Join(", ", Letters.Names)}");
}
