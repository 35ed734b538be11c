using System.Net.Http.Headers;
using System.Text;
using Billing.Hosting.Http;
using Billing.Notification.Delivering;
using Billing.Notification.Messages;
using Billing.Notification.Settings;
using Microsoft.Extensions.Options;
using Twilio.Clients;
using Twilio.Exceptions;
using Twilio.Http;
using Twilio.Rest.Api.V2010.Account;
using HttpClient = System.Net.Http.HttpClient;
using PhoneNumber = Twilio.Types.PhoneNumber;

namespace Billing.Notification.Outlets.Twilio;

/// <summary>
/// Hands SMS to Twilio. There is no key under which Twilio would know a message again, so one attempt is one request. Before each, what Twilio has reported is
/// looked up: a message whose answer was lost, or whose process died, is there if Twilio has it.
/// </summary>
sealed class TwilioOutlet(HttpClient http, IOptions<TwilioOptions> options, IServiceScopeFactory scopes, TimeProvider clock) : IOutlet, IDisposable
{
    /// <summary>Whatever Twilio asks for: a message that waits for longer is better asked about.</summary>
    static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    readonly TwilioOptions _options = options.Value;

    public int InFlight => IOutlet.Unbounded;

    public async ValueTask<ProviderReply> SendAsync(ReadyMessage ready)
    {
        try
        {
            if (_options.PublicAddress is not null && await IsThereAlreadyAsync(ready.Message.NotificationId))
                return ProviderReply.Accepted;
            var answer = await AskAsync(ready);
            return TwilioAnswers.Of(answer.StatusCode, Encoding.UTF8.GetBytes(answer.Content ?? ""), After(answer.Headers?.RetryAfter));
        }
        catch (ApiConnectionException trouble)
        {
            return ReplyTo(trouble.InnerException ?? trouble);
        }
    }

    public void Dispose() => http.Dispose();

    /// <summary>Each message has a transport of its own: it keeps the whole answer, of which the library's exceptions tell only a part.</summary>
    async Task<Response> AskAsync(ReadyMessage ready)
    {
        var transport = new SystemNetHttpClient(http);
        var client = new TwilioRestClient(_options.AccountSid, _options.AuthToken, httpClient: transport);
        try
        {
            await MessageResource.CreateAsync(RequestFor(ready), client);
        }
        catch (ApiException) when (transport.LastResponse is not null)
        {
            // a refusal, or an answer that is not Twilio's: what it means is decided by what it says
        }

        return transport.LastResponse;
    }

    CreateMessageOptions RequestFor(ReadyMessage ready)
    {
        var hasService = _options.MessagingServiceSid is { Length: > 0 };
        return new CreateMessageOptions(new PhoneNumber(ready.Message.Recipient))
        {
            From = hasService ? null : new PhoneNumber(_options.From),
            MessagingServiceSid = hasService ? _options.MessagingServiceSid : null,
            Body = ready.Content.Text,
            StatusCallback = _options.CallbackOf(ready.Message.NotificationId)
        };
    }

    ProviderReply ReplyTo(Exception trouble) => trouble switch
    {
        OperationCanceledException => new ProviderReply(ProviderAnswer.Lost, $"no answer in {_options.Timeout.TotalSeconds:0.#} s"),
        // Until the connection is open, nothing has been sent.
        HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
                or HttpRequestError.ProxyTunnelError
        } => new ProviderReply(ProviderAnswer.Unavailable, trouble.GetBaseException().Message),
        _ => new ProviderReply(ProviderAnswer.Lost, trouble.GetBaseException().Message)
    };

    async Task<bool> IsThereAlreadyAsync(Guid id)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<DeliveryReports>().HasAsync(id, CancellationToken.None);
    }

    TimeSpan? After(RetryConditionHeaderValue? header) => RetryAfter.Of(header, clock.GetUtcNow(), LongestWait);
}
