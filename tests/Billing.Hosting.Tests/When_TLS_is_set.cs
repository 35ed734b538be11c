using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Billing.Hosting.Tests;

/// <summary>TLS by Kestrel's own settings: a certificate and its key as PEM files.</summary>
public sealed class When_TLS_is_set : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("billing-tls-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Should_speak_TLS_and_keep_a_browser_to_it()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        var (path, keyPath) = (Path.Combine(_folder.FullName, "tls.pem"), Path.Combine(_folder.FullName, "tls.key"));
        await File.WriteAllTextAsync(path, certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(keyPath, key.ExportPkcs8PrivateKeyPem());

        await using var host = await HostUnderTest.StartAsync(_ => { }, waitUntilReady: false, settings: new()
        {
            ["Kestrel:Endpoints:tls:Url"] = "https://127.0.0.1:0",
            ["Kestrel:Endpoints:tls:Certificate:Path"] = path,
            ["Kestrel:Endpoints:tls:Certificate:KeyPath"] = keyPath
        });

        Assert.Equal("https", host.Http.BaseAddress!.Scheme);
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, shown, _, _) => shown!.Thumbprint == certificate.Thumbprint
        };
        using var http = new HttpClient(handler) { BaseAddress = host.Http.BaseAddress };
        using var answer = await http.GetAsync("health/live");
        Assert.True(answer.IsSuccessStatusCode);
        Assert.Equal("max-age=31536000", Assert.Single(answer.Headers.GetValues("Strict-Transport-Security")));
    }

    [Fact]
    public void Should_ask_for_a_key_with_TLS_too() => Assert.Contains("https://0.0.0.0:8443",
        Assert.Throws<SettingsException>(() => When_settings_are_read.Build(new()
        {
            ["Urls"] = null,
            ["Kestrel:Endpoints:tls:Url"] = "https://0.0.0.0:8443"
        })).Message, StringComparison.Ordinal);
}
