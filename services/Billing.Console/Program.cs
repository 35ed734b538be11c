using Billing.Console;
using Billing.Hosting;

await ConsoleApplication.Build(args).RunUntilStoppedAsync();
