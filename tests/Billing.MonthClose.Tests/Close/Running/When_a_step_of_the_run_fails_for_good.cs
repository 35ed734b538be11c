using Billing.Contracts.MonthClose.V1;
using Billing.MonthClose.Books.Alerting;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Close.Running;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Close.Running;

/// <summary>The database refuses one statement of a step, until somebody mends it: the run says so, and goes on when it is asked for again.</summary>
public sealed class When_a_step_of_the_run_fails_for_good : IAsyncLifetime
{
    readonly MonthCloseHouse house = new();

    public async Task InitializeAsync()
    {
        house.Settings["Closing:ChunkSize"] = "2";
        await house.InitializeAsync();
        await house.SetPricesAsync(Sample.ApiCalls);
        var ids = Enumerable.Range(1, 6).Select(i => $"account-{i}").ToList();
        await house.RegisterAsync([.. ids.Select(Sample.Account)]);
        await house.UseAsync([.. ids.Select(id => Sample.Use(id, 1000))]);
    }

    public Task DisposeAsync() => house.DisposeAsync();

    [Theory]
    [InlineData("CutChunks", "Chunk", "insert", "true")]
    [InlineData("EndChunk", "AccountClose", "update", "new.\"Step\" in ('Closed', 'Parked')")]
    public async Task Should_halt_call_a_person_and_go_on_when_the_month_is_asked_for_again(string step, string table, string what, string when)
    {
        await house.RefuseAsync(table, what, when);

        await house.TellAsync(new StartMonthClose { Period = "2026-10", RequestedBy = "jane" });

        var alert = await house.HearsAsync<BillingAlert>(alert => alert.Code == AlertCode.RunHalted);
        Assert.Contains(step, alert.Message, StringComparison.Ordinal);
        Assert.Contains("StartMonthClose", alert.Message, StringComparison.Ordinal);
        var run = await Eventually.HoldsAsync(() => house.AskAsync(db => db.Runs.AsNoTracking().SingleAsync()),
            run => run.CurrentState == nameof(MonthCloseRun.Halted), "the run has halted");
        Assert.Contains(step, run.HaltReason, StringComparison.Ordinal);
        Assert.Empty(house.Heard<MonthCloseCompleted>());

        await house.TakeAgainAsync(table);
        await house.TellAsync(new StartMonthClose { Period = "2026-10", RequestedBy = "jane" });

        var completed = await house.HearsAsync<MonthCloseCompleted>();
        Assert.Equal((6, completed.Accounts), (completed.Closed + completed.Parked, 6));
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Chunks.CountAsync(chunk => chunk.CurrentState != nameof(ChunkPipeline.Ended))),
            open => open == 0, "every chunk has ended");
        Assert.Equal(6, (await house.CapturesAsync()).Count);
        await house.BooksAgreeAsync("2026-10");
    }

    [Fact]
    public async Task Should_not_halt_again_for_a_failure_from_before_it_was_taken_up()
    {
        await house.RefuseAsync("AccountClose", "update", "new.\"Step\" in ('Closed', 'Parked')");
        await house.TellAsync(new StartMonthClose { Period = "2026-10", RequestedBy = "jane" });
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Chunks.CountAsync(chunk => chunk.CurrentState == nameof(ChunkPipeline.Halted))),
            halted => halted == 3, "every chunk has halted");
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Runs.AsNoTracking().SingleAsync()),
            run => run.CurrentState == nameof(MonthCloseRun.Halted), "the run has heard of it");     // asked before, it would join the run that goes on
        await house.TakeAgainAsync("AccountClose");
        await house.TellAsync(new StartMonthClose { Period = "2026-10", RequestedBy = "jane" });
        await house.HearsAsync<MonthCloseCompleted>();

        var (run, chunk) = (RunState.IdOf("2026-10"), (await house.AskAsync(db => db.Chunks.AsNoTracking().FirstAsync())).CorrelationId);
        await house.TellAsync(new ChunkHalted(run, chunk, "EndChunk", "it came late"));
        await house.TellAsync(new ChunkHalted(run, chunk, "EndChunk", "it is new", Attempt: 1));

        var alert = await house.HearsAsync<BillingAlert>(alert => alert.Code == AlertCode.RunHalted && alert.Message.Contains("it ", StringComparison.Ordinal));
        Assert.Contains("it is new", alert.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_say_that_the_report_is_missing_and_write_it_when_the_month_is_asked_for_again()
    {
        await house.RefuseAsync("RunReport", "insert");
        Assert.Equal(6, (await house.CloseAsync("2026-10")).Closed);

        await house.HearsAsync<BillingAlert>(alert => alert.Code == AlertCode.ReportNotWritten);
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Runs.AsNoTracking().SingleAsync()), run => run.IsReportMissing, "the run knows");
        await house.TakeAgainAsync("RunReport");
        await house.TellAsync(new StartMonthClose { Period = "2026-10", RequestedBy = "jane" });

        await Eventually.HoldsAsync(async () => (await house.ReadInAsync("""select count(*)::text from "RunReport" """))[0], rows => rows != "0", "the report is written");
        Assert.Single(house.Heard<MonthCloseCompleted>());
    }
}
