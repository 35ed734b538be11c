using System.Globalization;
using System.Net;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Retry;
using Polly.Timeout;
using Stripe;

namespace Billing.MonthClose.Gateway.Stripe;

/// <summary>
/// Sends requests within their time, and again where the gateway asks for it. What it may have seen is sent once only: its key would make a second
/// time harmless, but the answer is worth no chunk's waiting, and asking for it later is surer.
/// </summary>
/// <remarks>
/// Stripe's library writes and reads; it tries nothing again. There is no circuit breaker. A gateway that is away answers "never sent" within
/// milliseconds, its charges are made again minutes later, and no customer hears of it; a breaker would only add a state in which a gateway that is
/// back is not asked.
/// </remarks>
sealed class StripeTransport
{
    readonly V1Services _stripe;
    readonly TimeProvider _clock;
    readonly GatewayTurns _turns;
    readonly ResiliencePipeline<StripeExchange> _tries;
    readonly ResiliencePipeline _bound;

    public StripeTransport(HttpClient http, IOptions<GatewayOptions> options, GatewayTurns turns, TimeProvider clock)
    {
        var gateway = options.Value;
        (_stripe, _turns, _clock) = (StripeSetup.Client(http, gateway).V1, turns, clock);
        _bound = new ResiliencePipelineBuilder { TimeProvider = clock }.AddTimeout(gateway.Timeout).Build();
        var tries = new ResiliencePipelineBuilder<StripeExchange> { TimeProvider = clock };
        if (gateway.Tries > 1)
            tries.AddRetry(new RetryStrategyOptions<StripeExchange>
            {
                MaxRetryAttempts = gateway.Tries - 1,
                ShouldHandle = args => ValueTask.FromResult(args.Outcome.Result is { IsForLater: true }),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,       // a chunk's calls that were told "later" together do not come back together
                Delay = gateway.Pause,
                MaxDelay = gateway.LongestPause,
                DelayGenerator = args => ValueTask.FromResult(
                    (args.Outcome.Result as StripeExchange.Answered)?.WaitAt(clock.GetUtcNow(), gateway.LongestPause))
            });
        _tries = tries.Build();
    }

    /// <returns>The last exchange, and how many there were; whether an earlier one was told that the key is being worked on.</returns>
    public async Task<(StripeExchange Exchange, int Tries, bool KeyWasBusy)> SendAsync<T>(
        StripeRequest<T> request, CancellationToken cancellationToken, DateTimeOffset? notAfter = null, Func<CancellationToken, ValueTask<bool>>? mayAsk = null)
        where T : class, IStripeEntity
    {
        var (tries, busy) = (0, false);
        var exchange = await _tries.ExecuteAsync(async stopping =>
        {
            tries++;
            // its own time begins below, when it has its turn
            using var turn = await _turns.TakeAsync(stopping);
            if (turn is null)
                return new StripeExchange.NeverSent("calls to the gateway are paused");
            if (_clock.GetUtcNow() >= notAfter)     // asked here and not before: its turn, or the pause between two tries, may have been long
            {
                turn.Unused();
                return new StripeExchange.TooLate();
            }

            if (mayAsk is not null && !await mayAsk(stopping))
            {
                turn.Unused();
                return new StripeExchange.Withdrawn();
            }

            var one = await SendOnceAsync(request, stopping);
            End(turn, one);
            busy |= one is StripeExchange.Answered { Status: HttpStatusCode.Conflict };
            return one;
        }, cancellationToken);
        return (exchange, tries, busy);
    }

    /// <summary>A call that ends in any other way, such as a stop of the process, counts as lost.</summary>
    static void End(GatewayTurn turn, StripeExchange exchange)
    {
        if (exchange is StripeExchange.Answered)
            turn.Answered();
        else if (exchange is StripeExchange.NeverSent)
            turn.Unused();
        else
            turn.Lost();
    }

    async Task<StripeExchange> SendOnceAsync<T>(StripeRequest<T> request, CancellationToken cancellationToken)
        where T : class, IStripeEntity
    {
        try
        {
            return await _bound.ExecuteAsync<StripeExchange>(async stopping =>
            {
                var body = await request(_stripe, stopping);
                return new StripeExchange.Answered(body.StripeResponse, body, null);
            }, cancellationToken);
        }
        catch (StripeException said) when (said.StripeResponse is not null)
        {
            return new StripeExchange.Answered(said.StripeResponse, null, said.StripeError);
        }
        catch (TimeoutRejectedException late)
        {
            return new StripeExchange.Lost($"no answer within {late.Timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s");
        }
        catch (HttpRequestException shut) when (IsBeforeSending(shut))
        {
            return new StripeExchange.NeverSent(shut.Message);
        }
        // Whatever the library may throw over an answer: the gateway may have seen the request, so it is not known what became of it.
        catch (Exception lost) when (!cancellationToken.IsCancellationRequested)
        {
            return new StripeExchange.Lost(lost.Message);
        }
    }

    static bool IsBeforeSending(HttpRequestException exception) =>
        exception.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;
}
