using System.Net.Http.Json;
using System.Text.Json;
using Billing.MonthClose.Gateway.Stripe;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Billing.MonthClose.Tests.Look.Reporting;

/// <summary>The gateway's whole record is read to compare a month with it: seconds for a large one. Who asks meanwhile shares the next reading.</summary>
public sealed class When_many_ask_whether_the_books_agree : IAsyncLifetime
{
    const int Many = 12;
    readonly MonthCloseHouse house = new();
    readonly HeldLists _lists = new();

    public Task InitializeAsync()
    {
        house.Replace = services => services.AddHttpClient<StripeTransport>().AddHttpMessageHandler(() => new Holding(_lists));
        return house.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        _lists.Open();
        await house.DisposeAsync();
    }

    [Fact]
    public async Task Should_read_the_gateways_record_twice_and_never_before_it_was_asked()
    {
        await house.BillOctoberAsync(Sample.Account("acme"));
        await house.QuietAsync();
        _lists.Hold();

        var first = AskAsync();
        await Eventually.HoldsAsync(() => Task.FromResult(_lists.Asked), asked => asked == 1, "the first reading is under way");
        var others = Enumerable.Range(0, Many).Select(_ => AskAsync()).ToList();
        // what happens before they are answered is in their answer, since their reading begins after they asked
        await house.CaptureAsync("acme", Guid.NewGuid());
        _lists.Open();

        await first;
        Assert.All(await Task.WhenAll(others), books => Assert.Equal(1, books.GetProperty("differences").GetArrayLength()));
        Assert.InRange(_lists.Asked, 2, 3);        // one more when somebody asked only after the second had begun
    }

    Task<JsonElement> AskAsync() => house.Http.GetFromJsonAsync<JsonElement>(new Uri("api/runs/2026-10/reconciliation", UriKind.Relative));

    sealed class HeldLists
    {
        readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int _asked;
        volatile bool _isHeld;

        public int Asked => Volatile.Read(ref _asked);

        public void Hold() => _isHeld = true;

        public void Open() => _open.TrySetResult();

        public Task PassAsync(CancellationToken cancellationToken)
        {
            if (!_isHeld)
                return Task.CompletedTask;
            Interlocked.Increment(ref _asked);
            return _open.Task.WaitAsync(cancellationToken);
        }
    }

    sealed class Holding(HeldLists lists) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Get && request.RequestUri!.AbsolutePath == "/v1/payment_intents")
                await lists.PassAsync(cancellationToken);
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
