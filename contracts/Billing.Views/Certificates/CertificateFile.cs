using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Billing.Views.Certificates;

/// <summary>
/// A certificate with its signature and its leaves, as it is stored and handed out. The signature (ECDSA over P-256 with SHA-256) is over
/// the bytes of the member <c>certificate</c> exactly as they stand in the file; the root in it binds the list of invoices.
/// </summary>
public sealed class CertificateFile
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly byte[] _signed;

    CertificateFile(byte[] signed, CertificateSignature? signature, IReadOnlyList<CertifiedInvoice> invoices)
    {
        (_signed, Signature, Invoices) = (signed, signature, invoices);
        Certificate = JsonSerializer.Deserialize<CloseCertificate>(signed, Json) ?? throw new JsonException("The certificate is null; expected an object.");
    }

    public CloseCertificate Certificate { get; }

    /// <summary>Null when the service had no key.</summary>
    public CertificateSignature? Signature { get; }

    public IReadOnlyList<CertifiedInvoice> Invoices { get; }

    /// <param name="certificate">What is certified.</param>
    /// <param name="invoices">The leaves, in the order of the tree.</param>
    /// <param name="key">Signs it; none makes an unsigned one.</param>
    public static CertificateFile Make(CloseCertificate certificate, IReadOnlyList<CertifiedInvoice> invoices, ECDsa? key)
    {
        var signed = JsonSerializer.SerializeToUtf8Bytes(certificate, Json);
        var signature = key is null ? null : new CertificateSignature(
            "ECDSA-P256-SHA256", key.ExportSubjectPublicKeyInfoPem(), Convert.ToBase64String(key.SignData(signed, HashAlgorithmName.SHA256)));
        return new CertificateFile(signed, signature, invoices);
    }

    /// <exception cref="JsonException">It is no certificate.</exception>
    public static CertificateFile Parse(string text)
    {
        using var file = JsonDocument.Parse(text);
        if (file.RootElement.ValueKind != JsonValueKind.Object || !file.RootElement.TryGetProperty("certificate", out var certificate)
            || !file.RootElement.TryGetProperty("invoices", out var invoices))
            throw new JsonException("It has no member \"certificate\", or none \"invoices\"; expected a file as \"certificate get\" writes it.");
        var signature = file.RootElement.TryGetProperty("signature", out var told) ? told.Deserialize<CertificateSignature>(Json) : null;
        var listed = invoices.Deserialize<List<CertifiedInvoice>>(Json) ?? [];
        return listed.Find(invoice => invoice.Hash is not { Length: 2 * SHA256.HashSizeInBytes } || !invoice.Hash.All(char.IsAsciiHexDigitLower)) is { } bad
            ? throw new JsonException($"The hash of invoice {bad.Number} is \"{bad.Hash}\"; expected 64 digits of 0 to 9 and a to f.")
            : new CertificateFile(Encoding.UTF8.GetBytes(certificate.GetRawText()), signature, listed);
    }

    /// <summary>The file's text.</summary>
    public override string ToString() =>
        $"{{\"certificate\":{Encoding.UTF8.GetString(_signed)},\n\"signature\":{JsonSerializer.Serialize(Signature, Json)},\n"
        + $"\"invoices\":{JsonSerializer.Serialize(Invoices, Json)}}}\n";

    /// <summary>What is wrong with the file in itself, in sentences; none when it holds.</summary>
    /// <param name="publicKey">The key that must have signed it, in PEM; null trusts the one that the file names.</param>
    public IReadOnlyList<string> Faults(string? publicKey)
    {
        var faults = new List<string>();
        var root = RootOf(Invoices);
        if (root != Certificate.Root)
            faults.Add($"The root over its {Invoices.Count} invoices is {root}; the certificate says {Certificate.Root}.");
        if (Invoices.Count != Certificate.Invoices)
            faults.Add($"It lists {Invoices.Count} invoices; the certificate says {Certificate.Invoices}.");
        if (Signature is null)
            faults.Add("It is not signed: the service that made it had no key (Certificates:PrivateKey).");
        else if (publicKey is not null && !IsSameKey(publicKey, Signature.PublicKey))
            faults.Add("It is signed by another key than the one that was given.");
        else if (!IsSignedBy(Signature))
            faults.Add("The signature does not fit: the certificate was changed after it was signed.");
        return faults;
    }

    public static string RootOf(IReadOnlyList<CertifiedInvoice> invoices) =>
        Convert.ToHexStringLower(MerkleTree.Root([.. invoices.Select(invoice => Convert.FromHexString(invoice.Hash))]));

    /// <summary>The first invoice at which this certificate and the books part, in a sentence; null when they agree.</summary>
    public string? FirstDifference(IReadOnlyList<CertifiedInvoice> books)
    {
        for (var at = 0; at < Math.Max(books.Count, Invoices.Count); at++)
        {
            var (here, there) = (Invoices.ElementAtOrDefault(at), books.ElementAtOrDefault(at));
            if (here == there)
                continue;
            var order = here is null ? 1 : there is null ? -1 : string.CompareOrdinal(here.AccountId, there.AccountId);
            return order < 0 ? $"Invoice {here!.Number} of account {here.AccountId} is certified, and the books have it no more."
                : order > 0 ? $"Invoice {there!.Number} of account {there.AccountId} is in the books, and was not certified."
                : here!.Hash != there!.Hash ? $"Invoice {here.Number} of account {here.AccountId} says something else in the books than what was certified."
                : $"The invoice of account {here.AccountId} was certified as {here.Number}; the books call it {there.Number}.";
        }

        return null;
    }

    bool IsSignedBy(CertificateSignature signature)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportFromPem(signature.PublicKey);
            return key.VerifyData(_signed, Convert.FromBase64String(signature.Value), HashAlgorithmName.SHA256);
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or FormatException or ArgumentException)
        {
            return false;
        }
    }

    static bool IsSameKey(string one, string other)
    {
        try
        {
            using ECDsa first = ECDsa.Create(), second = ECDsa.Create();
            first.ImportFromPem(one);
            second.ImportFromPem(other);
            return first.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(second.ExportSubjectPublicKeyInfo());
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or ArgumentException)
        {
            return false;
        }
    }
}

/// <param name="Algorithm"><c>ECDSA-P256-SHA256</c>: r and s one after the other (IEEE P1363).</param>
/// <param name="PublicKey">Of the key that signed, in PEM (SubjectPublicKeyInfo).</param>
/// <param name="Value">In base64.</param>
public sealed record CertificateSignature(string Algorithm, string PublicKey, string Value);
