using System.Diagnostics.CodeAnalysis;
using Billing.Chaos.Inside;

/// <summary>Where the runtime begins before the program, when <c>DOTNET_STARTUP_HOOKS</c> names this assembly. The name is the runtime's.</summary>
[SuppressMessage("Design", "CA1050", Justification = "the runtime looks for this name, in no namespace")]
static class StartupHook
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable("BILLING_CHAOS_FOLDER") is not { Length: > 0 } folder)
            return;
        var boundaries = new Boundaries(folder, Environment.GetEnvironmentVariable("BILLING_CHAOS_AT") ?? "");
        boundaries.Watch(Environment.GetEnvironmentVariable("BILLING_CHAOS_WITHOUT") ?? "");
    }
}
