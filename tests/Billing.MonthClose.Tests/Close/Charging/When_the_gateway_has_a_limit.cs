using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net.Http.Json;
using Billing.Contracts.MonthClose.V1;
using Billing.Limits;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Charges;
using Billing.MonthClose.Gateway;
using Billing.MonthClose.Gateway.Stripe;
using Billing.MonthClose.Look.Reconciling;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Billing.Views.MonthClose;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Billing.MonthClose.Tests.Close.Charging;

/// <summary>All processes together call the gateway no faster than they may, and whoever waits for his turn takes no money that others have given up.</summary>
[TakesLong(130)]
public class When_the_gateway_has_a_limit : IAsyncLifetime
{
    readonly MonthCloseHouse house = new();

    public Task InitializeAsync() => Task.CompletedTask;      // each test has settings of its own

    public Task DisposeAsync() => house.DisposeAsync();

    /// <summary>The short form of three of each service: while there is a backlog all three charge, one of them ends in the middle of it.</summary>
    [Fact]
    public async Task Should_be_called_by_three_processes_in_turn_and_no_more_often_in_any_second_by_all_together()
    {
        var (calls, processes) = (new int[3], 0);
        house.Replace = services =>
        {
            var process = processes++ % calls.Length;
            services.AddHttpClient<StripeTransport>().AddHttpMessageHandler(() => new Counted(() => Interlocked.Increment(ref calls[process])));
        };
        await StartAsync(("Limits:gateway", "unlimited"), ("Closing:ChunkSize", "5"));
        await using var another = await house.StartAnotherServiceAsync();
        await using var third = await house.StartAnotherServiceAsync();
        await house.SetPricesAsync(Sample.ApiCalls);
        var accounts = Enumerable.Range(0, 40).Select(at => $"customer-{at}").ToArray();
        await house.RegisterAsync([.. accounts.Select(id => Sample.Account(id))]);
        await house.UseAsync([.. accounts.Select(id => Sample.Use(id, 1000))]);
        await SetLimitAsync(10);
        foreach (var services in (IServiceProvider[])[house.Services, another.Services, third.Services])
            await Eventually.HoldsAsync(() => Task.FromResult(LimitOf(services).Setting.PerSecond), perSecond => perSecond == 10, "each has heard of the limit");

        await house.TellAsync(new StartMonthClose { Period = "2026-10" });
        await Eventually.HoldsAsync(() => Task.FromResult(calls), counts => counts.All(count => count > 0), "all three charge");
        Assert.InRange(calls.Sum(), 3, accounts.Length - 1);        // the last of them had begun before the first had done all
        await third.StopAsync();
        await house.HearsAsync<MonthCloseCompleted>();
        var captures = (await house.CapturesAsync()).Select(capture => capture.GetProperty("captured_at").GetDateTimeOffset()).Order().ToList();
        Assert.Equal(accounts.Length, captures.Count);
        Assert.InRange(captures.Max(first => captures.Count(at => at >= first && at < first + TimeSpan.FromSeconds(1))), 2, 10);
        await house.BooksAgreeAsync("2026-10");
        await another.StopAsync();
        await house.StopServiceAsync();
        // whoever stops gives back what it holds, but for what the one that stopped in the middle had used a moment before: that second has to pass
        Assert.InRange((await house.ReadInAsync("""select "Name" from "PermitHolder" """)).Count, 0, 1);
        await house.StartServiceAsync();
    }

    sealed class Counted(Action count) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Post)
                count();
            return base.SendAsync(request, cancellationToken);
        }
    }

    [Fact]
    public async Task Should_be_called_by_nobody_in_a_pause_and_charge_what_it_kept_from_being_charged_afterwards()
    {
        await StartAsync(("Limits:gateway", "100"), ("Limits:PatienceWhenPaused", "00:00:00.5"));
        await BillAsync("acme");
        await SetLimitAsync(0);
        await Eventually.HoldsAsync(() => Task.FromResult(LimitOf(house.Services).Setting.PerSecond), permits => permits == 0, "the pause is noticed");
        await house.CloseAsync("2026-10");
        Assert.Equal("never_reached_gateway", (await house.HearsAsync<ChargeFailed>()).Code);
        Assert.Empty(await house.CapturesAsync());

        await SetLimitAsync(100);
        await Eventually.HoldsAsync(() => Task.FromResult(LimitOf(house.Services).Setting.PerSecond), permits => permits == 100, "the pause is over");
        await house.PassDueTimeAsync("acme");
        await house.HearsAsync<ChargeSucceeded>();
        Assert.Single(await house.CapturesAsync());
        await house.BooksAgreeAsync("2026-10");
    }

    [Fact]      // others believe by then that it never was: sent now, it would be a second payment
    public async Task Should_send_nothing_whose_time_passed_while_it_waited_for_its_turn()
    {
        await StartAsync(("Limits:gateway", "0"), ("Gateway:AskWithin", "00:01:00"), ("Gateway:SweepEvery", "01:00:00"));
        await BillAsync("acme");
        await house.TellAsync(new StartMonthClose { Period = "2026-10" });
        await WaitsAsync();
        house.Clock.Jump(TimeSpan.FromMinutes(1.1));
        await SetLimitAsync(100);

        await house.HearsAsync<MonthCloseCompleted>();
        Assert.Equal("it was not asked for in time", await house.AskAsync(db => db.GatewayCalls.Select(call => call.Detail).SingleAsync()));
        Assert.Equal(ChargeState.Unknown, await house.AskAsync(db => db.Charges.Select(charge => charge.State).SingleAsync()));
        Assert.Empty(await house.CapturesAsync());

        await house.UnknownChargesAreAskedAboutAsync();
        house.Clock.Advance(TimeSpan.FromMinutes(5.1));     // the gateway is asked, and knows of nothing
        await house.HearsAsync<ChargeFailed>();
        await house.PassDueTimeAsync("acme");
        await house.HearsAsync<ChargeSucceeded>();
        Assert.Single(await house.CapturesAsync());
        await house.BooksAgreeAsync("2026-10");
    }

    [Fact]
    public async Task Should_not_count_the_waiting_as_the_calls_own_time()
    {
        var timeout = TimeLimits.Scaled(TimeSpan.FromSeconds(1));
        await StartAsync(("Limits:gateway", "0"), ("Gateway:Timeout", $"{timeout}"));
        await BillAsync("acme");
        await house.TellAsync(new StartMonthClose { Period = "2026-10" });
        await WaitsAsync();
        var waits = Stopwatch.StartNew();
        await Eventually.HoldsAsync(() => Task.FromResult(waits.Elapsed), waited => waited > timeout, "the charge has waited for longer than a call may take");
        await SetLimitAsync(100);
        await house.HearsAsync<ChargeSucceeded>();
        Assert.Single(await house.CapturesAsync());
    }

    [Fact]
    public async Task Should_keep_no_process_from_stopping_and_be_asked_by_the_next()
    {
        await StartAsync(("Limits:gateway", "0"));
        await BillAsync("acme");
        await house.TellAsync(new StartMonthClose { Period = "2026-10" });
        await WaitsAsync();
        var stopping = Stopwatch.StartNew();
        await house.StopServiceAsync();
        Assert.True(stopping.Elapsed < TimeLimits.Scaled(TimeSpan.FromSeconds(15)), $"it took {stopping.Elapsed}");

        house.Settings["Limits:gateway"] = "100";
        await house.StartServiceAsync();
        await house.HearsAsync<ChargeSucceeded>();
        Assert.Single(await house.CapturesAsync());
        await house.BooksAgreeAsync("2026-10");
    }

    /// <summary>Each call is held where it would leave, so those that are held are those under way.</summary>
    [Fact]
    public async Task Should_have_as_many_calls_under_way_as_is_set_in_the_middle_of_a_chunk()
    {
        using var held = new HeldCalls();
        house.Replace = services => services.AddHttpClient<StripeTransport>().AddHttpMessageHandler(held.Handler);
        await StartAsync(("Limits:gateway", "unlimited"), ("Gateway:Timeout", "00:05:00"), ("Gateway:AskWithin", "01:00:00"), ("Closing:ChunkSize", "60"));
        await house.SetPricesAsync(Sample.ApiCalls);
        var accounts = Enumerable.Range(0, 60).Select(at => $"customer-{at}").ToArray();
        await house.RegisterAsync([.. accounts.Select(id => Sample.Account(id))]);
        await house.UseAsync([.. accounts.Select(id => Sample.Use(id, 1000))]);
        await SetInFlightAsync(3);
        await InFlightIsAsync(3);

        await house.TellAsync(new StartMonthClose { Period = "2026-10" });
        await held.AreAsync(3);
        await SetInFlightAsync(11);
        await held.AreAsync(11);
        Assert.Equal(11, held.MostAtOnce);

        await SetInFlightAsync(2);
        await InFlightIsAsync(2);
        Assert.Equal(11, (await LimitsAsync()).Places.Sum());       // what is under way keeps its place
        held.LetGo(10);
        await held.AreAsync(2);
        held.LetGo(2);
        await held.AreAsync(2);
        Assert.Equal((2, "a test"), ((await LimitsAsync()).InFlight, (await LimitsAsync()).InFlightSetBy));
        Assert.Equal(11, held.MostAtOnce);
        held.LetGo(1);
        await held.AreAsync(2);

        held.Open();
        await house.HearsAsync<MonthCloseCompleted>();
        Assert.Equal(accounts.Length, (await house.CapturesAsync()).Count);
        Assert.Null((await LimitsAsync()).PermitsPerSecond);       // of the rate nothing was said
        await house.BooksAgreeAsync("2026-10");
        await house.StopServiceAsync();
        await house.StartServiceAsync();
        await InFlightIsAsync(2);
    }

    Task<int?> InFlightIsAsync(int calls) => Eventually.HoldsAsync(
        () => Task.FromResult(house.Services.GetRequiredService<ISharedPermits>().Of(GatewayLimit.InFlight).Setting.PerSecond), now => now == calls,
        $"the process knows of {calls} calls under way");

    [Theory]
    [InlineData("""{ "name": "gateway", "inFlight": 0 }"""), InlineData("""{ "name": "gateway", "inFlight": 1001 }""")]
    public async Task Should_refuse_a_number_under_way_that_cannot_be(string body)
    {
        await StartAsync();
        await house.Broker.PasteAsync("Billing.Contracts.MonthClose.V2:SetProviderLimit", body);
        await house.IsRefusedAsync("SetProviderLimit", "calls at once from 1 to 1000");
    }

    async Task<ProviderLimitView> LimitsAsync() =>
        Assert.Single((await house.Http.GetFromJsonAsync<ProviderLimitView[]>(new Uri("api/limits", UriKind.Relative)))!);

    Task SetInFlightAsync(int calls) => house.TellAsync(new Contracts.MonthClose.V2.SetProviderLimit
    {
        Name = GatewayLimit.Name,
        InFlight = calls,
        RequestedBy = "a test"
    });

    /// <summary>Calls wait here, on their way out, until they are let go.</summary>
    sealed class HeldCalls : IDisposable
    {
        readonly Lock _gate = new();
        readonly Queue<TaskCompletionSource> _waiting = new();
        bool _isOpen;

        public int MostAtOnce { get; private set; }

        public DelegatingHandler Handler() => new Holding(this);

        /// <summary>So many are under way, and no other comes.</summary>
        public async Task AreAsync(int count)
        {
            var since = new Stopwatch();
            await Eventually.HoldsAsync(() =>
            {
                lock (_gate)
                {
                    if (_waiting.Count == count)
                        since.Start();
                    else
                        since.Reset();
                    return Task.FromResult((_waiting.Count, IsLong: since.Elapsed > TimeSpan.FromSeconds(1.5)));
                }
            }, now => now.IsLong, $"{count} calls are under way, and no more");
        }

        public void LetGo(int count)
        {
            lock (_gate)
                while (count-- > 0 && _waiting.TryDequeue(out var one))
                    one.TrySetResult();
        }

        public void Open()
        {
            lock (_gate)
                _isOpen = true;
            LetGo(int.MaxValue);
        }

        /// <summary>A test that failed must not keep its service from stopping.</summary>
        public void Dispose() => Open();

        Task WaitAsync(CancellationToken cancellationToken)
        {
            lock (_gate)
            {
                if (_isOpen)
                    return Task.CompletedTask;
                var one = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting.Enqueue(one);
                MostAtOnce = Math.Max(MostAtOnce, _waiting.Count);
                return one.Task.WaitAsync(cancellationToken);
            }
        }

        sealed class Holding(HeldCalls owner) : DelegatingHandler
        {
            protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            {
                if (request.Method == HttpMethod.Post)
                    await owner.WaitAsync(cancellationToken);
                return await base.SendAsync(request, cancellationToken);
            }
        }
    }

    [Fact]
    public async Task Should_refuse_a_limit_that_nobody_has()
    {
        await StartAsync();
        await house.Broker.PasteAsync("Billing.Contracts.MonthClose.V1:SetProviderLimit", """{ "name": "Gateway", "permitsPerSecond": 0 }""");
        await house.IsRefusedAsync("SetProviderLimit", "one of gateway");
    }

    [Theory]
    [InlineData("pm_ok", "answered"), InlineData("pm_timeout_after_success", "lost"), InlineData(null, "unused")]
    public async Task Should_be_told_what_came_of_each_turn(string? paymentMethod, string outcome)
    {
        await StartAsync(("Gateway:Timeout", $"{TimeLimits.Scaled(TimeSpan.FromSeconds(1))}"));
        var outcomes = new ConcurrentQueue<object?>();
        using var meters = Listen(outcomes);
        await BillAsync("acme", paymentMethod);
        if (paymentMethod is null)
            await house.StopGatewayAsync();
        await house.CloseAsync("2026-10");
        Assert.Equal([outcome], outcomes.Distinct());
    }

    /// <summary>Of this house alone: other tests count under the same name.</summary>
    MeterListener Listen(ConcurrentQueue<object?> outcomes)
    {
        var ours = house.Services.GetRequiredService<IMeterFactory>();
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "billing.limit.permits" && ReferenceEquals(instrument.Meter.Scope, ours))
                    listener.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => outcomes.Enqueue(tags.ToArray().Single(tag => tag.Key == "outcome").Value));
        listener.Start();
        return listener;
    }

    async Task StartAsync(params (string Key, string Value)[] settings)
    {
        foreach (var (key, value) in settings)
            house.Settings[key] = value;
        await house.InitializeAsync();
    }

    async Task BillAsync(string accountId, string? paymentMethod = null)
    {
        await house.SetPricesAsync(Sample.ApiCalls);
        await house.RegisterAsync(Sample.Account(accountId) with { PaymentMethod = paymentMethod ?? "pm_ok" });
        await house.UseAsync(Sample.Use(accountId, 1000));
    }

    /// <summary>The charge is written down, and its call waits for its turn.</summary>
    Task<int> WaitsAsync() => Eventually.HoldsAsync(() => Task.FromResult(LimitOf(house.Services).Waiting), waiting => waiting == 1, "the call waits for its turn");

    Task SetLimitAsync(int? permits) => house.TellAsync(new SetProviderLimit { Name = GatewayLimit.Name, PermitsPerSecond = permits, RequestedBy = "a test" });

    static PermitLimit LimitOf(IServiceProvider services) => services.GetRequiredService<ISharedPermits>().Of(GatewayLimit.Name);
}
