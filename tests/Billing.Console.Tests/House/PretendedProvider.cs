using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Billing.Console.Tests.House;

/// <summary>
/// A provider of OpenID Connect that knows one client and asks nobody for a password: whoever comes is <see cref="Claims"/>. It holds to the code flow with PKCE,
/// and breaks its word where a test asks for it.
/// </summary>
sealed class PretendedProvider : IAsyncDisposable
{
    public const string Client = "billing-console";
    public const string Secret = "what-only-the-two-know";

    readonly RSA _key = RSA.Create(2048);
    readonly RSA _otherKey = RSA.Create(2048);
    readonly ConcurrentDictionary<string, Asked> _codes = [];
    readonly WebApplication _web;

    PretendedProvider()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["Urls"] = "http://127.0.0.1:0";
        builder.Logging.ClearProviders();
        _web = builder.Build();
        _web.MapGet("/.well-known/openid-configuration", () => new Dictionary<string, object>
        {
            ["issuer"] = Address,
            ["authorization_endpoint"] = $"{Address}/authorize",
            ["token_endpoint"] = $"{Address}/token",
            ["jwks_uri"] = $"{Address}/keys",
            ["end_session_endpoint"] = $"{Address}/end",
            ["response_types_supported"] = (string[])["code"],
            ["subject_types_supported"] = (string[])["public"],
            ["id_token_signing_alg_values_supported"] = (string[])["RS256"]
        });
        _web.MapGet("/keys", () =>
        {
            var open = _key.ExportParameters(includePrivateParameters: false);
            return new { keys = (object[])[new { kty = "RSA", use = "sig", alg = "RS256", kid = "one", n = Base64UrlEncoder.Encode(open.Modulus), e = Base64UrlEncoder.Encode(open.Exponent) }] };
        });
        _web.MapGet("/authorize", (HttpRequest request) =>
        {
            var query = request.Query;
            Assert.Equal(("code", "S256", Client), (query["response_type"].ToString(), query["code_challenge_method"].ToString(), query["client_id"].ToString()));
            var code = Guid.NewGuid().ToString("N");
            _codes[code] = new Asked(query["nonce"].ToString(), query["code_challenge"].ToString(), query["redirect_uri"].ToString());
            return Results.Redirect($"{query["redirect_uri"]}?code={code}&state={Uri.EscapeDataString(query["state"].ToString())}");
        });
        _web.MapPost("/token", async (HttpRequest request) =>
        {
            var form = await request.ReadFormAsync();
            return _codes.TryRemove(form["code"].ToString(), out var asked) && form["client_secret"] == Secret && form["redirect_uri"] == asked.Address
                && Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))) == asked.Challenge
                ? Results.Json(new { access_token = "nothing", token_type = "Bearer", expires_in = 60, id_token = TokenOf(asked) })
                : Results.Json(new { error = "invalid_grant" }, statusCode: 400);
        });
        _web.MapGet("/end", () => "The provider's session is over.");
    }

    public string Address { get; private set; } = "";

    /// <summary>Of whoever comes next.</summary>
    public Dictionary<string, object> Claims { get; set; } = [];

    /// <summary>What is wrong with the next token; null for nothing.</summary>
    public string? Wrong { get; set; }

    public static async Task<PretendedProvider> StartAsync()
    {
        var provider = new PretendedProvider();
        await provider._web.StartAsync();
        provider.Address = provider._web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return provider;
    }

    string TokenOf(Asked asked)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Wrong == "issuer" ? "http://127.0.0.1:1" : Address,
            Audience = Wrong == "audience" ? "somebody-else" : Client,
            IssuedAt = now,
            NotBefore = now.AddMinutes(-1),
            Expires = Wrong == "time" ? now.AddHours(-1) : now.AddMinutes(5),
            Claims = new Dictionary<string, object>(Claims) { ["nonce"] = Wrong == "nonce" ? "of another visit" : asked.Nonce },
            SigningCredentials = new SigningCredentials(new RsaSecurityKey(Wrong == "signature" ? _otherKey : _key) { KeyId = "one" }, SecurityAlgorithms.RsaSha256)
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _web.StopAsync();
        await _web.DisposeAsync();
        _key.Dispose();
        _otherKey.Dispose();
    }

    sealed record Asked(string Nonce, string Challenge, string Address);
}
