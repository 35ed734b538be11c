using Billing.SeatRefresh;

await SeatRefreshApplication.Build(args).RunAsync();
