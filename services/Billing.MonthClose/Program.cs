using Billing.MonthClose;

await MonthCloseApplication.Build(args).RunAsync();
