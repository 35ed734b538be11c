using System.CommandLine;
using System.Net.Http.Json;
using Billing.Cli.Settings;

namespace Billing.Cli.Faults;

/// <summary>
/// <c>faults</c>, <c>faults show</c>, <c>faults replay</c> and <c>faults discard</c>: what was set aside, by its causes, and what becomes of it.
/// </summary>
static class FaultsVerb
{
    sealed record CauseView(string Cause, string Queue, string Exception, string Reason, int Count, DateTimeOffset? First, DateTimeOffset? Last);

    sealed record FaultView(DateTimeOffset? At, string? MessageId, string Reason, string Body);

    sealed record DoneView(int? Replayed, int? Discarded);

    public static Command Create()
    {
        var verb = new Command("faults", "Shows the messages that were set aside, by cause.") { Show(), Replay(), Discard() };
        verb.SetAction((_, cancellation) => ListAsync(cancellation));
        return verb;
    }

    static async Task<int> ListAsync(CancellationToken cancellation)
    {
        var total = 0;
        foreach (var cause in await EachAsync(service => service.GetFromJsonAsync<CauseView[]>("api/faults", cancellation)))
        {
            total += cause.Count;
            Screen.Unbroken($"{cause.Cause}  {cause.Count,5} of {cause.Queue}, {cause.First:u} to {cause.Last:u}");
            Screen.Unbroken($"          {cause.Exception}: {cause.Reason}");
        }

        Screen.Line($"set aside: {total}");
        return total == 0 ? 0 : 1;
    }

    static Command Show()
    {
        var cause = Cause();
        var show = new Command("show", "The messages of a cause, with their bodies.") { cause };
        show.SetAction(async (parsed, cancellation) =>
        {
            var faults = await EachAsync(service =>
                service.GetFromJsonAsync<FaultView[]>($"api/faults/messages?limit=100&cause={Uri.EscapeDataString(parsed.GetValue(cause)!)}", cancellation));
            foreach (var fault in faults)
                Screen.Unbroken($"{fault.At:u} {fault.MessageId ?? "without an id"}\n  {fault.Reason}\n  {fault.Body}");
            return faults.Count > 0 ? 0 : throw Unknown(parsed.GetValue(cause)!);
        });
        return show;
    }

    static Command Replay()
    {
        var (cause, by) = (Cause(), By());
        var replay = new Command("replay", "Puts each message of a cause back into its queue, once its reason is mended.") { cause, by };
        replay.SetAction(async (parsed, cancellation) =>
        {
            var done = await PostAsync(
                $"replay?cause={Uri.EscapeDataString(parsed.GetValue(cause)!)}&by={Uri.EscapeDataString(parsed.GetValue(by)!)}", cancellation);
            Screen.Line($"replayed: {done.Sum(one => one.Replayed)}");
            return done.Sum(one => one.Replayed) > 0 ? 0 : throw Unknown(parsed.GetValue(cause)!);
        });
        return replay;
    }

    static Command Discard()
    {
        var (cause, by) = (Cause(), By());
        var why = new Option<string>("--why") { Description = "Why nobody needs them; kept in the log with each.", Required = true };
        var discard = new Command("discard", "Throws the messages of a cause away.") { cause, why, by };
        discard.SetAction(async (parsed, cancellation) =>
        {
            var done = await PostAsync($"discard?cause={Uri.EscapeDataString(parsed.GetValue(cause)!)}&why={Uri.EscapeDataString(parsed.GetValue(why)!)}"
                + $"&by={Uri.EscapeDataString(parsed.GetValue(by)!)}", cancellation);
            Screen.Line($"discarded: {done.Sum(one => one.Discarded)}");
            return done.Sum(one => one.Discarded) > 0 ? 0 : throw Unknown(parsed.GetValue(cause)!);
        });
        return discard;
    }

    static Option<string> Cause() => new("--cause") { Description = "As 'faults' shows it.", Required = true };

    static Option<string> By() => new("--by") { Description = "Who does it.", DefaultValueFactory = _ => Environment.UserName };

    static CliException Unknown(string cause) => new($"--cause is {cause}; expected a cause that 'faults' shows.");

    static async Task<IReadOnlyList<T>> EachAsync<T>(Func<HttpClient, Task<T[]?>> ask)
    {
        var all = new List<T>();
        foreach (var address in (Uri[])[BillingEnvironment.Current.MonthClose, BillingEnvironment.Current.Notification, BillingEnvironment.Current.SeatRefresh])
        {
            using var service = ServiceHttp.To(address);
            try
            {
                all.AddRange(await ask(service) ?? []);
            }
            catch (HttpRequestException e)
            {
                throw new CliException($"The service at {address} does not answer. Is it up (./billing up)?", e);
            }
        }

        return all;
    }

    static Task<IReadOnlyList<DoneView>> PostAsync(string path, CancellationToken cancellation) => EachAsync(async service =>
    {
        using var answer = await service.PostAsync(new Uri($"api/faults/{path}", UriKind.Relative), null, cancellation);
        answer.EnsureSuccessStatusCode();
        return new[] { (await answer.Content.ReadFromJsonAsync<DoneView>(cancellation))! };
    });
}
