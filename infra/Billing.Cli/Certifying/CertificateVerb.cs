using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Billing.Cli.Closing;
using Billing.Cli.Settings;
using Billing.Views.Certificates;
using Spectre.Console;

namespace Billing.Cli.Certifying;

/// <summary><c>certificate get PERIOD</c>, <c>certificate verify FILE</c>, <c>certificate prove FILE NUMBER</c>: what can be shown of a closed month.</summary>
static class CertificateVerb
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create() => new("certificate", "Fetches and checks the certificate of a closed month.")
    {
        Get(),
        Verify(),
        Prove(),
        Key()
    };

    static Command Get()
    {
        var period = CliPeriod.Argument();
        var to = new Option<string?>("--file") { Description = "Where it is written; PERIOD.certificate.json when left out." };
        var get = new Command("get", "Writes the certificate of a month to a file.") { period, to };
        get.SetAction(async (parsed, cancellation) =>
        {
            var month = parsed.GetValue(period);
            using var months = MonthCloseClient.For(BillingEnvironment.Current.MonthClose);
            var text = await months.CertificateAsync(month, cancellation)
                ?? throw new CliException($"There is no certificate of {month.Text()}: it is made when the run has ended. See: run show {month.Text()}");
            var file = parsed.GetValue(to) ?? $"{month.Text()}.certificate.json";
            await File.WriteAllTextAsync(file, text, cancellation);
            AnsiConsole.WriteLine($"{file}: {Summary(Read(file, text))}");
            return 0;
        });
        return get;
    }

    static Command Verify()
    {
        var from = new Argument<string>("FILE") { Description = "A certificate." };
        var key = new Option<string?>("--key") { Description = "The public key that must have signed it, a file in PEM; else the one it names is believed." };
        var offline = new Option<bool>("--offline") { Description = "Checks the file alone, and asks no books." };
        var verify = new Command("verify", "Checks a certificate: its signature, its root, and that the books still say the same.") { from, key, offline };
        verify.SetAction(async (parsed, cancellation) =>
        {
            var name = parsed.GetValue(from)!;
            var file = Read(name, await TextAsync(name, cancellation));
            var faults = file.Faults(parsed.GetValue(key) is { } pem ? await TextAsync(pem, cancellation) : null).ToList();
            if (!parsed.GetValue(offline))
            {
                using var months = MonthCloseClient.For(BillingEnvironment.Current.MonthClose);
                var books = await months.CertifiedBooksAsync(file.Certificate.Period, cancellation)
                    ?? throw new CliException($"The books at {BillingEnvironment.Current.MonthClose} have no run of {file.Certificate.Period}.");
                if (file.FirstDifference(books.Invoices) is { } difference)
                    faults.Add(difference);
            }

            foreach (var fault in faults)
                Screen.Wrong(fault);
            if (faults.Count == 0)
                AnsiConsole.WriteLine($"{name} holds: {Summary(file)}");
            return faults.Count == 0 ? 0 : 1;
        });
        return verify;
    }

    static Command Prove()
    {
        var from = new Argument<string>("FILE") { Description = "A certificate." };
        var number = new Argument<string>("NUMBER") { Description = "The number of an invoice." };
        var prove = new Command("prove", "Writes what shows that an invoice is in a certificate: its hash, its place, and the path to the root.")
        {
            from,
            number
        };
        prove.SetAction(async (parsed, cancellation) =>
        {
            var (name, wanted) = (parsed.GetValue(from)!, parsed.GetValue(number)!);
            var file = Read(name, await TextAsync(name, cancellation));
            var index = file.Invoices.ToList().FindIndex(invoice => invoice.Number == wanted);
            if (index < 0)
                throw new CliException($"{name} has no invoice {wanted}.");
            var leaves = file.Invoices.Select(invoice => Convert.FromHexString(invoice.Hash)).ToList();
            var path = MerkleTree.Path(leaves, index);
            if (!MerkleTree.IsUnder(Convert.FromHexString(file.Certificate.Root), leaves[index], index, leaves.Count, path))
                throw new CliException($"The root of {name} is not over its invoices. See: certificate verify {name}");
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                file.Certificate.Period,
                file.Invoices[index].AccountId,
                Number = wanted,
                Leaf = file.Invoices[index].Hash,
                Index = index,
                leaves.Count,
                Path = path.Select(Convert.ToHexStringLower),
                file.Certificate.Root
            }, Json));
            return 0;
        });
        return prove;
    }

    static Command Key()
    {
        var key = new Command("key", "Makes a private key for the setting Certificates:PrivateKey, on one line. Keep it where secrets are kept.");
        key.SetAction(_ =>
        {
            using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            Console.WriteLine(made.ExportPkcs8PrivateKeyPem().ReplaceLineEndings(""));
        });
        return key;
    }

    static string Summary(CertificateFile file) => string.Create(CultureInfo.InvariantCulture,
        $"{file.Certificate.Period} {file.Certificate.State}, {file.Certificate.Invoices} invoices, root {file.Certificate.Root}, "
        + $"{(file.Signature is null ? "not signed" : "signed")}");

    static async Task<string> TextAsync(string file, CancellationToken cancellation)
    {
        try
        {
            return await File.ReadAllTextAsync(file, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"{file} cannot be read: {e.Message}", e);
        }
    }

    static CertificateFile Read(string file, string text)
    {
        try
        {
            return CertificateFile.Parse(text);
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw new CliException($"{file} is no certificate: {e.Message}", e);
        }
    }
}
