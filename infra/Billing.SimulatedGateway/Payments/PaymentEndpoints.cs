using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Billing.SimulatedGateway.Recording;

namespace Billing.SimulatedGateway.Payments;

/// <summary>The part of Stripe's PaymentIntents API that a biller uses.</summary>
static partial class PaymentEndpoints
{
    // Longer than any sane client waits, so that it is the client that gives up.
    static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(2);

    public static void MapPayments(this WebApplication app)
    {
        var desk = app.Services.GetRequiredService<PaymentDesk>();
        var record = app.Services.GetRequiredService<PaymentRecord>();
        var time = app.Services.GetRequiredService<TimeProvider>();
        var stopping = app.Lifetime.ApplicationStopping;

        app.MapPost("/v1/payment_intents", (RequestDelegate)(async context =>
        {
            if (!context.Request.HasFormContentType)
            {
                await RefuseAsync(context, GatewayError.Invalid("The body must be application/x-www-form-urlencoded", "content_type_invalid"));
                return;
            }

            var (form, refused) = PaymentForm.Read(await context.Request.ReadFormAsync());
            if (form is null)
            {
                await RefuseAsync(context, refused!);
                return;
            }

            var key = context.Request.Headers["Idempotency-Key"] is [{ Length: > 0 } given] ? given : $"none-{Guid.NewGuid():N}";
            var answer = await desk.PayAsync(form, key);
            switch (answer.Delivery)
            {
                case Delivery.NeverAnswer:
                    using (var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping))
                        await Task.Delay(LongestSilence, time, end.Token).ContinueWith(_ => { }, TaskScheduler.Default);
                    context.Abort();
                    break;
                case Delivery.CutConnection:
                    context.Abort();
                    break;
                default:
                    await SendAsync(context, answer);
                    break;
            }
        }));

        app.MapGet("/v1/payment_intents/search", (RequestDelegate)(async context =>
        {
            var query = QueryByChargeId().Match(context.Request.Query["query"].ToString());
            if (query.Success)
                await SendAsync(context, 200, new SearchResult { Data = [.. record.FindByChargeId(query.Groups[1].Value).Select(PaymentIntent.Of)] }, GatewayJson.Default.SearchResult);
            else
                await RefuseAsync(context, GatewayError.Invalid("The one query that this gateway knows is metadata['charge_id']:'VALUE'", "parameter_invalid", "query"));
        }));

        app.MapGet("/v1/payment_intents/{id}", (RequestDelegate)(async context =>
        {
            var id = (string)context.Request.RouteValues["id"]!;
            if (record.Find(id) is { } entry)
                await SendAsync(context, 200, PaymentIntent.Of(entry), GatewayJson.Default.PaymentIntent);
            else
                await SendAsync(context, 404, new ErrorAnswer { Error = GatewayError.Invalid($"No such payment_intent: '{id}'", "resource_missing", "intent") }, GatewayJson.Default.ErrorAnswer);
        }));
    }

    static Task SendAsync(HttpContext context, Answer answer)
    {
        if (answer.RetryAfterSeconds is { } seconds)
            context.Response.Headers.RetryAfter = $"{seconds}";
        return answer.Error is { } error
            ? SendAsync(context, answer.Status, new ErrorAnswer { Error = error }, GatewayJson.Default.ErrorAnswer)
            : SendAsync(context, answer.Status, PaymentIntent.Of(answer.Entry!), GatewayJson.Default.PaymentIntent);
    }

    static Task RefuseAsync(HttpContext context, GatewayError error) =>
        SendAsync(context, 400, new ErrorAnswer { Error = error }, GatewayJson.Default.ErrorAnswer);

    static async Task SendAsync<T>(HttpContext context, int status, T body, JsonTypeInfo<T> type)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, type);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes);
    }

    [GeneratedRegex("""^metadata\[['"]charge_id['"]\]:['"]([^'"]+)['"]$""")]
    private static partial Regex QueryByChargeId();
}
