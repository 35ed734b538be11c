using Billing.Console;

await ConsoleApplication.Build(args).RunAsync();
