using System.Text.RegularExpressions;
using Billing.SimulatedGateway.Recording;

namespace Billing.SimulatedGateway.Payments;

/// <summary>The part of Stripe's PaymentIntents API that a biller uses.</summary>
static partial class PaymentEndpoints
{
    public static void MapPayments(this WebApplication app)
    {
        var handler = app.Services.GetRequiredService<PaymentHandler>();
        var record = app.Services.GetRequiredService<PaymentRecord>();

        app.MapPost("/v1/payment_intents", (RequestDelegate)(context => GatewayHttp.AnswerFormAsync(context, PaymentForm.Read, handler.PayAsync)));

        app.MapGet("/v1/payment_intents", (RequestDelegate)(context =>
        {
            var customer = context.Request.Query["customer"].ToString();
            var since = GatewayHttp.SinceOf(context);
            var (data, more) = customer.Length > 0
                ? GatewayHttp.Page(context, record.FindByCustomer(customer).Where(IsWanted).Reverse(), entry => entry.Id)
                : GatewayHttp.Page(context, after => record.NewestFirst(after).Where(IsWanted));
            return GatewayHttp.SendAsync(context, 200, new PaymentIntentList { Data = [.. data.Select(PaymentIntent.Of)], HasMore = more },
                GatewayJson.Default.PaymentIntentList);

            bool IsWanted(PaymentEntry entry) => entry.CapturedAt.ToUnixTimeSeconds() >= since;
        }));

        app.MapGet("/v1/payment_intents/search", (RequestDelegate)(context =>
        {
            var query = QueryByChargeId().Match(context.Request.Query["query"].ToString());
            return query.Success
                ? GatewayHttp.SendAsync(context, 200, new SearchResult { Data = [.. record.FindByChargeId(query.Groups[1].Value).Select(PaymentIntent.Of)] },
                    GatewayJson.Default.SearchResult)
                : GatewayHttp.RefuseAsync(context, 400,
                    GatewayError.Invalid("The one query that this gateway knows is metadata['charge_id']:'VALUE'", "parameter_invalid", "query"));
        }));

        app.MapGet("/v1/payment_intents/{id}", (RequestDelegate)(context =>
        {
            var id = (string)context.Request.RouteValues["id"]!;
            return record.Find(id) is { } entry
                ? GatewayHttp.SendAsync(context, 200, PaymentIntent.Of(entry), GatewayJson.Default.PaymentIntent)
                : GatewayHttp.RefuseAsync(context, 404, GatewayError.Invalid($"No such payment_intent: '{id}'", "resource_missing", "intent"));
        }));
    }

    [GeneratedRegex("""^metadata\[['"]charge_id['"]\]:['"]([^'"]+)['"]$""")]
    private static partial Regex QueryByChargeId();
}
