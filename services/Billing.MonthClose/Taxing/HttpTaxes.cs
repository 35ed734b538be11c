using System.Text.Json;
using Billing.MonthClose.Books.Taxes;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Taxing;

/// <summary>
/// Tax by the service. Inside a transaction nobody is asked: what is not known yet is handed out by an exception, which takes the transaction back; it is
/// asked for outside, and the step begins anew with the answer at hand (<see cref="AskedOutside{T}"/>).
/// </summary>
sealed class HttpTaxes(MonthCloseDbContext db, TaxService service) : ITaxCalculator
{
    public bool IsOn => true;

    public async Task<IReadOnlyList<TaxAnswer>> ComputeAsync(IReadOnlyList<TaxRequest> requests, CancellationToken cancellationToken)
    {
        var known = KnownTaxes.Current;
        if (db.Database.CurrentTransaction is not null && known is null)
            throw new InvalidOperationException("Tax was asked for in a transaction that nothing stands around to ask outside of it.");
        var placed = requests.Where(request => request.Particulars.Country is not null).ToList();
        if (known is null)
            known = await new KnownTaxes().AskAsync(service, placed, cancellationToken);
        else if (placed.FindAll(request => known.Find(request) is null) is { Count: > 0 } unknown)
            throw new TaxUnknownException(unknown);
        return [.. requests.Select(request => request.Particulars.Country is null ? TaxTable.WithoutCountry : known.Find(request)!)];
    }
}

/// <summary>The answers that one message has had so far. It may be asked a few times: what an account used may change between two readings.</summary>
sealed class KnownTaxes
{
    /// <summary>After so many rounds an account whose lines change each time is parked.</summary>
    public const int MostRounds = 5;

    static readonly AsyncLocal<KnownTaxes?> Of = new();

    readonly Dictionary<string, TaxAnswer> _answers = new(StringComparer.Ordinal);

    public static KnownTaxes? Current
    {
        get => Of.Value;
        set => Of.Value = value;
    }

    int _rounds;

    public TaxAnswer? Find(TaxRequest request) => _answers.GetValueOrDefault(KeyOf(request))
        ?? (_rounds < MostRounds ? null : TaxAnswerCheck.Cannot("what it used changed each time it was asked for"));

    public async Task<KnownTaxes> AskAsync(TaxService service, IReadOnlyList<TaxRequest> requests, CancellationToken cancellationToken)
    {
        _rounds++;
        if (requests.Count > 0)
            foreach (var (request, answer) in requests.Zip(await service.AskAsync(requests, cancellationToken)))
                _answers[KeyOf(request)] = answer;
        return this;
    }

    /// <summary>All that decides the tax.</summary>
    static string KeyOf(TaxRequest request) => JsonSerializer.Serialize(request);
}

/// <summary>The taxes of these are not known, and nobody may be asked here.</summary>
sealed class TaxUnknownException(IReadOnlyList<TaxRequest> requests) : Exception("Taxes have to be asked for outside of the transaction.")
{
    public IReadOnlyList<TaxRequest> Requests { get; } = requests;
}
