using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Billing.SimulatedGateway.Payments;
using Billing.SimulatedGateway.Refunds;

namespace Billing.SimulatedGateway;

/// <summary>How requests are read and answers are sent, or not sent.</summary>
static class GatewayHttp
{
    // Longer than any sane client waits, so that it is the client that gives up.
    static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(2);

    const int MostListed = 100;

    /// <summary>The payment that a list is asked for; null for all.</summary>
    public static string? PaymentOf(HttpContext context) => context.Request.Query["payment_intent"] is [{ Length: > 0 } given] ? given : null;

    /// <summary>From when on a list is asked for, in seconds since 1970; 0 for all.</summary>
    public static long SinceOf(HttpContext context) =>
        long.TryParse(context.Request.Query["created[gte]"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : 0;

    /// <summary>Reads a form, does the work under the caller's key, and delivers the answer as the rules say.</summary>
    public static async Task AnswerFormAsync<TForm>(
        HttpContext context, Func<IFormCollection, (TForm? Form, GatewayError? Refused)> read, Func<TForm, string, Task<Answer>> work)
        where TForm : class
    {
        if (!context.Request.HasFormContentType)
        {
            await RefuseAsync(context, 400, GatewayError.Invalid("The body must be application/x-www-form-urlencoded", "content_type_invalid"));
            return;
        }

        var (form, refused) = read(await context.Request.ReadFormAsync());
        if (form is null)
        {
            await RefuseAsync(context, 400, refused!);
            return;
        }

        var key = context.Request.Headers["Idempotency-Key"] is [{ Length: > 0 } given] ? given : $"none-{Guid.NewGuid():N}";
        var answer = await work(form, key);
        switch (answer.Delivery)
        {
            case Delivery.NeverAnswer:
                var services = context.RequestServices;
                using (var end = CancellationTokenSource.CreateLinkedTokenSource(
                    context.RequestAborted, services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping))
                    await Task.Delay(LongestSilence, services.GetRequiredService<TimeProvider>(), end.Token).ContinueWith(_ => { }, TaskScheduler.Default);
                context.Abort();
                break;
            case Delivery.CutConnection:
                context.Abort();
                break;
            default:
                await SendAsync(context, answer);
                break;
        }
    }

    /// <summary>One page of a list, newest first, by <c>limit</c> and <c>starting_after</c>.</summary>
    public static (T[] Data, bool HasMore) Page<T>(HttpContext context, IEnumerable<T> newestFirst, Func<T, string> id) =>
        Page(context, after => after is null ? newestFirst : newestFirst.SkipWhile(one => id(one) != after).Skip(1));

    /// <param name="context">The request, which says how many it wants and after which.</param>
    /// <param name="newestFirst">The list, from the entry after the named one.</param>
    public static (T[] Data, bool HasMore) Page<T>(HttpContext context, Func<string?, IEnumerable<T>> newestFirst)
    {
        var after = context.Request.Query["starting_after"] is [{ Length: > 0 } given] ? given : null;
        var limit = int.TryParse(context.Request.Query["limit"], NumberStyles.None, CultureInfo.InvariantCulture, out var wanted)
            ? Math.Clamp(wanted, 1, MostListed) : 10;
        var some = newestFirst(after).Take(limit + 1).ToArray();
        return (some[..Math.Min(limit, some.Length)], some.Length > limit);
    }

    public static Task RefuseAsync(HttpContext context, int status, GatewayError error) =>
        SendAsync(context, status, new ErrorAnswer { Error = error }, GatewayJson.Default.ErrorAnswer);

    public static async Task SendAsync<T>(HttpContext context, int status, T body, JsonTypeInfo<T> type)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, type);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = bytes.Length;
        context.Response.Headers["Request-Id"] = $"req_{Guid.NewGuid():N}"[..18];
        await context.Response.Body.WriteAsync(bytes);
    }

    static Task SendAsync(HttpContext context, Answer answer)
    {
        if (answer.RetryAfterSeconds is { } seconds)
            context.Response.Headers.RetryAfter = $"{seconds}";
        return answer switch
        {
            { Error: { } error } => RefuseAsync(context, answer.Status, error),
            { Refund: { } refund } => SendAsync(context, answer.Status, Refund.Of(refund), GatewayJson.Default.Refund),
            _ => SendAsync(context, answer.Status, PaymentIntent.Of(answer.Payment!), GatewayJson.Default.PaymentIntent)
        };
    }
}
