using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Billing.Notification.Settings;

namespace Billing.Notification.Outlets.Smtp;

/// <summary>Whose certificates a mail server may show: those that this machine trusts, or those of one authority that the settings name.</summary>
static class SmtpTrust
{
    static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    public static RemoteCertificateValidationCallback Of(MailOptions options)
    {
        if (options.SmtpTrustedCertificate is not { Length: > 0 } file)
            return (_, _, _, errors) => errors == SslPolicyErrors.None;
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(file);
        // The machine does not know the authority, so its opinion of the chain does not count; that of the name does.
        return (_, certificate, chain, errors) =>
            (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) == SslPolicyErrors.None
            && certificate is X509Certificate2 shown && IsFrom(authorities, shown, chain);
    }

    static bool IsFrom(X509Certificate2Collection authorities, X509Certificate2 certificate, X509Chain? sent)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.ApplicationPolicy.Add(ServerAuthentication);
        if (sent is not null)
            chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
        return chain.Build(certificate);
    }
}
