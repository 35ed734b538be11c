using System.Net.Http.Headers;
using System.Net.Sockets;
using Billing.Notification.Delivering;
using Billing.Notification.Messages;
using Billing.Notification.Settings;
using Microsoft.Extensions.Options;

namespace Billing.Notification.Outlets.Twilio;

/// <summary>
/// Hands SMS to Twilio. There is no key under which Twilio would know a message again, so one attempt is one request. Before each, what Twilio has reported is
/// looked up: a message whose answer was lost, or whose process died, is there if Twilio has it.
/// </summary>
sealed class TwilioOutlet(HttpClient http, IOptions<TwilioOptions> options, IServiceScopeFactory scopes, TimeProvider clock) : IOutlet, IDisposable
{
    readonly TwilioOptions _options = options.Value;
    readonly SemaphoreSlim _room = new(options.Value.InFlight);

    public int InFlight => _options.InFlight;

    public async ValueTask<ProviderReply> SendAsync(ReadyMessage ready)
    {
        await _room.WaitAsync();
        using var patience = new CancellationTokenSource(_options.Timeout);
        try
        {
            if (_options.PublicAddress is not null && await IsThereAlreadyAsync(ready.Message.NotificationId))
                return ProviderReply.Accepted;
            using var request = TwilioRequests.Send(ready, _options);
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, patience.Token);
            return TwilioAnswers.Of(answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(patience.Token), After(answer.Headers.RetryAfter));
        }
        catch (OperationCanceledException)
        {
            return new ProviderReply(ProviderAnswer.Lost, $"no answer in {_options.Timeout.TotalSeconds:0.#} s");
        }
        catch (HttpRequestException trouble)
        {
            // until the connection is open, nothing has been sent
            return new ProviderReply(trouble.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError
                ? ProviderAnswer.Unavailable
                : ProviderAnswer.Lost, trouble.GetBaseException().Message);
        }
        catch (Exception trouble) when (trouble is IOException or SocketException)
        {
            return new ProviderReply(ProviderAnswer.Lost, trouble.GetBaseException().Message);
        }
        finally
        {
            _room.Release();
        }
    }

    public void Dispose()
    {
        http.Dispose();
        _room.Dispose();
    }

    async Task<bool> IsThereAlreadyAsync(Guid id)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<DeliveryReports>().HasAsync(id, CancellationToken.None);
    }

    TimeSpan? After(RetryConditionHeaderValue? header) => header?.Delta ?? (header?.Date is { } date ? date - clock.GetUtcNow() : null);
}
