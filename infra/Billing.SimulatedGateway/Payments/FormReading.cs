using System.Security.Cryptography;
using System.Text;

namespace Billing.SimulatedGateway.Payments;

/// <summary>What all form-encoded requests have in common.</summary>
static class FormReading
{
    /// <summary>The metadata, or a refusal when a field is not known.</summary>
    public static (Dictionary<string, string>? Metadata, GatewayError? Refused) Metadata(IFormCollection form, string[] known)
    {
        var metadata = new Dictionary<string, string>();
        foreach (var (name, value) in form)
        {
            if (name.StartsWith("metadata[", StringComparison.Ordinal) && name[^1] == ']')
                metadata[name[9..^1]] = value.ToString();
            else if (!known.Contains(name))
                return (null, GatewayError.Invalid($"Received unknown parameter: {name}", "parameter_unknown", name));
        }

        return (metadata, null);
    }

    /// <summary>Digest of the body and of what was asked for: a key is good for one request alone.</summary>
    public static string Fingerprint(string request, IFormCollection form)
    {
        var text = new StringBuilder(request).Append('\0');
        foreach (var (name, value) in form.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            text.Append(name).Append('\0').Append(value.ToString()).Append('\0');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 12));
    }
}
