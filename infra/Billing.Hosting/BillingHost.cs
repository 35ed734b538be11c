using Billing.Hosting.Bus;
using Billing.Hosting.Clocks;
using Billing.Hosting.Describing;
using Billing.Hosting.Faults;
using Billing.Hosting.Health;
using Billing.Hosting.Http;
using Billing.Hosting.Logging;
using Billing.Hosting.Showing;
using Billing.Hosting.Telemetry;
using Billing.Hosting.Validation;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Billing.Hosting;

/// <summary>What every host does alike: logging, health, metrics, traces, the bus and its manners, validation, the door's lock.</summary>
public static class BillingHost
{
    /// <summary>How long a stop may take. What is not finished by then is given back to the broker.</summary>
    internal static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(30);

    /// <param name="builder">The host.</param>
    /// <param name="service">The service's name, such as <c>month-close</c>: the first word of its queues, logs and metrics.</param>
    /// <param name="configureBus">Consumers, sagas and the outbox. Validators of the same assembly are found by themselves.</param>
    /// <param name="configureRabbitMq">What only this service needs of the transport; rarely anything.</param>
    public static WebApplicationBuilder AddBillingHost(
        this WebApplicationBuilder builder, string service, Action<IBusRegistrationConfigurator> configureBus,
        Action<IBusRegistrationContext, IRabbitMqBusFactoryConfigurator>? configureRabbitMq = null)
    {
        builder.Services.AddSingleton(new ServiceName(service));
        builder.AddBillingClock();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
        builder.AddBillingLogging(service);
        builder.AddBillingHttp();
        builder.AddBillingTelemetry(service);
        builder.Services.AddValidatorsFrom(configureBus.Method.Module.Assembly);
        builder.AddBillingBus(service, configureBus, configureRabbitMq);
        builder.AddBillingHealth();
        builder.AddDescription();
        return builder;
    }

    /// <summary>
    /// Maps <c>/health/live</c>, <c>/health/startup</c>, <c>/health/ready</c>, <c>/metrics</c>, <c>/contracts</c>, <c>/openapi/v1.json</c>,
    /// <c>/api/faults</c> and <c>/api/due</c>, the request log, who may do what, and reads ids from URLs.
    /// Call it before mapping anything else.
    /// </summary>
    public static WebApplication MapBillingHost(this WebApplication app)
    {
        app.UseSecurityHeaders();
        app.MapClock();
        app.UseIdsInUrls();
        app.UseRequestLog();
        app.UseAccess();
        app.MapHealth();
        app.MapMetrics();
        app.MapContracts();
        app.MapFaults();
        app.MapDescription();
        return app;
    }
}

sealed record ServiceName(string Value);
