namespace Billing.MonthClose.Books.Amounts;

/// <summary>An amount in the major unit of its ISO 4217 currency. Two currencies are never added or compared.</summary>
/// <param name="Amount">In the major unit: 12.34 USD is twelve dollars and thirty-four cents.</param>
/// <param name="Currency">The ISO 4217 code.</param>
public readonly record struct Money(decimal Amount, string Currency)
{
    /// <summary>Decimals of the currency's minor unit: JPY 0, USD 2, KWD 3.</summary>
    public int Decimals => Currencies.DecimalsOf(Currency);

    /// <summary>True when the amount has no more decimals than its currency.</summary>
    public bool IsWhole => Currencies.IsWhole(Amount, Currency);

    /// <summary>The amount in minor units: 12.34 USD is 1234.</summary>
    /// <exception cref="ArgumentException">The amount has more decimals than its currency.</exception>
    public long Minor => Currencies.ToMinor(Amount, Currency);

    /// <summary>The same currency, another amount.</summary>
    public Money With(decimal amount) => this with { Amount = amount };

    public static Money Zero(string currency) => new(0, currency);

    /// <exception cref="InvalidOperationException">The currencies differ.</exception>
    public static Money operator +(Money left, Money right) => left.With(left.Amount + Same(left, right).Amount);

    /// <exception cref="InvalidOperationException">The currencies differ.</exception>
    public static Money operator -(Money left, Money right) => left.With(left.Amount - Same(left, right).Amount);

    public static Money operator -(Money money) => money.With(-money.Amount);

    /// <summary>As people write it: <c>10.00 USD</c>.</summary>
    public override string ToString() => Currencies.Text(Amount, Currency);

    static Money Same(Money left, Money right) =>
        left.Currency == right.Currency ? right : throw new InvalidOperationException($"{left} and {right} have different currencies; they are never added.");
}
