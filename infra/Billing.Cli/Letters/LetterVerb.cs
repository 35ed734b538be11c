using System.CommandLine;
using System.Net;
using Billing.Cli.Settings;

namespace Billing.Cli.Letters;

/// <summary><c>letter TEMPLATE [--html]</c>: a letter with examples in its fields, as a customer would read it.</summary>
static class LetterVerb
{
    public static Command Create()
    {
        var template = new Argument<string>("TEMPLATE") { Description = "A letter's name, such as invoice." };
        var html = new Option<bool>("--html") { Description = "The HTML instead of the text." };
        var letter = new Command("letter", "Shows a letter as a customer would read it, with examples in its fields.") { template, html };
        letter.SetAction(async (parsed, cancellation) =>
        {
            Console.Out.Write(
                await ReadAsync(BillingEnvironment.Current.Notification, parsed.GetValue(template)!, parsed.GetValue(html) ? "html" : "text", cancellation));
            return 0;
        });
        return letter;
    }

    static async Task<string> ReadAsync(Uri address, string template, string format, CancellationToken cancellation)
    {
        using var http = ServiceHttp.To(address, TimeSpan.FromSeconds(30));
        try
        {
            using var answer = await http.GetAsync(UrlPath.Of(http, $"api/letters/{UrlPath.Escape(template)}?format={format}"), cancellation);
            var text = await answer.Content.ReadAsStringAsync(cancellation);
            return answer.StatusCode == HttpStatusCode.NotFound ? throw new CliException($"There is no letter '{template}'; see {http.BaseAddress}api/letters.")
                : answer.IsSuccessStatusCode ? text
                : throw new CliException($"Notification answered {(int)answer.StatusCode} for {template}: {text}");
        }
        catch (HttpRequestException e)
        {
            throw new CliException($"Notification does not answer at {http.BaseAddress}. Is it up (./billing up)?", e);
        }
    }
}
