using System.CommandLine;
using System.Net;
using Billing.Cli.Settings;

namespace Billing.Cli.Seats;

/// <summary><c>seats explain SUBSCRIPTION</c>: who made the high-water mark, when, and by which membership.</summary>
public static class SeatsVerb
{
    public static Command Create()
    {
        var id = new Argument<string>("SUBSCRIPTION") { Description = "The subscription's id." };
        const string Description = "Explains the seats of a subscription: who made the high-water mark, when, by which membership, and how it came to that.";
        var explain = new Command("explain", Description) { id };
        explain.SetAction(async (parsed, cancellation) =>
        {
            using var http = ServiceHttp.To(BillingEnvironment.Current.SeatRefresh);
            Console.Out.Write(await ExplainAsync(http, parsed.GetValue(id)!, cancellation));
            return 0;
        });
        return new("seats", "Seats of subscriptions.") { explain };
    }

    public static async Task<string> ExplainAsync(HttpClient http, string id, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, UrlPath.Of(http, $"api/seats/explain/{UrlPath.Escape(id)}"));
            request.Headers.Accept.ParseAdd("text/plain");
            using var answer = await http.SendAsync(request, cancellation);
            var text = await answer.Content.ReadAsStringAsync(cancellation);
            return answer.StatusCode == HttpStatusCode.NotFound ? throw new CliException($"There is no subscription '{id}'.")
                : answer.IsSuccessStatusCode ? text
                : throw new CliException($"SeatRefresh answered {(int)answer.StatusCode} for {id}: {text}");
        }
        catch (HttpRequestException e)
        {
            throw new CliException($"SeatRefresh does not answer at {http.BaseAddress}. Is it up (./billing up)?", e);
        }
    }
}
