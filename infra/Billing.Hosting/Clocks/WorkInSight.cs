using Microsoft.Extensions.DependencyInjection;

namespace Billing.Hosting.Clocks;

/// <summary>
/// What a service still has to do, as far as it can see: what is under way or due, and when something is due next. Of each part of the service that works by
/// itself; messages and the outbox are seen by the host.
/// </summary>
public interface IWorkInSight
{
    Task LookAsync(Sighting sighting, DateTimeOffset now, CancellationToken cancellationToken);
}

/// <summary>Collects what the parts of a service see.</summary>
public sealed class Sighting
{
    readonly List<string> _busy = [];

    /// <summary>In words, such as <c>3 letters wait to be sent</c>.</summary>
    public IReadOnlyList<string> Busy => _busy;

    public DateTimeOffset? NextDue { get; private set; }

    /// <summary>Something is under way.</summary>
    public void UnderWay(string what) => _busy.Add(what);

    /// <summary>Something is due at that instant; when it has come, it is under way.</summary>
    public void Due(DateTimeOffset? at, DateTimeOffset now, string what)
    {
        if (at <= now)
            UnderWay(what);
        else if (at is { } later && (NextDue is null || later < NextDue))
            NextDue = later;
    }
}

/// <summary>Asks all parts of this process.</summary>
sealed class Sight(IServiceScopeFactory scopes, BusWork bus, TimeProvider clock)
{
    public async Task<Sighting> LookAsync(CancellationToken cancellationToken)
    {
        var sighting = new Sighting();
        bus.Look(sighting);
        var now = clock.GetUtcNow();
        await using var scope = scopes.CreateAsyncScope();
        foreach (var part in scope.ServiceProvider.GetServices<IWorkInSight>())
            await part.LookAsync(sighting, now, cancellationToken);
        bus.Look(sighting);     // what came in while the tables were read
        return sighting;
    }
}
