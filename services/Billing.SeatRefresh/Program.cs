using Billing.Persistence;
using Billing.SeatRefresh;

await SeatRefreshApplication.Build(args).RunServiceAsync();
