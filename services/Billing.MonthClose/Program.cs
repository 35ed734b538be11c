using Billing.MonthClose;
using Billing.Persistence;

await MonthCloseApplication.Build(args).RunServiceAsync();
