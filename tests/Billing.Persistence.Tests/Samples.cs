using Billing.Persistence.Postgres;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Billing.Persistence.Tests;

public enum CloseStep
{
    Waiting,
    Invoiced,
    Closed,
}

public enum Channel
{
    Email = 1,
    Sms = 2,
}

public readonly record struct AccountNumber(string Value);

public sealed record Price(decimal Amount, string Currency);

/// <summary>One of each kind of column that the services have.</summary>
public sealed class Sample
{
    public Guid Id { get; set; } = Guid.NewGuid();
    public AccountNumber Account { get; set; } = new("A-1");
    public string Period { get; set; } = "2026-10";
    public CloseStep Step { get; set; }
    public Channel? Channel { get; set; }
    public decimal UnitPrice { get; set; }
    public decimal? Discount { get; set; }
    public DateOnly FirstDay { get; set; } = new(2026, 10, 1);
    public DateTimeOffset At { get; set; } = new(2026, 10, 31, 23, 30, 0, TimeSpan.Zero);
    public DateTimeOffset? PaidAt { get; set; }
    public string? Note { get; set; }
    public int Attempts { get; set; }
    public long Size { get; set; }
    public bool Late { get; set; }
    public byte[]? Digest { get; set; }
    public TimeSpan? Pause { get; set; }
    public Price Price { get; set; } = new(0, "USD");
}

public sealed class Tally
{
    public required string Account { get; set; }
    public required DateOnly Day { get; set; }
    public int Seats { get; set; }
    public decimal? Amount { get; set; }
    public string Unit { get; set; } = "seat";
}

public sealed class Numbered
{
    public long Id { get; set; }
    public string Name { get; set; } = "";
}

public sealed class SampleDbContext(DbContextOptions<SampleDbContext> options) : DbContext(options)
{
    public DbSet<Sample> Samples => Set<Sample>();
    public DbSet<Tally> Tallies => Set<Tally>();
    public DbSet<Numbered> Numbered => Set<Numbered>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasSequence<long>("InvoiceNumbers").StartsAt(1000);
        modelBuilder.Entity<Sample>(sample =>
        {
            sample.ToTable("sample rows", "billing");
            sample.Property(x => x.Account).HasMaxLength(40).HasConversion(new ValueConverter<AccountNumber, string>(x => x.Value, x => new AccountNumber(x)));
            sample.Property(x => x.Period).HasMaxLength(7);
            sample.Property(x => x.Step).HasConversion<string>().HasMaxLength(20).HasColumnName("close_step");
            sample.Property(x => x.UnitPrice).HasPrecision(28, 12);
            sample.Property(x => x.Discount).HasPrecision(28, 12);
            sample.ComplexProperty(x => x.Price, price =>
            {
                price.Property(x => x.Amount).HasPrecision(18, 4);
                price.Property(x => x.Currency).HasMaxLength(3);
            });
            sample.HasIndex(x => new { x.Account, x.Period }).IsUnique();
        });
        modelBuilder.Entity<Tally>(tally =>
        {
            tally.HasKey(x => new { x.Account, x.Day });
            tally.Property(x => x.Account).HasMaxLength(40);
            tally.Property(x => x.Amount).HasPrecision(18, 2);
        });
    }
}

/// <summary>A database with the sample tables, on the server that the tests run against.</summary>
public sealed class SampleDatabase : Xunit.IAsyncLifetime
{
    ITestProvider _provider = null!;

    public IBulkWriter Bulk => _provider.Bulk;
    public ISequences Sequences => _provider.Sequences;

    public async Task InitializeAsync()
    {
        _provider = await TestProvider.CreateAsync();
        await using var db = Open();
        await db.Database.EnsureCreatedAsync();
    }

    public SampleDbContext Open()
    {
        var options = new DbContextOptionsBuilder<SampleDbContext>();
        _provider.Use(options);
        return new SampleDbContext(options.Options);
    }

    public async Task DisposeAsync() => await _provider.DisposeAsync();
}
