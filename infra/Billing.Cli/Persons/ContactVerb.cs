using System.CommandLine;
using System.Net.Http.Json;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Billing.Cli.Bus;
using Billing.Cli.Publishing;
using Billing.Cli.Settings;
using Billing.Contracts.MonthClose.V1;

namespace Billing.Cli.Persons;

/// <summary><c>contact export</c> and <c>contact erase</c>: what is held of the person behind an account, and its end.</summary>
static class ContactVerb
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    static readonly JsonSerializerOptions Written = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create() => new("contact", "What is held of the person behind an account.") { Export(), Erase() };

    static Command Export()
    {
        var account = new Argument<string>("ACCOUNT") { Description = "The account's id." };
        var export = new Command("export", "Prints what every service holds, in which table and since when, as JSON.") { account };
        export.SetAction(async (parsed, cancellation) =>
        {
            var id = parsed.GetValue(account)!;
            Screen.Unbroken(new JsonArray([.. await HeldAsync(id, cancellation)]).ToJsonString(Written));
            return 0;
        });
        return export;
    }

    static Command Erase()
    {
        var account = new Argument<string>("ACCOUNT") { Description = "The account's id. It has to be over: closed, invoiced and paid." };
        var why = new Option<string>("--why") { Description = "Why; it is kept in the audit trail, and must not name the person.", Required = true };
        var by = new Option<string>("--by") { Description = "Who asks.", DefaultValueFactory = _ => Environment.UserName };
        var erase = new Command("erase", "Erases the person everywhere, and keeps the books. It cannot be taken back.") { account, why, by };
        erase.SetAction(async (parsed, cancellation) =>
        {
            foreach (var one in await HeldAsync(parsed.GetValue(account)!, cancellation))
                Screen.Line($"{one["service"]} holds {one["values"]!.AsArray().Count} values and {one["setAside"]} messages that were set aside");
            await using var bus = await BillingBus.ConnectAsync(BillingEnvironment.Current.RabbitMq, cancellation, BillingEnvironment.Current.Sealer);
            var command = new EraseContact { AccountId = parsed.GetValue(account)!, Why = parsed.GetValue(why)!, RequestedBy = parsed.GetValue(by) };
            var answer = await bus.AskAsync(command, Patience, cancellation);
            foreach (var line in OutcomeText.Of(answer, Patience))
                Screen.Line($"{line}");
            return answer?.Outcome is "accepted" or "unchanged" ? 0 : 1;
        });
        return erase;
    }

    /// <exception cref="CliException">Nothing is held of it, and nothing was erased.</exception>
    static async Task<IReadOnlyList<JsonObject>> HeldAsync(string id, CancellationToken cancellation)
    {
        var held = await AllServices.AskAsync(async service =>
            (await service.GetFromJsonAsync<JsonObject>(UrlPath.Of(service, $"api/contacts/{UrlPath.Escape(id)}"), cancellation))!, id);
        return held.All(one => one["values"]!.AsArray().Count == 0 && one["erasedAt"] is null && one["setAside"]!.GetValue<int>() == 0)
            ? throw new CliException($"Nothing is held of '{id}'.") : held;
    }
}
