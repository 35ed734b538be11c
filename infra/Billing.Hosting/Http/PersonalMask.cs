using System.Text;
using Billing.Hosting.Logging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Billing.Hosting.Http;

/// <summary>
/// What a caller without <see cref="Rights.Personal"/> reads: addresses and telephone numbers are masked in whatever an endpoint answers, so that none can
/// forget it. Names have no form by which they are known: an endpoint that shows them asks <see cref="CallerOfRequest.Shown"/>.
/// </summary>
static class PersonalMask
{
    public static void UsePersonalMask(this WebApplication app) => app.Use(async (context, next) =>
    {
        if (context.Caller().May(Rights.Personal) || context.GetEndpoint()?.Metadata.GetMetadata<NeededRights>() is null)
        {
            await next(context);
            return;
        }

        var body = context.Response.Body;
        await using var held = new MemoryStream();
        context.Response.Body = held;
        try
        {
            await next(context);
        }
        finally
        {
            context.Response.Body = body;
        }

        var bytes = IsText(context.Response.ContentType) ? Encoding.UTF8.GetBytes(Of(Encoding.UTF8.GetString(held.ToArray()))) : held.ToArray();
        if (context.Response.ContentLength is not null)
            context.Response.ContentLength = bytes.Length;
        await body.WriteAsync(bytes, context.RequestAborted);
    });

    /// <summary>In JSON a plus sign is written as its number.</summary>
    static string Of(string text) => Masked.Text(text.Replace("\\u002B", "+", StringComparison.Ordinal));

    static bool IsText(string? type) => type is not null
        && (type.StartsWith("text/", StringComparison.OrdinalIgnoreCase) || type.Contains("json", StringComparison.OrdinalIgnoreCase));
}
