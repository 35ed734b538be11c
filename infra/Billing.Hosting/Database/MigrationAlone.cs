using System.Runtime.InteropServices;
using Billing.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Billing.Persistence;

/// <summary>A service that works, or that only migrates: the step before a rollout.</summary>
public static partial class MigrationAlone
{
    const string Key = "Database:OnlyMigrate";

    /// <summary>
    /// Runs the service until it is stopped. With <c>Database:OnlyMigrate</c> it brings its tables and the rights in them up to date, and the process ends:
    /// with 0 when it is done, with 1 when a person has to do something first, or when it is stopped before. Broker and HTTP are not touched.
    /// </summary>
    /// <exception cref="SettingsException">The setting is neither true nor false.</exception>
    public static async Task RunServiceAsync(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        if (IsAsked(app.Configuration))
            await using (app)
                Environment.ExitCode = await MigrateAsync(app) ? 0 : 1;
        else
            await app.RunUntilStoppedAsync();
    }

    static bool IsAsked(IConfiguration configuration) => configuration[Key] switch
    {
        null or "" => false,
        var text when bool.TryParse(text, out var asked) => asked,
        var text => throw SettingsException.Expected(Key, text, "true or false"),
    };

    static async Task<bool> MigrateAsync(WebApplication app)
    {
        using var stopping = new CancellationTokenSource();
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        try
        {
            await app.Services.GetRequiredService<IDatabaseMigration>().MigrateAsync(stopping.Token);
            return true;
        }
        catch (Exception exception) when (exception is UnfitDatabaseException || (exception is OperationCanceledException && stopping.IsCancellationRequested))
        {
            LogNotDone(app.Logger, exception.Message);
            return false;
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stopping.Cancel();
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Nothing is up to date yet: {Reason}")]
    static partial void LogNotDone(ILogger logger, string reason);
}
