namespace Billing.Cli;

/// <summary>Addresses with ids in them. An id may hold any printable character, so it is escaped, also when it is nothing but dots.</summary>
static class UrlPath
{
    /// <summary>An id as one part of a path.</summary>
    public static string Escape(string id) => id is "." or ".." ? id.Replace(".", "%2E", StringComparison.Ordinal) : Uri.EscapeDataString(id);

    /// <summary>Sent as it is written: else an id of two dots would be taken away with what stands before it.</summary>
    public static Uri Of(HttpClient http, string path) =>
        new(http.BaseAddress!.ToString().TrimEnd('/') + "/" + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
}
