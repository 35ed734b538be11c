using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace MassTransit.EntityFrameworkCore.Tests;

/// <summary>Keeps what the outbox logs.</summary>
public sealed class Logged : ILoggerProvider
{
    readonly ConcurrentQueue<(LogLevel Level, string Text)> _lines = new();

    /// <summary>Lines of the level that have the words in them.</summary>
    public IReadOnlyList<string> Lines(LogLevel level, string words) =>
        [.. _lines.Where(line => line.Level == level && line.Text.Contains(words, StringComparison.Ordinal)).Select(line => line.Text)];

    public ILogger CreateLogger(string categoryName) => new Logger(_lines);

    public void Dispose()
    {
    }

    sealed class Logger(ConcurrentQueue<(LogLevel, string)> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue((logLevel, formatter(state, exception)));
    }
}
