using Billing.Benchmarks;

return args switch
{
    ["outbox", .. var rest] => await OutboxBenchmark.RunAsync(rest.Length > 0 ? int.Parse(rest[0], System.Globalization.CultureInfo.InvariantCulture) : 3000),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: Billing.Benchmarks outbox [messages]");
    return 2;
}
