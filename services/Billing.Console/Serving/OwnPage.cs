namespace Billing.Console.Serving;

/// <summary>An address that a form brought: nobody is led to another site by it.</summary>
static class OwnPage
{
    /// <returns>The address when it is a page of ours, else the first page.</returns>
    public static string Of(string? address) =>
        address is not null && address.StartsWith('/') && !address.StartsWith("//", StringComparison.Ordinal)
            && !address.Contains('\\', StringComparison.Ordinal) ? address : "/";
}
