using System.Security.Cryptography.X509Certificates;
using Billing.Notification.Settings;

namespace Billing.Notification.Outlets.Smtp;

/// <summary>Whose certificates a mail server may show: those that this machine trusts, or one authority of the house's own.</summary>
static class SmtpTrust
{
    /// <summary>Null leaves it to the machine.</summary>
    public static X509ChainPolicy? Of(MailOptions options)
    {
        if (options.SmtpTrustedCertificate is not { Length: > 0 } file)
            return null;
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(file);
        return policy;
    }
}
