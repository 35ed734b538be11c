using System.Text.Json;

namespace Billing.Testing;

/// <summary>Bodies that are JSON and no command, and where <c>contracts/README.md</c> says that they lie, with which reason.</summary>
public static class RejectedBodies
{
    static readonly string[] Bodies = ["null", "[1,2]", "\"text\"", "5"];

    /// <summary>
    /// Pastes each of them to the exchange of each command that the owner of these contracts obeys, and waits until they lie in its error queue with their
    /// reasons: <c>MonthClose</c> for the commands of <c>Billing.Contracts.MonthClose.V1</c>.
    /// </summary>
    /// <returns>What was expected to lie in the queues, and what lies there: queue, body and reason.</returns>
    public static async Task<(string[] Expected, string[] Found)> PasteAsync(TestVirtualHost broker, string owner)
    {
        var exchanges = ReadmeExamples.All.Keys.Where(exchange => exchange.StartsWith($"Billing.Contracts.{owner}.", StringComparison.Ordinal)).ToList();
        foreach (var exchange in exchanges)
            foreach (var body in Bodies)
                await broker.PasteAsync(exchange, body);

        var (expected, found) = (new List<string>(), new List<string>());
        // the versions of a command share its queue
        foreach (var same in exchanges.GroupBy(exchange => ReadmeExamples.ErrorQueues[exchange]))
        {
            var (command, queue, times) = (same.First().Split(':')[1], same.Key, same.Count());
            expected.AddRange(Bodies.SelectMany(body => Enumerable.Repeat(body, times)).Select(body =>
                $"{queue} {body} {command} was rejected: The body is {body}; expected a JSON object with the command's members."));
            var lying = await Eventually.HoldsAsync(
                () => broker.PeekAsync(queue), messages => messages.Count >= Bodies.Length * times, $"{queue} has what was rejected");
            found.AddRange(lying.Select(message => $"{queue} {message.GetProperty("payload").GetString()} {Reason(message)}"));
        }

        return ([.. expected.Order(StringComparer.Ordinal)], [.. found.Order(StringComparer.Ordinal)]);
    }

    static string? Reason(JsonElement message) => message.GetProperty("properties").GetProperty("headers").GetProperty("MT-Fault-Message").GetString();
}
