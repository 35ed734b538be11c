using System.Net.Http.Json;
using System.Text.Json;
using Billing.Contracts.Notification.V1;
using Billing.Notification.Delivering;
using Billing.Notification.Tests.House;
using Billing.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Notification.Tests.Sending;

/// <summary>A house for each test: what was seen of a workspace is remembered for a while.</summary>
public sealed class When_one_workspace_is_slow : IAsyncLifetime
{
    readonly NotificationHouse _house = new();

    public Task InitializeAsync() => _house.InitializeAsync();
    public Task DisposeAsync() => _house.DisposeAsync();

    /// <summary>
    /// 200 of one workspace are under way or wait, and its provider answers none of them. 150 of another leave all the same: alone they took 3 s, beside it 30
    /// of them 30 s. When the answers come at last, nobody's limit falls.
    /// </summary>
    [Fact]
    public async Task Should_let_the_others_leave_while_it_waits_for_its_answers()
    {
        var outlet = new Provider("slow");
        await StartAsync(outlet);
        await _house.TellAsync(Emails("slow", 200));
        await Eventually.HoldsAsync(() => Task.FromResult(outlet.UnderWay), count => count > 0, "the first of the slow ones are under way");
        await _house.TellAsync(Emails("quick", 150));
        await Eventually.HoldsAsync(() => Task.FromResult(outlet.Taken("quick")), count => count == 150, "150 of the other have left");
        Assert.Equal(0, outlet.Taken("slow"));
        Assert.InRange(outlet.MostUnderWay, 1, 5);

        outlet.Answer();
        await _house.CountsBecomeAsync(counts => counts.Sent == 350, "all have left");
        Assert.Equal(JsonValueKind.Null, (await LimitAsync()).GetProperty("lowered").ValueKind);
    }

    /// <summary>Two that are slow, known to be so, have half of the places together.</summary>
    [Fact]
    public async Task Should_let_the_others_leave_while_several_wait()
    {
        var outlet = new Provider("slow-1", "slow-2", "slow-3");
        await StartAsync(outlet);
        await _house.TellAsync(Emails("slow-1", 50), Emails("slow-2", 50));
        await Eventually.HoldsAsync(() => Task.FromResult(outlet.UnderWay), count => count > 1, "the first of the slow ones are under way");
        await _house.TellAsync(Emails("quick", 100));
        await Eventually.HoldsAsync(() => Task.FromResult(outlet.Taken("quick")), count => count == 100, "those of the other have left");
        Assert.Equal(0, outlet.Taken("slow-1") + outlet.Taken("slow-2"));
        outlet.Answer();
        await _house.CountsBecomeAsync(counts => counts.Sent == 200, "all have left");
    }

    /// <summary>Five were under way at most, whatever was set: the connections had a bound of their own, from the start on.</summary>
    [Fact]
    public async Task Should_have_as_many_under_way_as_is_set_at_run_time()
    {
        var outlet = new Provider("slow-1", "slow-2", "slow-3");
        await StartAsync(outlet);
        await _house.TellAsync(Emails("slow-1", 50), Emails("slow-2", 50), Emails("slow-3", 50));
        await Eventually.HoldsAsync(() => Task.FromResult(outlet.UnderWay), count => count == 5, "five are under way");
        await _house.TellAsync(new SetSendingLimit { Channel = "Email", PerSecond = null, Unlimited = true, InFlight = 20, RequestedBy = "a test" });
        await Eventually.HoldsAsync(() => Task.FromResult(outlet.UnderWay), count => count == 20, "twenty are");
        Assert.Equal(20, outlet.MostUnderWay);
        outlet.Answer();
        await _house.CountsBecomeAsync(counts => counts.Sent == 150, "all have left");
    }

    async Task StartAsync(Provider outlet)
    {
        await _house.StopServiceAsync();
        await _house.StartServiceAsync(builder => builder.Services.AddKeyedSingleton<IOutlet>(Channel.Email, outlet),
            ("Sending:Email:Kind", "Window"), ("Sending:Email:PerSecond", "100"), ("Sending:Lease", "00:30:00"));
    }

    static SendEmails Emails(string workspace, int count) =>
        new() { Emails = [.. Enumerable.Range(0, count).Select(_ => Sample.Receipt(workspace: workspace))] };

    async Task<JsonElement> LimitAsync() =>
        (await _house.Http.GetFromJsonAsync<JsonElement[]>(new Uri("api/limits", UriKind.Relative)))!.Single(limit =>
            limit.GetProperty("channel").GetString() == "Email");

    /// <summary>Answers at once, but for some workspaces only when it is told to.</summary>
    sealed class Provider(params string[] slow) : IOutlet
    {
        readonly Lock _gate = new();
        readonly TaskCompletionSource _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly Dictionary<string, int> _taken = [];
        int _underWay;

        public int InFlight => int.MaxValue;
        public int MostUnderWay { get; private set; }

        public int UnderWay
        {
            get
            {
                lock (_gate)
                    return _underWay;
            }
        }

        public int Taken(string workspace)
        {
            lock (_gate)
                return _taken.GetValueOrDefault(workspace);
        }

        public void Answer() => _answer.TrySetResult();

        public async ValueTask<ProviderReply> SendAsync(ReadyMessage ready)
        {
            var workspace = ready.Message.WorkspaceId;
            lock (_gate)
                MostUnderWay = Math.Max(MostUnderWay, ++_underWay);
            if (slow.Contains(workspace))
                await _answer.Task;
            lock (_gate)
                (_underWay, _taken[workspace]) = (_underWay - 1, _taken.GetValueOrDefault(workspace) + 1);
            return ProviderReply.Accepted;
        }
    }
}
