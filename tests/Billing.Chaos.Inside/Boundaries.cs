using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace Billing.Chaos.Inside;

/// <summary>
/// The boundaries of a process, as EF Core, HttpClient and MassTransit tell of them to whoever listens: before and after a commit, a request to the gateway, a
/// message that is sent, a message that is handled. Each has a name; a process that is armed dies at the first name where none has died yet.
/// </summary>
/// <param name="folder">What the processes and who watches them share.</param>
/// <param name="at">They die only at a boundary whose name has this in it.</param>
sealed class Boundaries(string folder, string at)
{
    /// <summary>Where one has died already, one of so many times another does.</summary>
    const int Seldom = 400;

    readonly string _switch = Path.Combine(folder, "armed"), _seen = Path.Combine(folder, "seen"), _visited = Path.Combine(folder, "visited");
    readonly ConcurrentDictionary<string, bool> _known = new();

    public void Watch(string without)
    {
        DiagnosticListener.AllListeners.Subscribe(new Listeners(this, without));
        ActivitySource.AddActivityListener(new ActivityListener
        {
            ShouldListenTo = source => source.Name == "MassTransit",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            // what is received is handled next
            ActivityStarted = activity =>
            {
                if (!activity.OperationName.EndsWith(" receive", StringComparison.Ordinal))
                    Reach($"before {activity.OperationName}");
            },
            ActivityStopped = activity => Reach($"after {activity.OperationName}")
        });
    }

    /// <summary>Never returns from the one where it is to die.</summary>
    public void Reach(string name)
    {
        if (_known.TryAdd(name, true))
            Mark(_seen, name);
        if (!name.Contains(at, StringComparison.Ordinal) || !File.Exists(_switch))
            return;
        if (Mark(_visited, name) || Random.Shared.Next(Seldom) == 0)
            Die();
    }

    /// <summary>The step that it belongs to: what MassTransit is doing, or nothing, which is a worker.</summary>
    public static string Step()
    {
        for (var activity = Activity.Current; activity is not null; activity = activity.Parent)
            if (activity.Source.Name == "MassTransit" && !activity.OperationName.EndsWith(" send", StringComparison.Ordinal))
                return activity.OperationName;
        return "a worker";
    }

    /// <summary>SIGKILL: nothing is finished, nothing is given back.</summary>
    static void Die()
    {
        using var self = Process.GetCurrentProcess();
        self.Kill();
        using var never = new ManualResetEvent(false);
        never.WaitOne();        // it comes in a moment
    }

    /// <returns>Whether nobody, in no process, had marked it.</returns>
    static bool Mark(string folder, string name)
    {
        var file = Path.Combine(folder, Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..24]);
        if (File.Exists(file))
            return false;
        try
        {
            using var writer = new StreamWriter(new FileStream(file, FileMode.CreateNew));
            writer.Write(name);
            return true;
        }
        catch (IOException)
        {
            return false;       // another was faster
        }
    }

    sealed class Listeners(Boundaries boundaries, string without) : IObserver<DiagnosticListener>
    {
        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "Microsoft.EntityFrameworkCore")
                value.Subscribe(new Commits(boundaries), name => name.EndsWith(".TransactionCommitting", StringComparison.Ordinal)
                    || name.EndsWith(".TransactionCommitted", StringComparison.Ordinal));
            else if (value.Name == "HttpHandlerDiagnosticListener")
                value.Subscribe(new Requests(boundaries, without));
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }

    sealed class Commits(Boundaries boundaries) : IObserver<KeyValuePair<string, object?>>
    {
        public void OnNext(KeyValuePair<string, object?> value) =>
            boundaries.Reach($"{(value.Key.EndsWith("Committing", StringComparison.Ordinal) ? "before" : "after")} the commit of {Step()}");

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }

    sealed class Requests(Boundaries boundaries, string without) : IObserver<KeyValuePair<string, object?>>
    {
        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value.Value?.GetType().GetProperty("Request")?.GetValue(value.Value) is not HttpRequestMessage request)
                return;
            var isStart = value.Key.EndsWith(".Start", StringComparison.Ordinal);
            if (isStart && without == "look")
                LookAway(request);
            if (isStart || value.Key.EndsWith(".Stop", StringComparison.Ordinal))
                boundaries.Reach(
                    $"{(isStart ? "before" : "after")} {request.Method} {request.RequestUri?.Segments.ElementAtOrDefault(2)?.Trim('/')} of {Step()}");
        }

        /// <summary>The guard is broken: whoever looks for a charge at the gateway looks for another customer's.</summary>
        static void LookAway(HttpRequestMessage request)
        {
            if (request.Method == HttpMethod.Get && request.RequestUri is { } address && address.Query.Contains("customer=", StringComparison.Ordinal))
                request.RequestUri = new Uri(
                    $"{address.GetLeftPart(UriPartial.Path)}?{address.Query[1..].Replace("customer=", "customer=nobody-", StringComparison.Ordinal)}");
            else if (request.Method == HttpMethod.Get && request.RequestUri is { } search && search.AbsolutePath.EndsWith("/search", StringComparison.Ordinal))
                request.RequestUri = new Uri($"{search.GetLeftPart(UriPartial.Path)}?query={Uri.EscapeDataString($"metadata['charge_id']:'{Guid.Empty}'")}");
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }
}
