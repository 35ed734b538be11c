using Billing.Hosting;
using Billing.MonthClose;
using Billing.MonthClose.Reporting;
using Billing.Persistence;

var builder = WebApplication.CreateBuilder(args);
builder.AddBillingDatabase<MonthCloseDbContext, PostgresMonthCloseDbContext, SqlServerMonthCloseDbContext>();
builder.Services.AddMonthClose(builder.Configuration);
var sqlServer = string.Equals(builder.Configuration["Database:Provider"], "SqlServer", StringComparison.OrdinalIgnoreCase);
builder.AddBillingHost("month-close", x => MonthCloseBus.Configure(x, sqlServer));

var app = builder.Build();
app.MapBillingHost();
app.MapReporting();
await app.RunAsync();
