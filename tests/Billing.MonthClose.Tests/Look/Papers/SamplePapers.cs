using Billing.MonthClose.Books.Papers;
using Billing.MonthClose.Look.Papers;

namespace Billing.MonthClose.Tests.Look.Papers;

/// <summary>Papers as they are read from the books, by name.</summary>
static class SamplePapers
{
    public static readonly Seller Seller = new()
    {
        SellerId = new Guid("0ec2f6a0-6a4c-8d4e-9a5d-2f7a3d1c5b60"),
        Name = "Nordlicht Cloud GmbH",
        Address = "Speicherstraße 12\n20457 Hamburg\nGermany",
        TaxId = "VAT ID DE123456789",
        Registration = "Amtsgericht Hamburg, HRB 123456",
        Contact = "billing@nordlicht.example",
        PayTo = "Nordlicht Cloud GmbH\nIBAN DE02 1203 0000 0000 2020 51 · BIC BYLADEM1001"
    };

    public static Paper Named(string name) => name switch
    {
        "long" => Invoice("EUR") with { Lines = [.. Enumerable.Range(1, 300).Select(number => Line($"Virtual machine {number:000}", number, 0.25m, number * 0.25m))] },
        "endless" => Invoice("EUR") with { Lines = [.. Enumerable.Range(1, 10_000).Select(number => Line($"Virtual machine {number}", number, 0.25m, number * 0.25m))] },
        "taxed" => Taxed(included: false),
        "tax-included" => Taxed(included: true),
        "credit-note" => CreditNote(),
        _ => Invoice(name)
    };

    /// <summary>With all that an invoice can have, in a currency of the sample data.</summary>
    public static Paper Invoice(string currency)
    {
        var (fee, unit, total, credit, due) = currency switch
        {
            "JPY" => (15000m, 12.5m, 30432m, 432m, 30000m),
            "KWD" => (30.000m, 0.0125m, 45.432m, 0.432m, 45.000m),
            _ => (100.00m, 0.0125m, 1234.56m, 34.56m, 1200.00m)
        };
        return new Paper
        {
            Kind = PaperKind.Invoice,
            Id = new Guid("019df6a0-6a4c-7d4e-9a5d-2f7a3d1c5b60"),
            Number = "INV-000000042",
            IssuedAt = new DateTimeOffset(2026, 10, 31, 23, 30, 0, TimeSpan.Zero),
            IssuedOn = new DateOnly(2026, 11, 1),
            TimeZone = "Europe/Berlin",
            Seller = Seller,
            AccountId = "acct-0042",
            BilledTo = "Łódź & Ελληνικά Кофе AG",
            FirstDay = new DateOnly(2026, 10, 1),
            LastDay = new DateOnly(2026, 10, 31),
            DueOn = new DateOnly(2026, 11, 15),
            Currency = currency,
            Lines =
            [
                Line("Base fee", 1, fee, fee) with { FirstDay = new DateOnly(2026, 10, 15), LastDay = new DateOnly(2026, 11, 14) },
                Line("API calls", 1234.567m, unit, total - fee - 0.5m) with { Formula = FormattableString.Invariant($"1000 free, 234.567 × {unit}") },
                Line("Compute: virtual machines / n2-standard-8, northern Europe, three years committed", 744, null, 1m) with
                {
                    Formula = "sum of 31 rated records = 1.000000000000003"
                },
                Line("Object storage (used in 2026-09)", 11111.111111111111m, 0.000000123m, -0.5m)
            ],
            Total = total,
            CreditUsed = credit,
            AmountDue = due,
            PaidBy = PaymentWay.Transfer
        };
    }

    static Paper Taxed(bool included) => Invoice("EUR") with
    {
        Lines =
        [
            Line("Base fee", 1, 100m, included ? 119m : 100m) with { TaxRate = 19 },
            Line("Books", 2, 10m, included ? 21.4m : 20m) with { TaxRate = 7 }
        ],
        Taxes = [new("VAT 19 %", 100m, 19m, included), new("VAT 7 %", 20m, 1.40m, included)],
        Total = 140.40m,
        CreditUsed = 0.40m,
        AmountDue = 140.00m
    };

    static Paper CreditNote() => Invoice("EUR") with
    {
        Kind = PaperKind.CreditNote,
        Id = new Guid("8b7c49d1-12fd-8b1c-9d0f-0c3d7ac1f0aa"),
        Number = "CN-000000007",
        DueOn = null,
        Lines = [Line("API calls", null, null, 12.50m)],
        Total = 12.50m,
        CreditUsed = 0,
        AmountDue = 0,
        PaidBy = PaymentWay.Nothing,
        Correction = new PaperCorrection("INV-000000042", "calls of a test were counted", 2.50m, 10m, 0, 0)
    };

    static PaperLine Line(string description, decimal? quantity, decimal? unitPrice, decimal amount) => new()
    {
        Description = description,
        FirstDay = new DateOnly(2026, 10, 1),
        LastDay = new DateOnly(2026, 10, 31),
        Quantity = quantity,
        UnitPrice = unitPrice,
        Amount = amount
    };
}
