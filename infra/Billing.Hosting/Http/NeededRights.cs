using System.Globalization;
using System.Net;
using Billing.Persistence;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Billing.Hosting.Http;

/// <summary>What a caller of this endpoint has to have. An endpoint that does not say what it needs is closed.</summary>
public sealed record NeededRights(Rights Rights);

/// <summary>Marks an endpoint that has a lock of its own, such as a signed webhook.</summary>
public sealed class WithoutKey
{
    internal static readonly WithoutKey Mark = new();
}

/// <summary>Asks for the key, given as <c>X-Api-Key</c> or as a bearer token, and for the rights that the endpoint needs.</summary>
public static class AccessSetup
{
    /// <summary>Says what a caller of this endpoint has to have.</summary>
    public static TBuilder Needs<TBuilder>(this TBuilder endpoint, Rights rights)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new NeededRights(rights));

    /// <summary>Lets requests to this endpoint in without a key: it checks its callers itself, or tells nothing that anyone must not know.</summary>
    public static TBuilder AllowWithoutKey<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(WithoutKey.Mark);

    /// <summary>Behind the routing: the endpoint says what it needs.</summary>
    internal static void UseAccess(this WebApplication app)
    {
        var keys = app.Services.GetRequiredService<HttpKeys>();
        foreach (var address in HttpSetup.InClear(app.Configuration))
            app.Logger.LogWarning(
                "{Address} is reached from other machines without TLS: keys travel in clear, unless a proxy in front of it ends TLS", address);
        app.Use((context, next) =>
        {
            context.Is(CallerOf(context, keys));
            return next(context);
        });
        app.UseRequestBounds();     // counted by caller, and before anyone is refused: who guesses keys is slowed down
        app.UseActLog();
        app.Use((context, next) => RefusalOf(context, keys) is { } refusal ? RefuseAsync(context, refusal) : next(context));
        app.UsePersonalMask();
        var replica = app.Services.GetService<IReadReplica>();
        app.Use(async (context, next) =>
        {
            if (OnlyLooks(context))
            {
                Looking.Begin();
                if (replica?.Behind is { } behind)
                    context.Response.Headers["Billing-Behind"] = behind.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
            }

            await next(context);
        });
    }

    static bool OnlyLooks(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) && context.GetEndpoint()?.Metadata.GetMetadata<NeededRights>() is { Rights: Rights.Read };

    static Caller CallerOf(HttpContext context, HttpKeys keys) =>
        keys.AreSet ? keys.Find(Given(context.Request.Headers)) ?? Caller.Nobody
        : Loopback.IsSafe(context) ? Caller.ThisMachine
        : Caller.Nobody;

    static (int Status, string Why)? RefusalOf(HttpContext context, HttpKeys keys)
    {
        var endpoint = context.GetEndpoint();
        if (endpoint?.Metadata.GetMetadata<WithoutKey>() is not null)
            return null;
        var caller = context.Caller();
        if (caller == Caller.Nobody)
            return keys.AreSet ? (StatusCodes.Status401Unauthorized, "X-Api-Key is missing or wrong.")
                : (StatusCodes.Status403Forbidden, "Only this machine may ask, and no page of another site: no key is set.");
        if (endpoint is null)
            return null;        // there is nothing here: 404
        if (endpoint.Metadata.GetMetadata<NeededRights>() is not { } needed)
            return (StatusCodes.Status403Forbidden, "This endpoint says nothing of the rights that it needs.");
        return caller.May(needed.Rights) ? null : (StatusCodes.Status403Forbidden, $"The key {caller.Name} has no right to this; it needs {needed.Rights}.");
    }

    static string Given(IHeaderDictionary headers) =>
        headers["X-Api-Key"].FirstOrDefault()
        ?? (headers.Authorization.FirstOrDefault() is { } bearer && bearer.StartsWith("Bearer ", StringComparison.Ordinal) ? bearer[7..] : "");

    static Task RefuseAsync(HttpContext context, (int Status, string Why) refusal)
    {
        context.Response.StatusCode = refusal.Status;
        return context.Response.WriteAsync(refusal.Why);
    }
}

/// <summary>
/// Requests without a key, which only this machine may send. A browser on this machine also sends what a page of another site asks it to, so the request has to
/// name this machine as its host, and must not come from such a page.
/// </summary>
public static class Loopback
{
    internal static bool IsSafe(HttpContext context) =>
        (context.Connection.LocalIpAddress is not { } local || IPAddress.IsLoopback(local))
        && NamesThisMachine(context.Request) && !IsOfAnotherSite(context.Request);

    static bool NamesThisMachine(HttpRequest request) => !request.Host.HasValue || IsThisMachine(request.Host.Host);

    static bool IsOfAnotherSite(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"].FirstOrDefault() is "cross-site" or "same-site"
        || (request.Headers.Origin.FirstOrDefault() is { Length: > 0 } origin
            && !(Uri.TryCreate(origin, UriKind.Absolute, out var from) && IsThisMachine(from.Host)));

    /// <summary>Whether a name or an address is that of this machine alone.</summary>
    public static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
