using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Billing.MonthClose.Books.Taxes;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Billing.MonthClose.Taxing;

/// <summary>Asks the tax service, all accounts in one request. What cannot be had is a problem of the accounts, never an exception.</summary>
sealed class TaxService
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    readonly HttpClient _http;
    readonly Uri _address;
    readonly ResiliencePipeline<HttpResponseMessage> _tries;

    public TaxService(HttpClient http, IOptions<TaxOptions> options, TimeProvider clock)
    {
        var tax = options.Value;
        (_http, _address) = (http, tax.Address!);
        var tries = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = clock };
        if (tax.Tries > 1)
            tries.AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = tax.Tries - 1,
                ShouldHandle = args => ValueTask.FromResult(args.Outcome.Exception is HttpRequestException or TimeoutRejectedException
                    || args.Outcome.Result?.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
                        or >= HttpStatusCode.InternalServerError),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = tax.Pause
            });
        _tries = tries.AddTimeout(tax.Timeout).Build();
    }

    /// <returns>One answer for each request, in their order.</returns>
    public async Task<IReadOnlyList<TaxAnswer>> AskAsync(IReadOnlyList<TaxRequest> requests, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _tries.ExecuteAsync(async stopping =>
            {
                using var body = JsonContent.Create(ToQuestions(requests), options: Json);
                using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = body };
                return await _http.SendAsync(request, stopping);
            }, cancellationToken);
            if (answer.StatusCode != HttpStatusCode.OK)
                return AllCannot(requests, $"it answered {(int)answer.StatusCode}");
            var told = (await answer.Content.ReadFromJsonAsync<TaxAnswers>(Json, cancellationToken))?.Accounts ?? [];
            var byAccount = told.OfType<AnsweredAccount>().ToLookup(one => one.AccountId, StringComparer.Ordinal);
            return [.. requests.Select(one => byAccount[one.AccountId].Count() > 1 ? TaxAnswerCheck.Cannot("its answer names the account twice")
                : TaxAnswerCheck.Of(one, byAccount[one.AccountId].SingleOrDefault()))];
        }
        catch (TimeoutRejectedException)
        {
            return AllCannot(requests, "it did not answer in time");
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException or NotSupportedException)
        {
            return AllCannot(requests, failure is HttpRequestException ? "it cannot be reached" : "its answer cannot be read");
        }
    }

    static TaxAnswer[] AllCannot(IReadOnlyList<TaxRequest> requests, string why) => [.. requests.Select(_ => TaxAnswerCheck.Cannot(why))];

    static TaxQuestions ToQuestions(IReadOnlyList<TaxRequest> requests) => new([.. requests.Select(one => new AskedAccount
    {
        AccountId = one.AccountId,
        Currency = one.Currency,
        Country = one.Particulars.Country!,
        Region = one.Particulars.Region,
        TaxId = one.Particulars.TaxId,
        Exemption = one.Particulars.Exemption,
        ExemptThrough = one.Particulars.ExemptThrough,
        Lines = [.. one.Lines.Select((line, index) => new AskedLine(index + 1, line.Category, line.Day, line.Amount))]
    })]);
}
