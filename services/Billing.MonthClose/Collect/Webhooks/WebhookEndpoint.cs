using System.Text;
using System.Text.Json;
using Billing.Hosting.Http;
using Billing.MonthClose.Gateway.Stripe;
using Billing.Persistence;
using MassTransit;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Collect.Webhooks;

/// <summary>
/// <c>POST /webhooks/stripe</c>. It checks the signature, writes the event down beside the message that will handle it, in one transaction, and
/// answers at once. An event that was seen before is answered the same, and nothing follows.
/// </summary>
static class WebhookEndpoint
{
    public const string Path = "/webhooks/stripe";

    public static void MapWebhooks(this WebApplication app) =>
        app.MapPost(Path, (RequestDelegate)HandleAsync).AllowWithoutKey();       // the signature is its key

    static async Task HandleAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var options = services.GetRequiredService<IOptions<WebhookOptions>>().Value;
        if (options.Secrets.Length == 0)
        {
            await AnswerAsync(context, 503, "Webhooks are not taken: Gateway:Webhooks:Secrets is not set.");
            return;
        }

        if (await ReadAsync(context.Request, options.LargestBody, context.RequestAborted) is not { } body)
        {
            await AnswerAsync(context, 413, $"The body is larger than {options.LargestBody} bytes.");
            return;
        }

        var clock = services.GetRequiredService<TimeProvider>();
        var header = context.Request.Headers["Stripe-Signature"].ToString();
        if (StripeSignature.Fault(header, body, options.Secrets, options.Tolerance, clock.GetUtcNow()) is { } fault)
        {
            await AnswerAsync(context, 400, fault);
            return;
        }

        if (Read(body, clock.GetUtcNow()) is not { } told)
        {
            await AnswerAsync(context, 400, "The body is no event: expected id, type, created and data.object.");
            return;
        }

        var isNew = await TakeAsync(services, told, context.RequestAborted);
        await AnswerAsync(context, 200, isNew ? "received" : "received before");
    }

    /// <summary>Writes the event down beside the message that will handle it.</summary>
    /// <returns>False when it was seen before.</returns>
    internal static Task<bool> TakeAsync(IServiceProvider services, GatewayEvent told, CancellationToken cancellationToken) =>
        services.GetRequiredService<Transactions<MonthCloseDbContext>>().RunAsync(async scope =>
        {
            var fresh = await scope.GetRequiredService<IBulkWriter>().InsertNewAsync(scope.GetRequiredService<MonthCloseDbContext>(), [told],
                cancellationToken);
            if (fresh.Count > 0)
                await scope.GetRequiredService<IPublishEndpoint>().Publish(new HandleGatewayEvent(told.EventId), cancellationToken);
            return fresh.Count > 0;
        }, cancellationToken);

    /// <summary>Null when it is larger than that, whatever its header says.</summary>
    static async Task<byte[]?> ReadAsync(HttpRequest request, int most, CancellationToken cancellationToken)
    {
        if (request.ContentLength > most)
            return null;
        var buffer = new byte[4096];
        using var body = new MemoryStream();
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (body.Length + read > most)
                return null;
            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }

    internal static GatewayEvent? Read(byte[] body, DateTimeOffset now)
    {
        if (StripeEvent.Read(body) is not
            {
                Id.Length: > 0 and <= 255, Type.Length: > 0 and <= 100, Created: { } created,
                Data.Object.ValueKind: JsonValueKind.Object
            } told)
            return null;
        var about = told.Data.Object;
        var metadata = about.TryGetProperty("metadata", out var some) && some.ValueKind == JsonValueKind.Object ? some : default;
        var chargeId = metadata.ValueKind == JsonValueKind.Object && metadata.TryGetProperty("charge_id", out var id) && id.ValueKind == JsonValueKind.String
            && Guid.TryParse(id.GetString(), out var ours) ? ours : (Guid?)null;
        var subject = about.TryGetProperty("id", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString() : null;
        var text = Encoding.UTF8.GetString(body);
        return new GatewayEvent
        {
            EventId = told.Id,
            Type = told.Type,
            CreatedAt = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(created, 0, 253402300799)),
            ReceivedAt = now,
            Subject = subject is { Length: <= 255 } ? subject : null,
            ChargeId = chargeId,
            Body = text.Replace("\0", "", StringComparison.Ordinal),
            State = GatewayEventState.Received
        };
    }

    static Task AnswerAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
