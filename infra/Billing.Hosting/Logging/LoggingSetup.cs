using System.Globalization;
using Billing.Hosting.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Configuration;
using Serilog.Events;
using Serilog.Extensions.Hosting;
using Serilog.Formatting;
using Serilog.Formatting.Compact;
using Serilog.Formatting.Display;
using Serilog.Sinks.OpenTelemetry;

namespace Billing.Hosting.Logging;

/// <summary>
/// Structured lines on the console: text for people, or one JSON object a line (CLEF) with <c>Logging:Format=json</c>; and to <see cref="TelemetryEndpoint"/>.
/// Levels can be set in the section <c>Serilog</c>.
/// </summary>
static class LoggingSetup
{
    const string Line = "{Timestamp:HH:mm:ss.fff} {Level:u3} {SourceContext} {Message:lj} {Properties:j} {TraceId}{NewLine}{Exception}";

    public static void AddBillingLogging(this WebApplicationBuilder builder, string service)
    {
        var configuration = new LoggerConfiguration()
            .MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("Microsoft.Hosting.Lifetime", LogEventLevel.Information)
            // asked every few seconds, and the answer itself says what is wrong
            .MinimumLevel.Override("Microsoft.Extensions.Diagnostics.HealthChecks", LogEventLevel.Fatal)
            .MinimumLevel.Override("System.Net.Http", LogEventLevel.Warning)
            .MinimumLevel.Override("Quartz", LogEventLevel.Warning)
            // whoever sent a statement that fails logs it; EF's own line only complains about the missing history table of a first start
            .MinimumLevel.Override("Microsoft.EntityFrameworkCore.Database.Command", LogEventLevel.Fatal)
            .ReadFrom.Configuration(builder.Configuration)
            .Enrich.FromLogContext()
            .Enrich.WithProperty("Service", service)
            .WriteTo.Console(Formatter(builder.Configuration["Logging:Format"]));
        if (TelemetryEndpoint.Read(builder.Configuration) is { } endpoint)
            configuration.WriteTo.Sink(LoggerSinkConfiguration.Wrap(sink => new MaskingSink(sink), sinks => AddOpenTelemetry(sinks, endpoint, service)));
        var logger = configuration.CreateLogger();
        builder.Logging.ClearProviders();
        builder.Logging.AddSerilog(logger, dispose: true);
        // for the request log; AddSerilog on the services would also take the place of every other log provider
        builder.Services.AddSingleton<Serilog.ILogger>(logger).AddSingleton(new DiagnosticContext(logger));
    }

    static void AddOpenTelemetry(LoggerSinkConfiguration sinks, Uri endpoint, string service) => sinks.OpenTelemetry(otlp =>
    {
        otlp.LogsEndpoint = new Uri(endpoint, "/v1/logs").ToString();
        otlp.Protocol = OtlpProtocol.HttpProtobuf;
        otlp.ResourceAttributes = new Dictionary<string, object> { ["service.name"] = $"billing-{service}" };
    });

    internal static ITextFormatter Formatter(string? format) => new MaskingFormatter(
        string.Equals(format, "json", StringComparison.OrdinalIgnoreCase)
            ? new RenderedCompactJsonFormatter()
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
