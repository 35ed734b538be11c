using Billing.SimulatedGateway;

var app = GatewayApplication.Build(args);
await app.RunAsync();
