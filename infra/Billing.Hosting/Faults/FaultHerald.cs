using System.Collections.Concurrent;
using System.Threading.Channels;
using Billing.Contracts.Faults.V1;
using Billing.Hosting.Identity;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Billing.Hosting.Faults;

/// <summary>
/// Says <see cref="FaultAppeared"/> when a message is set aside whose cause nobody has seen yet. What waited when this process began is looked at once for each
/// cause, and not told anew.
/// </summary>
sealed partial class FaultHerald(FaultBook faults, IServiceProvider services, ServiceName service, ILogger<FaultHerald> log) : BackgroundService
{
    /// <summary>So many causes at a time may wait to be told; a flood of more is counted by the gauge.</summary>
    const int Most = 100;

    readonly ConcurrentDictionary<string, string> _known = new(StringComparer.Ordinal);
    readonly Channel<FaultAppeared> _new =
        Channel.CreateBounded<FaultAppeared>(new BoundedChannelOptions(Most) { FullMode = BoundedChannelFullMode.DropWrite });

    // the machine's, as the time on the messages is
    readonly DateTimeOffset _began = TimeProvider.System.GetUtcNow();

    /// <summary>It lies in its error queue by now.</summary>
    /// <param name="address">Of the endpoint.</param>
    /// <param name="headers">What MassTransit wrote on it.</param>
    public void Saw(Uri address, Headers headers)
    {
        var (queue, exception, reason) = (address.AbsolutePath.TrimEnd('/').Split('/')[^1],
            headers.Get<string>(MessageHeaders.FaultExceptionType) ?? "unknown", headers.Get<string>(MessageHeaders.FaultMessage) ?? "");
        var cause = FaultReader.CauseOf(queue, exception, reason);
        if (_known.TryAdd(cause, queue))
            _new.Writer.TryWrite(new FaultAppeared
            {
                Service = service.Value,
                Cause = cause,
                Queue = queue,
                Exception = exception,
                Reason = reason,
                At = TimeProvider.System.GetUtcNow()
            });
    }

    /// <summary>It was replayed or discarded: when it comes back, it is new.</summary>
    public void Forget(string cause) => _known.TryRemove(cause, out _);

    /// <summary>Nothing is set aside in other queues than these any more, whoever took it away.</summary>
    public void ForgetAllBut(IEnumerable<string> queues)
    {
        var waiting = queues.ToHashSet(StringComparer.Ordinal);
        foreach (var (cause, queue) in _known)
            if (!waiting.Contains(queue))
                _known.TryRemove(cause, out _);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var appeared in _new.Reader.ReadAllAsync(stoppingToken))
            try
            {
                var waiting = (await faults.CausesAsync(stoppingToken)).FirstOrDefault(cause => cause.Cause == appeared.Cause);
                var first = waiting?.First ?? appeared.At;
                if (first < _began)
                    continue;       // another process, or an earlier one, has told it
                await services.GetRequiredService<IBus>().Publish(appeared with { At = first },
                    // of several processes that see it, all say it under one id
                    context => context.MessageId = DeterministicGuid.Of($"{appeared.Service}|{appeared.Cause}|{first.UtcDateTime:O}"), stoppingToken);
            }
            catch (Exception trouble) when (!stoppingToken.IsCancellationRequested)
            {
                Forget(appeared.Cause);     // the next one of it is told
                LogNotTold(appeared.Cause, trouble.GetBaseException().Message);
            }
    }

    [LoggerMessage(3, LogLevel.Warning, "That messages of the cause {Cause} are set aside could not be told: {Reason}")]
    partial void LogNotTold(string cause, string reason);
}
