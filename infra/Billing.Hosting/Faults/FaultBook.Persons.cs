using System.Text;
using System.Text.RegularExpressions;
using Billing.Hosting.Bus;
using Billing.Hosting.Outcomes;
using Billing.Hosting.Personal;
using Billing.Sealing;
using RabbitMQ.Client;

namespace Billing.Hosting.Faults;

/// <summary>What of a person lies in the queues of what was set aside: errors, what nobody wanted, and what could not even fail.</summary>
sealed partial class FaultBook
{
    IEnumerable<string> SetAside =>
        endpoints.Queues.SelectMany(queue => (string[])[ErrorsOf(queue), $"{queue}_skipped"]).Append(BusSetup.DeadLettersOf(service.Value));

    /// <summary>How many messages are of the account, or have records that are.</summary>
    public async Task<int> CountOfAsync(string accountId, Sealer sealer, CancellationToken cancellationToken)
    {
        var found = 0;
        await WalkSetAsideAsync((_, got) =>
        {
            found += MessageErasure.Of(Encoding.UTF8.GetString(got.Body.Span), accountId, sealer) is null ? 0 : 1;
            return null;
        }, cancellationToken);
        return found;
    }

    /// <summary>Takes what is of the account out of them. A list goes on without its records; its reason quotes nothing of them.</summary>
    public async Task<int> EraseAsync(string accountId, Sealer sealer, CancellationToken cancellationToken)
    {
        var erased = 0;
        await WalkSetAsideAsync((_, got) =>
        {
            if (MessageErasure.Of(Encoding.UTF8.GetString(got.Body.Span), accountId, sealer) is not { } left)
                return null;
            erased++;
            return new Replacement(left);
        }, cancellationToken);
        return erased;
    }

    /// <summary>Takes the outcomes away that are meant.</summary>
    public async Task ForgetOutcomesAsync(Func<string, bool> isMeant, CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(cancellationToken);
        if (await CountAsync(connection, OutcomeQueue.Name, cancellationToken) is > 0 and var count)
            await WalkSetAsideAsync(connection, OutcomeQueue.Name, count,
                (_, got) => isMeant(Encoding.UTF8.GetString(got.Body.Span)) ? new Replacement(new ErasedMessage(null, [])) : null, cancellationToken);
    }

    /// <summary>By queue and key, how many messages hold something that is sealed.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>>> SealsAsync(CancellationToken cancellationToken)
    {
        var seals = new SortedDictionary<string, IReadOnlyDictionary<string, long>>(StringComparer.Ordinal);
        await WalkSetAsideAsync((queue, got) =>
        {
            if (!seals.TryGetValue(queue, out var keys))
                seals[queue] = keys = new Dictionary<string, long>(StringComparer.Ordinal);
            foreach (var key in Key().Matches(Encoding.UTF8.GetString(got.Body.Span)).Select(match => match.Groups[1].Value).Distinct())
                ((Dictionary<string, long>)keys)[key] = keys.GetValueOrDefault(key) + 1;
            return null;
        }, cancellationToken);
        return seals.Where(queue => queue.Value.Count > 0).ToDictionary();
    }

    /// <param name="Left">What takes its place; nothing when it has no body.</param>
    sealed record Replacement(ErasedMessage Left);

    async Task WalkSetAsideAsync(Func<string, BasicGetResult, Replacement?> decide, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            await using var connection = await ConnectAsync(cancellationToken);
            foreach (var queue in SetAside)
                if (await CountAsync(connection, queue, cancellationToken) is > 0 and var count)
                    await WalkSetAsideAsync(connection, queue, count, decide, cancellationToken);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    static async Task WalkSetAsideAsync(
        IConnection connection, string queue, uint count, Func<string, BasicGetResult, Replacement?> decide, CancellationToken cancellationToken)
    {
        var given = 0;
        var confirmed = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);
        await using var channel = await connection.CreateChannelAsync(confirmed, cancellationToken);
        for (; count > 0 && await channel.BasicGetAsync(queue, autoAck: false, cancellationToken) is { } got; count--)
        {
            var replacement = decide(queue, got);
            if (replacement?.Left is { Body: { } body, Texts: var texts })
                await channel.BasicPublishAsync(
                    "", queue, mandatory: true, Cleaned(got.BasicProperties, texts), Encoding.UTF8.GetBytes(body), cancellationToken);
            else if (replacement is null && LooksAt(got) >= ManyLooks)
                await channel.BasicPublishAsync("", queue, mandatory: true, new BasicProperties(got.BasicProperties), got.Body, cancellationToken);
            else if (replacement is null)
            {
                given++;
                continue;
            }

            await channel.BasicAckAsync(got.DeliveryTag, multiple: false, cancellationToken);
        }

        if (given > 0)
            await GiveBackAsync(channel, queue, given, cancellationToken);
    }

    static BasicProperties Cleaned(IReadOnlyBasicProperties properties, IReadOnlyCollection<string> texts) => new(properties)
    {
        Headers = properties.Headers?.ToDictionary(header => header.Key, header => header.Value switch
        {
            byte[] bytes => Encoding.UTF8.GetBytes(SealedJson.Cleaned(Encoding.UTF8.GetString(bytes), texts)),
            string text => SealedJson.Cleaned(text, texts),
            var other => other
        })
    };

    [GeneratedRegex("sealed:v1:([^:\"\\\\\\s]+):")]
    private static partial Regex Key();
}
