using System.Text;
using Billing.Testing;
using MassTransit;
using MassTransit.Saga;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.MonthClose.Tests.House;

/// <summary>
/// What a machine does with each event in each state, seen by raising it: the real machine, with its rows and its bus in memory. For machines whose
/// steps ask no database.
/// </summary>
static class MachineTable
{
    /// <param name="services">What the machine's constructor asks for.</param>
    /// <param name="newIn">A row in a state; the id is its correlation.</param>
    /// <param name="stateOf">The state of a row.</param>
    /// <param name="events">Name and message of each event about one id; one event may stand there twice, with another message.</param>
    /// <returns>
    /// A line for each event, a column for each state: the state that follows, <c>·</c> when it stays, <c>-</c> when no row is begun, <c>refused</c> when the event is
    /// an error without a row.
    /// </returns>
    public static async Task<string> DrawAsync<TMachine, TState>(
        Action<IServiceCollection> services, Func<Guid, string, TState> newIn, Func<TState, string> stateOf,
        IReadOnlyList<(string Name, Func<Guid, object> Message)> events)
        where TMachine : class, SagaStateMachine<TState>
        where TState : class, SagaStateMachineInstance
    {
        var collection = new ServiceCollection();
        services(collection);
        await using var provider = collection.AddLogging().AddMassTransitTestHarness(x =>
        {
            x.AddPublishMessageScheduler();
            x.AddSagaStateMachine<TMachine, TState>().InMemoryRepository();
            x.UsingInMemory((context, bus) =>
            {
                bus.UsePublishMessageScheduler();
                bus.ConfigureEndpoints(context);
            });
        }).BuildServiceProvider(true);
        var harness = provider.GetRequiredService<ITestHarness>();
        await harness.Start();
        var machine = provider.GetRequiredService<TMachine>();
        var rows = provider.GetRequiredService<IndexedSagaDictionary<TState>>();
        var states = machine.States.Select(state => state.Name).Where(name => name != "Final").ToList();

        var types = new Dictionary<string, Type>();
        var asked = new Dictionary<(string Event, string State), Guid>();
        foreach (var (name, message) in events)
            foreach (var state in states)
            {
                var id = asked[(name, state)] = Guid.NewGuid();
                if (state != "Initial")
                {
                    await rows.MarkInUse(default);
                    rows.Add(new SagaInstance<TState>(newIn(id, state)));
                    rows.Release();
                }

                var what = message(id);
                types[name] = MessageTypeOf(what);
                await harness.Bus.Publish(what, types[name]);
            }

        await Eventually.HoldsAsync(() => Task.FromResult(harness.Consumed.Select(_ => true).Count()), heard => heard >= asked.Count, $"{asked.Count} events heard");
        var refused = harness.Consumed.Select(one => one.Exception is not null)
            .ToLookup(one => one.MessageType, one => one.Exception);
        return Text(events.Select(one => one.Name).ToList(), states, (name, state) => rows[asked[(name, state)]]?.Instance is { } row
            ? stateOf(row) is var now && now != state ? now : "·"
            : refused.Count > 0 && state == "Initial" && refused.Any(type => types[name] == type.Key) ? "refused" : "-");
    }

    static Type MessageTypeOf(object message) =>
        message.GetType().GetInterfaces().FirstOrDefault(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(Fault<>)) ?? message.GetType();

    static string Text(List<string> events, List<string> states, Func<string, string, string> cell)
    {
        var table = events.ConvertAll(name => (string[])[name, .. states.Select(state => cell(name, state))]);
        table.Insert(0, ["", .. states]);
        var widths = Enumerable.Range(0, states.Count + 1).Select(at => table.Max(row => row[at].Length)).ToList();
        var text = new StringBuilder();
        foreach (var row in table)
            text.AppendLine(string.Join("  ", row.Select((cell, at) => cell.PadRight(widths[at]))).TrimEnd());
        return text.ToString();
    }
}
