using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using Billing.MonthClose.Money;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Charging;

/// <summary>Speaks to a gateway in the shape of Stripe's payment intents: form-encoded, amounts in minor units, one idempotency key a charge.</summary>
sealed class HttpPaymentGateway(HttpClient http, IOptions<GatewayOptions> options, TimeProvider clock) : IPaymentGateway
{
    /// <summary>Whatever the gateway asks for: a chunk's other answers wait behind this one, and what stays unanswered is asked for later anyway.</summary>
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    static readonly HashSet<string> HardDeclines = new(StringComparer.Ordinal)
    {
        "stolen_card", "lost_card", "pickup_card", "expired_card", "incorrect_number", "fraudulent", "merchant_blacklist", "restricted_card",
        "card_not_supported", "invalid_account", "revocation_of_all_authorizations", "revocation_of_authorization", "payment_method_missing", "resource_missing"
    };

    const int LongestCode = 64;

    public Task<GatewayAnswer> ChargeAsync(GatewayCharge charge, CancellationToken cancellationToken) =>
        PostAsync("v1/payment_intents", charge.ChargeId,
        [
            new("amount", Currencies.ToMinor(charge.Amount, charge.Currency).ToString(CultureInfo.InvariantCulture)),
            new("currency", charge.Currency.ToLowerInvariant()),
            new("customer", charge.AccountId),
            new("payment_method", charge.PaymentMethod),
            new("confirm", "true"),
            new("off_session", "true"),
            new("metadata[charge_id]", charge.ChargeId.ToString()),
            new("metadata[period]", charge.Period)
        ], cancellationToken);

    public Task<GatewayAnswer> RefundAsync(GatewayRefund refund, CancellationToken cancellationToken) =>
        PostAsync("v1/refunds", refund.RefundId,
        [
            new("payment_intent", refund.GatewayReference),
            new("amount", Currencies.ToMinor(refund.Amount, refund.Currency).ToString(CultureInfo.InvariantCulture)),
            new("metadata[refund_id]", refund.RefundId.ToString()),
            new("metadata[charge_id]", refund.ChargeId.ToString())
        ], cancellationToken);

    public async Task<GatewayAnswer?> FindRefundAsync(GatewayRefund refund, CancellationToken cancellationToken)
    {
        try
        {
            string? after = null;
            while (true)
            {
                using var bound = Bound(cancellationToken);
                var query = $"v1/refunds?payment_intent={Uri.EscapeDataString(refund.GatewayReference)}&limit=100{(after is null ? "" : $"&starting_after={after}")}";
                using var response = await http.GetAsync(new Uri(query, UriKind.Relative), bound.Token);
                if (!response.IsSuccessStatusCode)
                    return new GatewayAnswer.Unknown($"the list of refunds was answered {(int)response.StatusCode}");
                var page = await response.Content.ReadFromJsonAsync<RefundPage>(bound.Token);
                if (page?.Data is null)
                    return new GatewayAnswer.Unknown("the list of refunds cannot be read");
                if (page.Data.FirstOrDefault(one => one.Metadata?.GetValueOrDefault("refund_id") == refund.RefundId.ToString()) is { } found)
                    return ToAnswer(found);
                if (!page.HasMore || page.Data.Length == 0)
                    return null;
                after = page.Data[^1].Id;
            }
        }
        catch (Exception lost) when (IsLost(lost, cancellationToken))
        {
            return new GatewayAnswer.Unknown(lost.Message);
        }
    }

    public async Task<GatewayAnswer?> FindAsync(GatewayCharge charge, CancellationToken cancellationToken)
    {
        try
        {
            using var bound = Bound(cancellationToken);
            var query = Uri.EscapeDataString($"metadata['charge_id']:'{charge.ChargeId}'");
            using var response = await http.GetAsync(new Uri($"v1/payment_intents/search?query={query}", UriKind.Relative), bound.Token);
            if (!response.IsSuccessStatusCode)
                return new GatewayAnswer.Unknown($"the search was answered {(int)response.StatusCode}");
            var found = await response.Content.ReadFromJsonAsync<SearchResult>(bound.Token);
            return found?.Data switch
            {
                null or [] => null,
                [{ Status: "succeeded" } intent, ..] => new GatewayAnswer.Succeeded(intent.Id),
                [{ LastPaymentError: { } error }, ..] => ToDeclined(error),
                [{ Status: var status }, ..] => new GatewayAnswer.Unknown($"the gateway says {status}")
            };
        }
        catch (Exception lost) when (IsLost(lost, cancellationToken))
        {
            return new GatewayAnswer.Unknown(lost.Message);
        }
    }

    async Task<GatewayAnswer> PostAsync(string path, Guid key, KeyValuePair<string, string>[] form, CancellationToken cancellationToken)
    {
        for (var tried = 1; ; tried++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path);
            request.Headers.Add("Idempotency-Key", key.ToString());
            request.Content = new FormUrlEncodedContent(form);
            var (answer, later) = await SendAsync(request, cancellationToken);
            if (answer is not null)
                return answer;
            if (tried >= options.Value.Tries)
                return new GatewayAnswer.Unknown("the gateway kept saying: later");
            var pause = later ?? TimeSpan.FromMilliseconds(100 * Math.Pow(2, tried));
            await Task.Delay(pause < LongestPause ? pause : LongestPause, clock, cancellationToken);
        }
    }

    async Task<(GatewayAnswer? Answer, TimeSpan? Later)> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            using var bound = Bound(cancellationToken);
            using var response = await http.SendAsync(request, bound.Token);
            if (response.StatusCode is HttpStatusCode.TooManyRequests || response.StatusCode is HttpStatusCode.Conflict)
                return (null, response.Headers.RetryAfter?.Delta);
            if (response.StatusCode >= HttpStatusCode.InternalServerError)
                return (new GatewayAnswer.Unknown($"answered {(int)response.StatusCode}"), null);
            if (response.IsSuccessStatusCode)
            {
                var done = await response.Content.ReadFromJsonAsync<Done>(bound.Token);
                return (done is null ? new GatewayAnswer.Unknown("the gateway says nothing") : ToAnswer(done), null);
            }

            var error = (await response.Content.ReadFromJsonAsync<ErrorBody>(bound.Token))?.Error;
            // A payment method that the gateway no longer knows is the customer's to change; every other bad request is ours.
            return ((response.StatusCode == HttpStatusCode.PaymentRequired || error is { Code: "resource_missing", Param: "payment_method" }) && error is not null
                ? ToDeclined(error)
                : new GatewayAnswer.Refused(Short(error?.Type ?? $"http_{(int)response.StatusCode}"), error?.Message ?? "the gateway gave no reason"), null);
        }
        catch (Exception lost) when (IsLost(lost, cancellationToken))
        {
            return (new GatewayAnswer.Unknown(lost.Message), null);
        }
    }

    static GatewayAnswer ToAnswer(Done done) => done switch
    {
        { Status: "succeeded" } => new GatewayAnswer.Succeeded(done.Id),
        { Object: "refund", Status: "failed" or "canceled" } => new GatewayAnswer.Declined(Short(done.FailureReason ?? done.Status), Hard: true),
        _ => new GatewayAnswer.Unknown($"the gateway says {done.Status}")
    };

    static GatewayAnswer.Declined ToDeclined(GatewayError error)
    {
        var code = Short(error.DeclineCode ?? error.Code ?? "card_declined");
        return new GatewayAnswer.Declined(code, HardDeclines.Contains(code));
    }

    /// <summary>A code longer than its column must not keep the answer out of the books.</summary>
    static string Short(string code) => code.Length <= LongestCode ? code : code[..LongestCode];

    CancellationTokenSource Bound(CancellationToken cancellationToken)
    {
        var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(options.Value.Timeout);
        return bound;
    }

    /// <summary>No answer, or half of one. Our own stopping is no answer of the gateway's: that goes up.</summary>
    static bool IsLost(Exception exception, CancellationToken stopping) =>
        !stopping.IsCancellationRequested && (exception is HttpRequestException or OperationCanceledException or IOException or JsonException);

    sealed record Intent(
        [property: JsonPropertyName("id")] string Id,
        [property: JsonPropertyName("status")] string Status,
        [property: JsonPropertyName("last_payment_error")] GatewayError? LastPaymentError);

    /// <summary>A payment or a refund.</summary>
    sealed record Done(
        [property: JsonPropertyName("id")] string Id,
        [property: JsonPropertyName("object")] string? Object,
        [property: JsonPropertyName("status")] string Status,
        [property: JsonPropertyName("failure_reason")] string? FailureReason,
        [property: JsonPropertyName("metadata")] Dictionary<string, string>? Metadata);

    sealed record RefundPage([property: JsonPropertyName("data")] Done[]? Data, [property: JsonPropertyName("has_more")] bool HasMore);

    sealed record SearchResult([property: JsonPropertyName("data")] Intent[] Data);

    sealed record ErrorBody([property: JsonPropertyName("error")] GatewayError? Error);

    sealed record GatewayError(
        [property: JsonPropertyName("type")] string? Type,
        [property: JsonPropertyName("code")] string? Code,
        [property: JsonPropertyName("decline_code")] string? DeclineCode,
        [property: JsonPropertyName("param")] string? Param,
        [property: JsonPropertyName("message")] string? Message);
}
