using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Billing.MonthClose.Look.Certifying;

public sealed class CertificateOptions
{
    public const string Section = "Certificates";

    /// <summary>The private key that signs the certificates: ECDSA over P-256, PKCS 8 in PEM. Without one they are made unsigned, and say so.</summary>
    public string? PrivateKey { get; set; }
}

sealed class CertificateOptionsRules : IValidateOptions<CertificateOptions>
{
    public ValidateOptionsResult Validate(string? name, CertificateOptions options)
    {
        if (string.IsNullOrEmpty(options.PrivateKey))
            return ValidateOptionsResult.Success;
        try
        {
            using var key = CertificateKey.Read(options.PrivateKey);
            return key.KeySize == 256 ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail($"{CertificateOptions.Section}:{nameof(options.PrivateKey)} has {key.KeySize} bits; expected a key over P-256.");
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or ArgumentException)
        {
            // the value is a secret, and is not shown
            return ValidateOptionsResult.Fail(
                $"{CertificateOptions.Section}:{nameof(options.PrivateKey)} cannot be read; expected an ECDSA private key over P-256 in PEM.");
        }
    }
}

static class CertificateKey
{
    public static ECDsa Read(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }
}
