using Scalar.AspNetCore;

namespace Billing.Console.Serving;

/// <summary>Scalar's script, as it lies packed in Scalar's own program file: nothing of it is kept in memory.</summary>
static class ScalarScript
{
    const string Name = "ScalarStaticAssets.scalar.js";

    public static IResult Serve(HttpResponse response)
    {
        var script = typeof(ScalarOptions).Assembly.GetManifestResourceStream(Name)
            ?? throw new InvalidOperationException(
                $"Scalar has no {Name}; it has {string.Join(", ", typeof(ScalarOptions).Assembly.GetManifestResourceNames())}.");
        response.Headers.ContentEncoding = "gzip";      // it lies there so, and every browser takes it
        return TypedResults.Stream(script, "text/javascript; charset=utf-8");
    }
}
