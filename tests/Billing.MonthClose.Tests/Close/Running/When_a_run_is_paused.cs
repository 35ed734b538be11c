using Billing.Contracts.MonthClose.V1;
using Billing.Contracts.Notification.V1;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Alerting;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Books.Closes;
using Billing.MonthClose.Close.Running;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Billing.MonthClose.Tests.Close.Running;

/// <summary>A person stops the charges of a run with one hand, and a run whose gateway or prices turn bad stops by itself.</summary>
public sealed class When_a_run_is_paused : IAsyncLifetime
{
    const int Accounts = 90;

    /// <summary>In flight are at most four chunks with two charges each; as many may have passed by a look that is not old yet.</summary>
    const int MostAfterPause = 16;

    readonly MonthCloseHouse house = new();
    readonly LateAnswers _gateway = new();
    readonly List<string> _ids = [.. Enumerable.Range(1, Accounts).Select(i => $"account-{i:00}")];

    public async Task InitializeAsync()
    {
        house.Settings["Gateway:Concurrency"] = "2";
        house.Settings["Brakes:FailedAfter"] = "10";
        house.Settings["Brakes:ChangeAfter"] = "10";
        house.Replace = _gateway.Install;
        await house.InitializeAsync();
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync([.. _ids.Select(Sample.Account)]);
        await house.UseAsync([.. _ids.Select(id => Sample.Use(id, 1000))]);
    }

    public Task DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task Should_charge_nothing_more_until_a_person_resumes_it()
    {
        await ChargesAreInFlightAsync();
        await house.TellAsync(new PauseRun { Period = "2026-10", Reason = "the price list looks wrong", RequestedBy = "jane" });
        var paused = await house.HearsAsync<RunPaused>();
        Assert.Equal(("2026-10", "the price list looks wrong", "jane", null), (paused.Period, paused.Reason, paused.RequestedBy, paused.Brake));
        await RunIsAsync(nameof(MonthCloseRun.Paused));
        _gateway.Arrive();

        await StandsStillAsync();
        var charged = (await house.CapturesAsync()).Count;
        Assert.InRange(charged, 8, 8 + MostAfterPause);
        await house.TellAsync(new StartMonthClose { Period = "2026-10" });      // the scheduler's next tick resumes nothing
        await house.QuietAsync();
        Assert.Equal(charged, (await house.CapturesAsync()).Count);
        Assert.Empty(house.Heard<MonthCloseCompleted>());

        await house.TellAsync(new ResumeRun { Period = "2026-10", RequestedBy = "jane" });

        Assert.Equal("jane", (await house.HearsAsync<RunResumed>()).RequestedBy);
        Assert.Equal(Accounts, (await house.HearsAsync<MonthCloseSucceeded>()).Accounts);
        await EachIsChargedOnceAsync();
        Assert.Equal(Accounts, house.Heard<SendEmails>().SelectMany(mail => mail.Emails).Where(mail => mail.Template == "invoice")
            .DistinctBy(mail => mail.NotificationId).Count());
    }

    [Fact]
    public async Task Should_charge_nothing_more_when_it_is_cancelled_then_and_all_when_it_is_asked_for_again()
    {
        var charged = await PauseInMidRunAsync();

        await house.TellAsync(new CancelMonthClose { Period = "2026-10", Reason = "wrong price list" });

        var completed = await house.HearsAsync<MonthCloseCompleted>();
        Assert.Equal((Accounts, charged, Accounts - charged), (completed.Accounts, completed.Closed, completed.Cancelled));
        await house.QuietAsync();
        Assert.Equal(charged, (await house.CapturesAsync()).Count);
        Assert.Equal(charged, house.Heard<SendEmails>().SelectMany(mail => mail.Emails).Where(mail => mail.Template == "receipt")
            .DistinctBy(mail => mail.NotificationId).Count());
        await house.BooksAgreeAsync("2026-10");

        await house.TellAsync(new StartMonthClose { Period = "2026-10" });
        await house.HearsAsync<MonthCloseSucceeded>();
        await EachIsChargedOnceAsync();
    }

    [Fact]
    public async Task Should_cancel_what_is_left_though_that_failed_before_it_was_taken_up()
    {
        var charged = await PauseInMidRunAsync();
        await house.RefuseAsync("AccountClose", "update", """new."Step" = 'Cancelled' and old."ParkedAt" is null and old."Step" = 'Invoiced'""");
        await house.TellAsync(new CancelMonthClose { Period = "2026-10", Reason = "wrong price list" });
        await RunIsAsync(nameof(MonthCloseRun.Halted));
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Chunks.CountAsync(chunk => chunk.CurrentState == nameof(ChunkPipeline.Halted))),
            halted => halted > 0, "a chunk has halted");

        await house.TakeAgainAsync("AccountClose");
        await house.TellAsync(new StartMonthClose { Period = "2026-10" });

        var completed = await house.HearsAsync<MonthCloseCompleted>();
        Assert.Equal((charged, Accounts - charged, 0), (completed.Closed, completed.Cancelled, completed.Parked));
        await house.BooksAgreeAsync("2026-10");
    }

    [Fact]
    public async Task Should_pause_by_itself_when_cards_are_refused_in_mid_run()
    {
        await TurnsBadInMidRunAsync(new { behaviour = "decline", code = "insufficient_funds" });

        var paused = await TripsAsync("FailedShare");
        Assert.Equal(0.5m, paused.Limit);
        Assert.InRange(paused.Seen!.Value, 0.5m, 1m);
        Assert.NotEmpty(await house.CapturesAsync());
        await ResumesAsync();
    }

    [Fact]
    public async Task Should_pause_by_itself_past_a_count_of_unknown_charges()
    {
        await SetAsync(new SetBrake { Brake = "FailedShare", Off = true }, new SetBrake { Brake = "UnknownCharges", Limit = 3 });
        await TurnsBadInMidRunAsync(new { behaviour = "cut_after_success" });

        Assert.True((await TripsAsync("UnknownCharges")).Seen > 3);
        await ResumesAsync();
    }

    [Fact]
    public async Task Should_pause_by_itself_past_an_amount_of_money()
    {
        await SetAsync(new SetBrake { Brake = "Amount", Currency = "USD", Limit = 150 });
        await house.TellAsync(new StartMonthClose { Period = "2026-10" });

        var paused = await TripsAsync("Amount");
        Assert.Equal(("USD", 150m), (paused.Currency, paused.Limit));
        Assert.InRange(await house.AskAsync(db => db.Charges.CountAsync(charge => charge.State == ChargeState.Succeeded)), 15, Accounts - 1);
        await SetAsync(new SetBrake { Brake = "Amount", Currency = "USD", Off = true });
        await ResumesAsync();
    }

    [Fact]
    public async Task Should_pause_by_itself_when_invoices_are_far_from_the_month_before()
    {
        await house.CloseAsync("2026-10");
        await house.UseAsync([.. _ids.Select(id => Sample.Use(id, 5000, on: "2026-11-10T10:00:00Z"))]);
        await SetAsync(new SetBrake { Brake = "Change", Limit = 0.3m });
        house.Clock.SetTo(new DateTimeOffset(2026, 12, 1, 12, 0, 0, TimeSpan.Zero));
        await house.TellAsync(new StartMonthClose { Period = "2026-11" });

        var paused = await TripsAsync("Change");
        Assert.Equal(("2026-11", "USD", 4m), (paused.Period, paused.Currency, paused.Seen));
        Assert.Equal(Accounts, (await house.CapturesAsync()).Count);        // those of October: it tripped before the first charge of November
        await SetAsync(new SetBrake { Brake = "Change", Off = true });
        await ResumesAsync("2026-11");
    }

    [Fact]
    public async Task Should_pause_by_itself_when_a_drift_is_found()
    {
        await SetAsync(new SetBrake { Brake = "Drifts", Limit = 0 });
        await ChargesAreInFlightAsync();
        await FindDriftAsync();
        _gateway.Arrive();

        await TripsAsync("Drifts");
        await ResumesAsync();
    }

    [Fact]
    public async Task Should_hold_back_the_planned_tries_of_its_invoices_and_heed_a_person()
    {
        await house.GatewayRulesAsync(new { behaviour = "decline", code = "insufficient_funds" });
        await SetAsync(new SetBrake { Brake = "FailedShare", Limit = 0.9m });
        await house.TellAsync(new StartMonthClose { Period = "2026-10" });
        await TripsAsync("FailedShare");
        var declined = await house.AskAsync(db => db.Charges.OrderBy(charge => charge.AccountId).Where(charge => charge.State == ChargeState.Failed)
            .Select(charge => charge.AccountId).FirstAsync());
        await house.GatewayRulesAsync();

        await house.PassDueTimeAsync(declined);
        await Eventually.HoldsAsync(() => house.CollectionIsAsync(declined, "Dunning"), one => one.DueAt < house.Clock.GetUtcNow().AddHours(1), "the try is put off");
        Assert.Empty(await house.CapturesAsync());

        await house.RetryInvoiceOfAsync(declined);
        await house.CollectionIsAsync(declined, "Paid");
        Assert.Single(await house.CapturesAsync());
        await ResumesAsync();
    }

    /// <summary>The gateway has taken money, and its answers are on their way until they <see cref="LateAnswers.Arrive"/>.</summary>
    async Task ChargesAreInFlightAsync()
    {
        _gateway.AreLate = true;
        await house.TellAsync(new StartMonthClose { Period = "2026-10" });
        await Eventually.HoldsAsync(house.CapturesAsync, captures => captures.Count >= 8, "charges are in flight");
    }

    /// <returns>How many were charged; nothing moves any more.</returns>
    async Task<int> PauseInMidRunAsync()
    {
        await ChargesAreInFlightAsync();
        await house.TellAsync(new PauseRun { Period = "2026-10", Reason = "wrong" });
        await RunIsAsync(nameof(MonthCloseRun.Paused));
        _gateway.Arrive();
        await StandsStillAsync();
        return (await house.CapturesAsync()).Count;
    }

    /// <summary>The first charges go well; the gateway is another one for the rest.</summary>
    async Task TurnsBadInMidRunAsync(object rule)
    {
        await ChargesAreInFlightAsync();
        await house.GatewayRulesAsync(rule);
        _gateway.Arrive();
    }

    [Fact]
    public async Task Should_end_without_another_charge_when_a_brake_trips_while_it_is_being_cancelled()
    {
        await SetAsync(new SetBrake { Brake = "Drifts", Limit = 0 });
        await ChargesAreInFlightAsync();
        await house.TellAsync(new CancelMonthClose { Period = "2026-10", Reason = "wrong price list" });
        await RunIsAsync(nameof(MonthCloseRun.Cancelling));
        await FindDriftAsync();
        await house.GatewayRulesAsync(new { behaviour = "succeed", latency_ms = 300 });        // longer than a look is good for
        _gateway.Arrive();

        var completed = await house.HearsAsync<MonthCloseCompleted>();
        Assert.Equal((Accounts, Accounts), (completed.Accounts, completed.Closed + completed.Cancelled));
        Assert.Equal("Drifts", (await house.HearsAsync<RunPaused>()).Brake);
        Assert.InRange(completed.Closed, 8, 8 + MostAfterPause);
        await house.BooksAgreeAsync("2026-10");
    }

    [Fact]
    public async Task Should_not_hold_back_the_tries_of_a_run_that_has_ended()
    {
        await house.GatewayRulesAsync(new { behaviour = "decline", code = "insufficient_funds" });
        await SetAsync(new SetBrake { Brake = "FailedShare", Off = true });
        await house.CloseAsync("2026-10");
        await SetAsync(new SetBrake { Brake = "FailedShare", Limit = 0 });
        await house.GatewayRulesAsync();

        await house.PassDueTimeAsync("account-01");

        await house.CollectionIsAsync("account-01", "Paid");
        Assert.Empty(house.Heard<RunPaused>());
    }

    Task FindDriftAsync() => house.BreakInAsync("""
        insert into "Drift" ("DriftId","Class","Period","AccountId","Subject","Detail","Level","State","Act","FoundBy","FoundAt","LastSeenBy","Returns")
        select gen_random_uuid(),'ledger-sum',202610,'account-01','account-01','1 and 2','Repair','Open','none',gen_random_uuid(),"StartedAt" + interval '1 second',gen_random_uuid(),0 from "Run"
        """);

    async Task SetAsync(params SetBrake[] brakes)
    {
        await house.TellAsync([.. brakes]);
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Brakes.AsNoTracking().ToListAsync()),
            set => brakes.All(told => set.Exists(brake => brake.Name == told.Brake && brake.Limit == told.Limit)), "the brakes are set");
    }

    /// <summary>The run pauses, a person is called once, and nothing more is charged.</summary>
    async Task<RunPaused> TripsAsync(string brake)
    {
        var paused = await house.HearsAsync<RunPaused>();
        Assert.Equal(brake, paused.Brake);
        await house.HearsAsync<BillingAlert>(alert => alert.Code == AlertCode.RunPaused);
        await StandsStillAsync();
        var charged = await ChargesAsync();
        await house.QuietAsync();
        Assert.Equal(charged, await ChargesAsync());
        Assert.Single(house.Heard<RunPaused>());
        Assert.Empty(house.Heard<MonthCloseCompleted>(completed => completed.Period == paused.Period));
        Assert.Equal(brake, (await house.RunAsync(paused.Period)).GetProperty("pause").GetProperty("brake").GetString());
        return paused;
    }

    async Task ResumesAsync(string period = "2026-10")
    {
        await house.GatewayRulesAsync();
        await house.TellAsync(new ResumeRun { Period = period, RequestedBy = "jane" });
        Assert.Equal(Accounts, (await house.HearsAsync<MonthCloseCompleted>(completed => completed.Period == period)).Accounts);
        Assert.Single(house.Heard<RunPaused>());
        await house.UnknownChargesAreAskedAboutAsync();
        if (await house.AskAsync(db => db.Charges.AnyAsync(charge => charge.State == ChargeState.Unknown)))
            house.Clock.Advance(TimeSpan.FromMinutes(10));
        await Eventually.HoldsAsync(() => house.AskAsync(db => db.Charges.CountAsync(charge => charge.State == ChargeState.Unknown)), unknown => unknown == 0,
            "it is known what became of each charge");
        await house.BooksAgreeAsync(period);
    }

    async Task EachIsChargedOnceAsync()
    {
        Assert.Equal(_ids, (await house.CapturesAsync()).Select(capture => capture.GetProperty("customer").GetString()!).Order(StringComparer.Ordinal));
        await house.BooksAgreeAsync("2026-10");
    }

    Task<int> ChargesAsync() => house.AskAsync(db => db.Charges.CountAsync(charge => charge.State != ChargeState.Skipped));

    /// <summary>Every chunk that is in flight has come to its end, or to where it waits.</summary>
    Task<int> StandsStillAsync() => Eventually.HoldsAsync(() => house.AskAsync(db => db.Chunks.CountAsync(chunk => chunk.Place == ChunkPlace.InFlight
        && chunk.CurrentState != nameof(ChunkPipeline.Paused))), moving => moving == 0, "nothing is in flight any more");

    Task<RunState> RunIsAsync(string state) => Eventually.HoldsAsync(() => house.AskAsync(db => db.Runs.AsNoTracking().SingleAsync()), run => run.CurrentState == state, $"the run is {state}");
}
