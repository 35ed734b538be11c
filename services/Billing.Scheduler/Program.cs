using Billing.Persistence;
using Billing.Scheduler;

await SchedulerApplication.Build(args).RunServiceAsync();
