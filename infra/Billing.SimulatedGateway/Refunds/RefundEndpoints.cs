using Billing.SimulatedGateway.Payments;
using Billing.SimulatedGateway.Recording;

namespace Billing.SimulatedGateway.Refunds;

/// <summary>The part of Stripe's Refunds API that a biller uses. As there, a refund is listed by its payment; there is no search.</summary>
static class RefundEndpoints
{
    public static void MapRefunds(this WebApplication app)
    {
        var handler = app.Services.GetRequiredService<RefundHandler>();
        var record = app.Services.GetRequiredService<PaymentRecord>();

        app.MapPost("/v1/refunds", (RequestDelegate)(context => GatewayHttp.AnswerFormAsync(context, RefundForm.Read, handler.RefundAsync)));

        app.MapGet("/v1/refunds", (RequestDelegate)(context =>
        {
            var (payment, since) = (GatewayHttp.PaymentOf(context), GatewayHttp.SinceOf(context));
            var (data, more) = payment is null
                ? GatewayHttp.Page(context, after => record.NewestRefundsFirst(after).Where(IsWanted))
                : GatewayHttp.Page(context, record.FindRefundsOf(payment).Where(IsWanted).Reverse(), entry => entry.Id);
            return GatewayHttp.SendAsync(context, 200, new RefundList { Data = [.. data.Select(Refund.Of)], HasMore = more }, GatewayJson.Default.RefundList);

            bool IsWanted(RefundEntry entry) => entry.RefundedAt.ToUnixTimeSeconds() >= since;
        }));

        app.MapGet("/v1/refunds/{id}", (RequestDelegate)(context =>
        {
            var id = (string)context.Request.RouteValues["id"]!;
            return record.FindRefund(id) is { } entry
                ? GatewayHttp.SendAsync(context, 200, Refund.Of(entry), GatewayJson.Default.Refund)
                : GatewayHttp.RefuseAsync(context, 404, GatewayError.Invalid($"No such refund: '{id}'", "resource_missing", "id"));
        }));
    }
}
