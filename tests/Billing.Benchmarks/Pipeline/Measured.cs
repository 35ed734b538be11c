using System.Globalization;
using System.Text.Json;

namespace Billing.Benchmarks.Pipeline;

/// <summary>One month that was closed, beside the floor of the same minute. Rates are accounts a second.</summary>
sealed record Measured
{
    public required string Period { get; init; }
    public required int Accounts { get; init; }

    public bool IsGatewayInProcess { get; init; }

    /// <summary>How many looked at it while it went on.</summary>
    public int Watchers { get; init; }

    public required double PerSecond { get; init; }

    /// <summary>Null when it was not measured.</summary>
    public required double? Floor { get; init; }
    public double? Ratio => PerSecond / Floor;

    /// <summary>Between our books and the gateway's own record: a fast month that is wrong is no result.</summary>
    public required int Differences { get; init; }

    public required IReadOnlyDictionary<string, double> ProcessorMsAnAccount { get; init; }
    public required IReadOnlyDictionary<string, double> PeakMegabytes { get; init; }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Period}: {Accounts} accounts, {PerSecond:0}/s,{BesideFloor} CPU {ProcessorMsAnAccount.Values.Sum():0.0} ms an account, {Differences} differences");

    public static async Task<IReadOnlyList<Measured>> ReadAsync(string file, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize<List<Measured>>(await File.ReadAllTextAsync(file, cancellationToken), JsonSerializerOptions.Web)!;

    public static Task WriteAsync(string file, IReadOnlyList<Measured> measured, CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(file, JsonSerializer.Serialize(measured, JsonSerializerOptions.Web), cancellationToken);

    string BesideFloor => Floor is null ? "" : Figures.Text($" plain SQL {Floor:0}/s, {Ratio:0.00} of it,");
}
