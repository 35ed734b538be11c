using System.Text;
using Billing.Contracts.Notification.V1;
using Billing.Hosting.Http;
using Billing.Hosting.Outcomes;
using Billing.Hosting.Validation;
using Billing.Notification.Writing;
using FluentValidation;
using MassTransit;

namespace Billing.Notification.Reporting;

/// <param name="Template">Name of a letter.</param>
/// <param name="Fields">That stand in it.</param>
public sealed record LetterFields(string Template, IReadOnlyList<string> Fields);

/// <summary>A template with examples in its fields, for whoever changes a template.</summary>
static class Preview
{
    /// <summary>May be missing, so no template asks for it.</summary>
    const string Link = "link";

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
        ["until"] = "1 December 2026",
        ["payment"] = "Please transfer it by 1 December 2026, and name the number of the invoice.",
        ["amount"] = "12.00",
        ["note"] = "CRN-000003",
        ["reason"] = "an outage on 12 October",
        [Link] = "https://pay.example.com/invoices/AQGd-an-example",
        ["subscription"] = "sub-1042",
        ["seats"] = "25",
        ["used"] = "24",
        ["remaining"] = "1",
        ["owed"] = "3"
    };

    public static MessageContent Of(string template, IReadOnlyDictionary<string, string>? values)
    {
        var fields = (Templates.FieldsOf(template) ?? throw new ArgumentException($"No template is named \"{template}\".", nameof(template)))
            .Append(Link)
            .ToDictionary(field => field, field => values?.GetValueOrDefault(field) ?? Examples.GetValueOrDefault(field, $"[{field}]"), StringComparer.Ordinal);
        return Templates.Write(template, fields).Content!;
    }

    public static void MapPreviews(this WebApplication app)
    {
        var reads = app.MapGroup("").Needs(Rights.Read);
        reads.MapGet("/api/letters", () => Templates.Names.Select(name => new LetterFields(name, [.. Templates.FieldsOf(name) ?? []])));
        reads.MapGet("/api/letters/{template}", (string template, string? format) =>
            Templates.FieldsOf(template) is null ? TypedResults.NotFound()
            : Of(template, null) is var content && format == "html" ? (IResult)TypedResults.Text(content.Html, "text/html", Encoding.UTF8)
            : format == "text" ? TypedResults.Text($"Subject: {content.Subject}\n\n{content.Text}", "text/plain", Encoding.UTF8)
            : TypedResults.Ok(content)).Produces<MessageContent>(contentType: "application/json", additionalContentTypes: ["text/html", "text/plain"]);
    }
}

sealed class PreviewLetterConsumer : IConsumer<PreviewLetter>
{
    public Task Consume(ConsumeContext<PreviewLetter> context)
    {
        var asked = context.Message;
        var content = Preview.Of(asked.Template, asked.Values);
        CommandOutcome.Changed("letter", asked.Template, "previewed", after: new { content.Subject, content.Text });
        return context.RespondAsync(new LetterPreviewed { Template = asked.Template, Subject = content.Subject, Text = content.Text, Html = content.Html! });
    }
}

sealed class PreviewLetterValidator : AbstractValidator<PreviewLetter>
{
    public PreviewLetterValidator() =>
        RuleFor(asked => asked.Template).Must(template => Templates.FieldsOf(template) is not null).Expected($"one of {string.Join(", ", Templates.Names)}");
}
