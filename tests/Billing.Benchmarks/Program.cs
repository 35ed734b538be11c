using Billing.Benchmarks;

return args switch
{
    ["outbox", .. var rest] => await OutboxBenchmark.RunAsync(rest.Length > 0 ? int.Parse(rest[0], System.Globalization.CultureInfo.InvariantCulture) : 3000),
    ["sending", .. var rest] => await SendingBenchmark.RunAsync(rest.Length > 0 ? int.Parse(rest[0], System.Globalization.CultureInfo.InvariantCulture) : 2000),
    ["close", var period, .. var rest] =>
        await CloseBenchmark.RunAsync(period, rest.Length > 0 ? int.Parse(rest[0], System.Globalization.CultureInfo.InvariantCulture) : 4000),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: Billing.Benchmarks outbox [MESSAGES] | sending [MESSAGES] | close PERIOD [ACCOUNTS]");
    return 2;
}
