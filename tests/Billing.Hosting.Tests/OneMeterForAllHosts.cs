using System.Runtime.CompilerServices;
using MassTransit;
using MassTransit.Logging;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Hosting.Tests;

/// <summary>
/// MassTransit makes its instruments once a process, with the meter factory of the first host, and they die with that host. A service has one
/// host; this test process has many, so the instruments are made before all of them.
/// </summary>
static class OneMeterForAllHosts
{
#pragma warning disable CA2255 // there is no other place that comes before every test of the assembly
    [ModuleInitializer]
#pragma warning restore CA2255
    public static void Make() =>
        LogContextInstrumentationExtensions.TryConfigure(new ServiceCollection().AddMetrics().AddMassTransit(_ => { }).BuildServiceProvider());
}
