using System.Text.Json;
using Billing.SimulatedGateway.Rules;

namespace Billing.SimulatedGateway.Webhooks;

/// <summary>Says where events go, and what became of them.</summary>
static class WebhookEndpoints
{
    public static void MapWebhooks(this WebApplication app)
    {
        var post = app.Services.GetRequiredService<WebhookPost>();
        app.MapGet("/simulator/webhooks", (RequestDelegate)(context => context.Response.WriteAsJsonAsync(post.Figures, GatewayJson.Default.WebhookFigures)));
        app.MapPut("/simulator/webhooks", (RequestDelegate)(async context =>
        {
            string? fault;
            try
            {
                var wanted = await JsonSerializer.DeserializeAsync(context.Request.Body, GatewayJson.Default.WebhookRules);
                fault = wanted is null ? "the body is null" : wanted.Fault();
                if (fault is null)
                {
                    post.Set(wanted!);
                    context.Response.StatusCode = 204;
                    return;
                }
            }
            catch (JsonException e)
            {
                fault = e.Message;
            }

            context.Response.StatusCode = 400;
            await context.Response.WriteAsJsonAsync(new RuleRefusal(fault), GatewayJson.Default.RuleRefusal);
        }));
    }
}
