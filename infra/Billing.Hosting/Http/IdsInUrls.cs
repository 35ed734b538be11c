using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Billing.Hosting.Http;

/// <summary>
/// The one reader of ids from URLs. An id may hold any printable character, and stands in the path as one percent-encoded segment. The server decodes a path
/// before routes are chosen: it leaves <c>%2F</c> as it is, so that it cannot be told from <c>%252F</c>, and an id of two dots would be gone. So the path is
/// taken anew from what was sent, with each segment in a form that no route mistakes, and each value of a route is decoded once when the route is chosen.
/// </summary>
static class IdsInUrls
{
    /// <summary>In front of the routing, which it adds.</summary>
    public static void UseIdsInUrls(this WebApplication app)
    {
        app.Use((context, next) =>
        {
            if (context.Features.Get<IHttpRequestFeature>()?.RawTarget is { } target && PathOf(target) is { } path)
                context.Request.Path = new PathString(path);
            return next(context);
        });
        app.UseRouting();
        app.Use((context, next) =>
        {
            foreach (var (name, value) in context.Request.RouteValues.ToList())
                if (value is string text)
                    context.Request.RouteValues[name] = Uri.UnescapeDataString(text);
            return next(context);
        });
    }

    /// <param name="target">As it stood in the first line of the request: a path, or a whole address when a proxy asks.</param>
    /// <returns>Null when it has no path.</returns>
    internal static string? PathOf(string target)
    {
        var start = target.StartsWith('/') ? 0
            : target.IndexOf("://", StringComparison.Ordinal) is > 0 and var scheme ? target.IndexOf('/', scheme + 3)
            : -1;
        if (start < 0)
            return null;
        var path = target[start..];
        var end = path.AsSpan().IndexOfAny('?', '#');
        return string.Join('/', (end < 0 ? path : path[..end]).Split('/').Select(segment => Guarded(Uri.UnescapeDataString(segment))));
    }

    static string Guarded(string segment) => segment switch
    {
        "." => "%2E",
        ".." => "%2E%2E",
        _ => segment.Replace("%", "%25", StringComparison.Ordinal).Replace("/", "%2F", StringComparison.Ordinal)
    };
}
