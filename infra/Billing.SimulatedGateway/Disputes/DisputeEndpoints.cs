using System.Text.Json;
using Billing.SimulatedGateway.Recording;
using Billing.SimulatedGateway.Rules;
using Billing.SimulatedGateway.Webhooks;

namespace Billing.SimulatedGateway.Disputes;

/// <summary>The part of Stripe's Disputes API that a biller reads, and the bank that decides.</summary>
static class DisputeEndpoints
{
    public static void MapDisputes(this WebApplication app)
    {
        var record = app.Services.GetRequiredService<PaymentRecord>();
        var webhooks = app.Services.GetRequiredService<WebhookPost>();
        var time = app.Services.GetRequiredService<TimeProvider>();

        app.MapGet("/v1/disputes", (RequestDelegate)(context =>
        {
            var (payment, since) = (GatewayHttp.PaymentOf(context), GatewayHttp.SinceOf(context));
            var newestFirst = record.Disputes.Where(entry => (payment is null || entry.PaymentIntent == payment)
                && entry.OpenedAt.ToUnixTimeSeconds() >= since).Reverse();
            var (data, more) = GatewayHttp.Page(context, newestFirst, entry => entry.Id);
            return GatewayHttp.SendAsync(context, 200, new DisputeList { Data = [.. data.Select(Dispute.Of)], HasMore = more },
                GatewayJson.Default.DisputeList);
        }));

        app.MapPut("/simulator/disputes", (RequestDelegate)(async context =>
        {
            if (await ReadAsync(context, record) is not var (wish, payment))
                return;
            var entry = record.Disputes.LastOrDefault(one => one.PaymentIntent == payment.Id) ?? new DisputeEntry
            {
                Id = $"dp_{Guid.NewGuid():N}",
                PaymentIntent = payment.Id,
                Amount = payment.Amount,
                Currency = payment.Currency,
                OpenedAt = time.GetUtcNow(),
                Status = wish.Status
            };
            entry = entry with { Status = wish.Status };
            await record.AddAsync(entry);
            webhooks.Tell(Event.Of(entry, time.GetUtcNow()));
            context.Response.StatusCode = 204;
        }));
    }

    static async Task<(DisputeWish, PaymentEntry)?> ReadAsync(HttpContext context, PaymentRecord record)
    {
        string? fault;
        try
        {
            var wish = await JsonSerializer.DeserializeAsync(context.Request.Body, GatewayJson.Default.DisputeWish);
            fault = wish is null ? "the body is null" : wish.Fault();
            if (fault is null && record.Find(wish!.PaymentIntent) is { IsCapture: true } payment)
                return (wish, payment);
            fault ??= $"payment_intent is {wish!.PaymentIntent}; expected a payment that was captured";
        }
        catch (JsonException e)
        {
            fault = e.Message;
        }

        context.Response.StatusCode = 400;
        await context.Response.WriteAsJsonAsync(new RuleRefusal(fault), GatewayJson.Default.RuleRefusal);
        return null;
    }
}
