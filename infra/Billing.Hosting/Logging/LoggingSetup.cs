using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;
using Serilog.Formatting.Json;

namespace Billing.Hosting.Logging;

/// <summary>
/// Structured lines on the console: text for people, or one JSON object a line with <c>Logging:Format=json</c>. Levels
/// can be set in the section <c>Serilog</c>.
/// </summary>
static class LoggingSetup
{
    const string Line = "{Timestamp:HH:mm:ss.fff} {Level:u3} {SourceContext} {Message:lj} {Properties:j}{NewLine}{Exception}";

    public static void AddBillingLogging(this WebApplicationBuilder builder, string service)
    {
        var logger = new LoggerConfiguration()
            .MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Information)
            // asked every few seconds, and the answer itself says what is wrong
            .MinimumLevel.Override("Microsoft.Extensions.Diagnostics.HealthChecks", LogEventLevel.Fatal)
            .MinimumLevel.Override("System.Net.Http", LogEventLevel.Warning)
            .MinimumLevel.Override("Quartz", LogEventLevel.Warning)
            // a statement that fails is told by whoever sent it; EF's own line only cries about the first start's missing history table
            .MinimumLevel.Override("Microsoft.EntityFrameworkCore.Database.Command", LogEventLevel.Fatal)
            .ReadFrom.Configuration(builder.Configuration)
            .Enrich.FromLogContext()
            .Enrich.WithProperty("Service", service)
            .WriteTo.Console(Formatter(builder.Configuration["Logging:Format"]))
            .CreateLogger();
        builder.Logging.ClearProviders();
        builder.Logging.AddSerilog(logger, dispose: true);
    }

    internal static ITextFormatter Formatter(string? format) => new MaskingFormatter(
        string.Equals(format, "json", StringComparison.OrdinalIgnoreCase)
            ? new JsonFormatter(renderMessage: true, formatProvider: CultureInfo.InvariantCulture)
            : new MessageTemplateTextFormatter(Line, CultureInfo.InvariantCulture));
}

/// <summary>Masks the finished line, so that no template, property or exception can let an address slip through.</summary>
sealed class MaskingFormatter(ITextFormatter inner) : ITextFormatter
{
    public void Format(LogEvent logEvent, TextWriter output)
    {
        using var line = new StringWriter(CultureInfo.InvariantCulture);
        inner.Format(logEvent, line);
        output.Write(Masked.Text(line.ToString()));
    }
}
