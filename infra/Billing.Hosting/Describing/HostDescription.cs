using Billing.Hosting.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Billing.Hosting.Describing;

/// <summary>
/// What this host answers over HTTP, as an OpenAPI 3.1 document. It is made when it is asked for first, and once: nobody pays for it at the start.
/// </summary>
public sealed class HostDescription(IServiceProvider services)
{
    internal const string Name = "v1";

    /// <summary>Where each host has it.</summary>
    public const string Path = "/openapi/v1.json";

    readonly Lazy<Task<string>> _text = new(() => WriteAsync(services));

    /// <summary>JSON.</summary>
    public Task<string> TextAsync() => _text.Value;

    static async Task<string> WriteAsync(IServiceProvider services)
    {
        var document = await services.GetRequiredKeyedService<IOpenApiDocumentProvider>(Name).GetOpenApiDocumentAsync(CancellationToken.None);
        return await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, CancellationToken.None);
    }
}

static class DescriptionSetup
{
    public static void AddDescription(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<HostDescription>();
        builder.Services.AddOpenApi(HostDescription.Name, options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.AddSchemaTransformer(PlainNumbers.TransformAsync);
            options.AddDocumentTransformer(DescribedHost.TransformAsync);
        });
    }

    /// <summary>It tells no more than the page of the repository, and asks for the same right as a look at any list.</summary>
    public static void MapDescription(this WebApplication app) =>
        app.MapGet(HostDescription.Path, async (HostDescription description) => Results.Text(await description.TextAsync(), "application/json; charset=utf-8"))
            .Needs(Rights.Read).ExcludeFromDescription();
}

/// <summary>We read a number that is written as a text, and never write one: a schema of "number or text" would be right and useless.</summary>
static class PlainNumbers
{
    const JsonSchemaType Numbers = JsonSchemaType.Number | JsonSchemaType.Integer;

    public static Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (schema.Type is { } type && (type & Numbers) != 0 && type.HasFlag(JsonSchemaType.String))
            (schema.Type, schema.Pattern) = (type & ~JsonSchemaType.String, null);
        if (context.JsonTypeInfo.Type == typeof(decimal) || context.JsonTypeInfo.Type == typeof(decimal?))
            schema.Format = null;       // it says double, which loses cents
        return Task.CompletedTask;
    }
}
