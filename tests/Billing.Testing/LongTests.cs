namespace Billing.Testing;

/// <summary>Tests that can be larger: <c>./billing test --long</c> asks for their full size.</summary>
public static class LongTests
{
    public static bool Asked { get; } = Environment.GetEnvironmentVariable("BILLING_LONG_TESTS") == "1";
}
