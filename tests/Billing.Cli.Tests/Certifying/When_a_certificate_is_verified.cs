using System.Security.Cryptography;
using Billing.Views.Certificates;

namespace Billing.Cli.Tests.Certifying;

public sealed class When_a_certificate_is_verified : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("certificate-").FullName;
    readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose()
    {
        Directory.Delete(folder, recursive: true);
        key.Dispose();
    }

    static CertifiedInvoice Invoice(int number) => new($"account-{number}", $"INV-00000000{number}", Convert.ToHexStringLower(MerkleTree.Leaf([(byte)number])));

    CertificateFile Made()
    {
        List<CertifiedInvoice> invoices = [Invoice(1), Invoice(2), Invoice(3)];
        return CertificateFile.Make(new CloseCertificate
        {
            Period = "2026-10",
            RunId = Guid.Parse("d5a1f6a0-0000-4000-8000-000000000001"),
            State = "Succeeded",
            RequestedBy = "jane",
            StartedAt = new DateTimeOffset(2026, 11, 2, 8, 0, 0, TimeSpan.Zero),
            CompletedAt = new DateTimeOffset(2026, 11, 2, 8, 5, 0, TimeSpan.Zero),
            CertifiedAt = new DateTimeOffset(2026, 11, 2, 8, 6, 0, TimeSpan.Zero),
            CodeVersion = "0.1.0",
            PriceVersion = 7,
            Accounts = new Dictionary<string, int> { ["Closed"] = 3 },
            Money = [new CertifiedMoney("EUR", 3, 30.50m, 0, 30.50m, 0)],
            Invoices = 3,
            Root = CertificateFile.RootOf(invoices)
        }, invoices, key);
    }

    async Task<int> VerifyAsync(string text)
    {
        var file = Path.Combine(folder, "certificate.json");
        await File.WriteAllTextAsync(file, text);
        var pem = Path.Combine(folder, "key.pem");
        await File.WriteAllTextAsync(pem, key.ExportSubjectPublicKeyInfoPem());
        return await CommandLine.RunAsync(["certificate", "verify", file, "--offline", "--key", pem]);
    }

    [Fact]
    public async Task Should_pass_as_it_was_made() => Assert.Equal(0, await VerifyAsync($"{Made()}"));

    [Theory]
    [InlineData("30.5", "30.6")]
    [InlineData("\"jane\"", "\"joe\"")]
    [InlineData("\"invoices\":3", "\"invoices\":2")]
    public async Task Should_fail_when_a_word_of_it_was_changed(string was, string now)
    {
        var text = $"{Made()}";
        Assert.Contains(was, text, StringComparison.Ordinal);

        Assert.Equal(1, await VerifyAsync(text.Replace(was, now, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"certificate":null,"invoices":[]}""")]
    [InlineData("""{"certificate":{},"invoices":[]}""")]
    [InlineData("""{"certificate":{},"invoices":[{"accountId":"a","number":"b","hash":"xyz"}]}""")]
    public async Task Should_say_that_it_is_no_certificate(string text) =>
        Assert.Contains("is no certificate", (await Assert.ThrowsAsync<CliException>(() => VerifyAsync(text))).Message, StringComparison.Ordinal);

    [Fact]
    public void Should_take_a_key_on_one_line()
    {
        using var read = ECDsa.Create();
        read.ImportFromPem(key.ExportPkcs8PrivateKeyPem().ReplaceLineEndings(""));

        Assert.Equal(key.ExportSubjectPublicKeyInfoPem(), read.ExportSubjectPublicKeyInfoPem());
    }
}
