using Billing.MonthClose.Books.Amounts;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace Billing.MonthClose.Tests.Laws;

/// <summary>What must hold whatever comes. A case that breaks it is printed with the seed (<c>Replay</c>) that brings it back.</summary>
static class Law
{
    const int Cases = 5000;

    /// <param name="cases">Where they come from.</param>
    /// <param name="law">Throws when it does not hold.</param>
    /// <param name="replay">The seed of a failure, the two numbers as they were printed, to bring it back.</param>
    public static void Holds<T>(Gen<T> cases, Action<T> law, (ulong Seed, ulong Gamma)? replay = null)
    {
        var config = Config.QuickThrowOnFailure.WithMaxTest(Cases).WithQuietOnSuccess(true);
        if (replay is var (seed, gamma))
            config = config.WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(seed, gamma), FSharpOption<int>.None)));
        Prop.ForAll(cases.ToArbitrary(), law).Check(config);
    }

    /// <summary>Amounts of 0 to the most, in minor units of a currency with so many decimals.</summary>
    public static Gen<decimal> Money(int most, int decimals = 2) => Gen.Choose(0, most).Select(minor => minor / Scale(decimals));

    /// <summary>Decimals with many digits, as unit prices and measured quantities have.</summary>
    public static Gen<decimal> Fine(int most) =>
        from whole in Gen.Choose(0, most)
        from fraction in Gen.Choose(0, 999_999_999)
        from digits in Gen.Choose(0, 9)
        select whole + Math.Round(fraction / 1_000_000_000m, digits);

    public static decimal Scale(int decimals) => decimals switch { 0 => 1m, 2 => 100m, _ => 1000m };
}
