using Billing.Hosting.Http;
using Billing.Hosting.Texts;
using Billing.Notification.Messages;
using Billing.Notification.Settings;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Billing.Notification.Outlets.Twilio;

/// <summary>
/// <c>POST /webhooks/twilio/{notificationId}</c>: Twilio says how far a message is. The address bears our own id, so that it is known even when the answer to
/// our request was lost. It is checked against the address that we gave to Twilio, not against what a proxy makes of it.
/// </summary>
static class TwilioCallback
{
    /// <summary>Bytes of a callback; Twilio's have some hundred.</summary>
    const int LargestBody = 64 * 1024;

    const int LongestSid = 64;

    public static void MapTwilio(this WebApplication app) =>
        app.MapPost($"/{TwilioOptions.CallbackPath}/{{id:guid}}", HandleAsync).AllowWithoutKey().DisableAntiforgery();       // the signature is its key

    static async Task<IResult> HandleAsync(Guid id, HttpContext context, IOptions<TwilioOptions> options, DeliveryReports reports)
    {
        if (options.Value is not { IsSet: true } twilio || twilio.CallbackOf(id) is not { } address)
            return TypedResults.Text("Callbacks are not taken: Twilio:AccountSid and Twilio:PublicAddress are not set.", statusCode: 503);
        if (!context.Request.HasFormContentType)
            return TypedResults.Text("Expected a form.", statusCode: 415);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = LargestBody;
        IFormCollection form;
        try
        {
            form = await context.Request.ReadFormAsync(context.RequestAborted);
        }
        catch (Exception bad) when (bad is InvalidDataException or BadHttpRequestException)
        {
            return TypedResults.Text("The form cannot be read.", statusCode: 400);
        }

        if (!TwilioSignature.IsGood(context.Request.Headers["X-Twilio-Signature"], address, form, [twilio.AuthToken, twilio.SecondAuthToken]))
            return TypedResults.Text("X-Twilio-Signature is missing or wrong.", statusCode: 403);
        if (StageOf(form["MessageStatus"]) is not { } stage)
            return TypedResults.NoContent();        // a status that may come one day says nothing yet
        var sid = form["MessageSid"].ToString();
        return await reports.RecordAsync(id, stage, sid.Length is > 0 and <= LongestSid ? sid : null, ReasonOf(form), context.RequestAborted)
            ? TypedResults.NoContent()
            : TypedResults.NotFound();
    }

    static DeliveryStage? StageOf(string? status) => status switch
    {
        "accepted" or "scheduled" or "queued" => DeliveryStage.Queued,
        "sending" => DeliveryStage.Sending,
        "sent" => DeliveryStage.Sent,
        "undelivered" or "failed" or "canceled" => DeliveryStage.Undelivered,
        "delivered" or "read" => DeliveryStage.Delivered,
        _ => null
    };

    static string? ReasonOf(IFormCollection form)
    {
        var (code, words) = (form["ErrorCode"].ToString(), form["ErrorMessage"].ToString());
        var reason = Billing.Hosting.Logging.Masked.Text(words.Length > 0 ? $"{code}: {words}" : code);
        return reason.Length == 0 ? null : reason.ShortenedTo(DeliveryReport.LongestReason);
    }
}
