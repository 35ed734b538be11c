using Billing.Scheduler;

await SchedulerApplication.Build(args).RunAsync();
