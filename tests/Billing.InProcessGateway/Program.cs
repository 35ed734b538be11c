using Billing.Hosting.Http;
using Billing.InProcessGateway;
using Billing.MonthClose;
using Billing.MonthClose.Gateway;

// MonthClose as it is, but for the road to the gateway: what the benchmark measures without HTTP.
var gateway = new Gateway();
var app = MonthCloseApplication.Build(args, builder => builder.Services.AddSingleton<IPaymentGateway>(gateway));
app.MapGet("/captured/{period}", (string period) => gateway.CapturedOf(period)).Needs(Rights.Read);
await app.RunAsync();
