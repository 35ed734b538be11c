using System.Reflection;

namespace Billing.Hosting.Health;

/// <summary>The version of the whole back office, as <c>Directory.Build.props</c> names it.</summary>
public static class BillingVersion
{
    public static string Text { get; } = typeof(BillingVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
