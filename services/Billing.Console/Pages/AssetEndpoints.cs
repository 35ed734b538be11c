using System.Security.Cryptography;
using Billing.Hosting.Http;

namespace Billing.Console.Pages;

/// <summary>The style and the script, under an address that changes with them, so that a browser keeps them for good.</summary>
static class AssetEndpoints
{
    static readonly Dictionary<string, (byte[] Bytes, string Type)> All = new(StringComparer.Ordinal)
    {
        ["console.css"] = (Read("console.css"), "text/css; charset=utf-8"),
        ["console.js"] = (Read("console.js"), "text/javascript; charset=utf-8"),
        ["api-docs.js"] = (Read("api-docs.js"), "text/javascript; charset=utf-8"),
        ["icon.svg"] = (Read("icon.svg"), "image/svg+xml"),
    };

    static readonly string Version =
        Convert.ToHexStringLower(SHA256.HashData([.. All.OrderBy(asset => asset.Key, StringComparer.Ordinal).SelectMany(asset => asset.Value.Bytes)]))[..12];

    public static string AddressOf(string name) => $"/assets/{Version}/{name}";

    public static void MapAssets(this WebApplication app) =>
        app.MapGet("/assets/{version}/{name}", IResult (string name, HttpResponse response) =>
        {
            if (!All.TryGetValue(name, out var asset))
                return TypedResults.NotFound();
            response.Headers.CacheControl = "public, max-age=31536000, immutable";
            return TypedResults.Bytes(asset.Bytes, asset.Type);
        }).AllowWithoutKey().ExcludeFromDescription();

    static byte[] Read(string name)
    {
        using var stream = typeof(AssetEndpoints).Assembly.GetManifestResourceStream(name)!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
