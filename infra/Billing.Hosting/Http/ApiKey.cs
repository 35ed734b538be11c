using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Billing.Hosting.Http;

/// <summary>The key, or none when HTTP stays on this machine.</summary>
sealed class ApiKey(string? key)
{
    readonly byte[]? _hash = key is null ? null : SHA256.HashData(Encoding.UTF8.GetBytes(key));

    public bool IsSet => _hash is not null;

    public bool Is(string given) => CryptographicOperations.FixedTimeEquals(_hash, SHA256.HashData(Encoding.UTF8.GetBytes(given)));
}

/// <summary>Marks an endpoint that has a lock of its own, such as a signed webhook.</summary>
public sealed class WithoutApiKey
{
    internal static readonly WithoutApiKey Mark = new();
}

/// <summary>Asks for the key, given as <c>X-Api-Key</c> or as a bearer token.</summary>
public static class ApiKeySetup
{
    /// <summary>Lets requests to this endpoint in without the key: it checks its callers itself.</summary>
    public static TBuilder AllowWithoutApiKey<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(WithoutApiKey.Mark);

    internal static void UseApiKey(this WebApplication app)
    {
        var key = app.Services.GetRequiredService<ApiKey>();
        app.Use((context, next) => MayPass(context, key) ? next(context) : RefuseAsync(context, key));
    }

    static bool MayPass(HttpContext context, ApiKey key)
    {
        if (context.Request.Path.StartsWithSegments("/health") || context.GetEndpoint()?.Metadata.GetMetadata<WithoutApiKey>() is not null)
            return true;
        return key.IsSet
            ? key.Is(Given(context.Request.Headers))
            : context.Connection.LocalIpAddress is not { } local || IPAddress.IsLoopback(local);
    }

    static string Given(IHeaderDictionary headers) =>
        headers["X-Api-Key"].FirstOrDefault()
        ?? (headers.Authorization.FirstOrDefault() is { } bearer && bearer.StartsWith("Bearer ", StringComparison.Ordinal) ? bearer[7..] : "");

    static Task RefuseAsync(HttpContext context, ApiKey key)
    {
        context.Response.StatusCode = key.IsSet ? StatusCodes.Status401Unauthorized : StatusCodes.Status403Forbidden;
        return context.Response.WriteAsync(key.IsSet ? "X-Api-Key is missing or wrong." : "Only this machine may ask: no API key is set.");
    }
}
