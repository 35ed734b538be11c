using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Billing.Testing;

/// <summary>Keeps each line together with its properties, those of the scopes around it, and the trace in which it was written (<c>TraceId</c>).</summary>
public sealed class ScopeCollector : ILoggerProvider, ISupportExternalScope
{
    readonly ConcurrentQueue<(string Line, Dictionary<string, object> Ids)> _lines = new();
    IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    public IEnumerable<Dictionary<string, object>> Of(string line) => Where(x => x == line);

    public IEnumerable<Dictionary<string, object>> Where(Func<string, bool> isMeant) => _lines.Where(x => isMeant(x.Line)).Select(x => x.Ids);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public ILogger CreateLogger(string categoryName) => new Collecting(this);

    public void Dispose()
    {
    }

    sealed class Collecting(ScopeCollector owner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => owner._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var ids = new Dictionary<string, object>();
            owner._scopes.ForEachScope((scope, found) =>
            {
                if (scope is IEnumerable<KeyValuePair<string, object>> pairs)
                    foreach (var pair in pairs)
                        found[pair.Key] = pair.Value;
            }, ids);
            if (state is IEnumerable<KeyValuePair<string, object>> own)
                foreach (var (name, value) in own)
                    ids[name] = value;
            if (Activity.Current is { } activity)
                ids["TraceId"] = activity.TraceId.ToHexString();
            owner._lines.Enqueue((formatter(state, exception), ids));
        }
    }
}
