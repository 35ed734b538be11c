using System.CommandLine;
using Billing.Cli.Closing;
using Billing.Cli.Settings;
using Spectre.Console;

namespace Billing.Cli.Papers;

/// <summary><c>invoice NUMBER --pdf FILE --html FILE</c>: an invoice or a credit note as its customer gets it.</summary>
static class InvoiceVerb
{
    static readonly string[] Formats = ["pdf", "html"];

    public static Command Create()
    {
        var number = new Argument<string>("INVOICE_OR_CREDIT_NOTE") { Description = "Its number or id." };
        var files = Formats.Select(format => (Format: format,
            File: new Option<string?>($"--{format}") { Description = $"Where the {format.ToUpperInvariant()} is written." })).ToList();
        var invoice = new Command("invoice", "Writes an invoice or a credit note to a file, as its customer gets it; as NUMBER.pdf when no file is named.")
        {
            number
        };
        files.ForEach(one => invoice.Add(one.File));
        invoice.SetAction(async (parsed, cancellation) =>
        {
            var id = parsed.GetValue(number)!;
            var wanted = files.Select(one => (one.Format, File: parsed.GetValue(one.File))).Where(one => one.File is not null).ToList();
            using var months = MonthCloseClient.For(BillingEnvironment.Current.MonthClose);
            string? address = null;
            foreach (var (format, named) in wanted.Count > 0 ? wanted : [(Formats[0], null)])
            {
                var paper = await months.PaperAsync(id, format, cancellation)
                    ?? throw new CliException($"There is neither an invoice nor a credit note '{id}'.");
                var file = named ?? paper.FileName;
                await File.WriteAllBytesAsync(file, paper.Bytes, cancellation);
                AnsiConsole.WriteLine($"{file}: {paper.Bytes.Length} bytes, SHA-256 {paper.Sha256}");
                address = paper.Address;
            }

            if (address is not null)
                Console.Out.WriteLine($"its customer finds it at {address}");     // in one line, however narrow the terminal

            return 0;
        });
        return invoice;
    }
}
