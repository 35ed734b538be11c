using Billing.SimulatedGateway;

try
{
    await using var app = GatewayApplication.Build(args);
    await app.RunAsync();
    return 0;
}
catch (Exception e) when (e is IOException or InvalidOperationException)
{
    // The address is taken, the record belongs to another process, or the address is not loopback.
    await Console.Error.WriteLineAsync($"The simulated gateway did not start: {e.Message}");
    return 1;
}
