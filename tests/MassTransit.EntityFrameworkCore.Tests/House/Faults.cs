using System.Collections.Concurrent;
using MassTransit.EntityFrameworkCoreIntegration;

namespace MassTransit.EntityFrameworkCore.Tests;

/// <summary>Dies at one point, once for each message, the way a killed process leaves off.</summary>
sealed class DiesOnceAt(OutboxFaultPoint point) : IOutboxFaults
{
    readonly ConcurrentDictionary<InboxKey, bool> _died = new();

    public int Deaths => _died.Count;

    public ValueTask At(OutboxFaultPoint reached, InboxKey key) =>
        reached == point && _died.TryAdd(key, true) ? throw new InvalidOperationException($"died at {point}") : ValueTask.CompletedTask;
}
