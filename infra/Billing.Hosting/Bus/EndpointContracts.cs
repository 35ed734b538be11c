using System.Collections.Concurrent;
using Billing.Sealing;

namespace Billing.Hosting.Bus;

/// <summary>What each endpoint consumes, for those who meet a body before its type is known.</summary>
sealed class EndpointContracts
{
    readonly ConcurrentDictionary<string, IReadOnlyCollection<Type>> _contracts = [];
    readonly ConcurrentDictionary<string, bool> _tellingInTransaction = [];

    /// <param name="address">The endpoint's input address.</param>
    /// <param name="contracts">Filled while it is configured.</param>
    public void Add(Uri address, IReadOnlyCollection<Type> contracts) => _contracts[address.AbsolutePath] = contracts;

    public bool TakesConfidential(Uri address) =>
        _contracts.TryGetValue(address.AbsolutePath, out var contracts) && contracts.Any(contract => ConfidentialMembers.Of(contract).Any);

    /// <summary>The queues of this service, by name.</summary>
    public IReadOnlyList<string> Queues => [.. _contracts.Keys.Select(path => path.TrimEnd('/').Split('/')[^1]).Order(StringComparer.Ordinal)];

    /// <summary>What becomes of a message of this endpoint is told inside of its transaction.</summary>
    public void TellInTransaction(Uri address) => _tellingInTransaction[address.AbsolutePath] = true;

    public bool TellsInTransaction(Uri address) => _tellingInTransaction.ContainsKey(address.AbsolutePath);
}
