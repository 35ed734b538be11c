using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Billing.Cli.Reconciling;
using Billing.Cli.Settings;
using Billing.Views.Certificates;
using Billing.Views.MonthClose;
using NodaTime;

namespace Billing.Cli.Closing;

/// <summary>Reads from MonthClose over HTTP.</summary>
public sealed class MonthCloseClient(HttpClient http) : IDisposable
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static MonthCloseClient For(Uri address, TimeSpan? patience = null) =>
        new(ServiceHttp.To(address, patience));

    /// <summary>The newest months first.</summary>
    public async Task<IReadOnlyList<RunLine>> RunsAsync(int limit, CancellationToken cancellation) =>
        await GetAsync<RunLine[]>(string.Create(CultureInfo.InvariantCulture, $"api/runs?limit={limit}"), cancellation)
            ?? throw new CliException($"MonthClose at {http.BaseAddress} does not know api/runs: is it another version?");

    /// <summary>How fast each provider may be called.</summary>
    public async Task<IReadOnlyList<ProviderLimitView>> LimitsAsync(CancellationToken cancellation) =>
        await GetAsync<ProviderLimitView[]>("api/limits", cancellation)
            ?? throw new CliException($"MonthClose at {http.BaseAddress} does not know api/limits: is it another version?");

    /// <summary>The certificate as it was made, to the byte; null when there is none.</summary>
    public Task<string?> CertificateAsync(YearMonth period, CancellationToken cancellation) =>
        GetAsync($"api/runs/{period.Text()}/certificate", (content, stopping) => content.ReadAsStringAsync(stopping)!, cancellation);

    /// <summary>The invoices of a run as the books have them now; null when there is no run.</summary>
    public Task<CertifiedBooks?> CertifiedBooksAsync(string period, CancellationToken cancellation) =>
        GetAsync<CertifiedBooks>($"api/runs/{UrlPath.Escape(period)}/certificate/books", cancellation);

    public Task<RunView?> RunAsync(YearMonth period, CancellationToken cancellation) => GetAsync<RunView>($"api/runs/{period.Text()}", cancellation);

    /// <summary>A saga that is built anew from its messages; null when none are kept.</summary>
    /// <param name="path">Which one, as it stands in the address behind <c>api/replay/</c>.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public Task<ReplayView?> ReplayAsync(string path, CancellationToken cancellation) => GetAsync<ReplayView>($"api/replay/{path}", cancellation);

    /// <summary>The newest preview of a month; null when there is none.</summary>
    public Task<PreviewView?> PreviewAsync(YearMonth period, CancellationToken cancellation) =>
        GetAsync<PreviewView>($"api/previews/{period.Text()}", cancellation);

    /// <summary>The first thousand of its accounts that are as <paramref name="show"/> says.</summary>
    public async Task<IReadOnlyList<PreviewedAccountView>> PreviewedAccountsAsync(YearMonth period, string show, CancellationToken cancellation) =>
        await GetAsync<PreviewedAccountView[]>($"api/previews/{period.Text()}/accounts?show={show}&limit=1000", cancellation) ?? [];

    /// <summary>One account as it would be billed now; null when nobody knows it.</summary>
    public Task<PreviewedAccountView?> PreviewOfAccountAsync(YearMonth period, string id, CancellationToken cancellation) =>
        GetAsync<PreviewedAccountView>($"api/previews/{period.Text()}/account?id={Uri.EscapeDataString(id)}", cancellation);

    public Task<ReconciliationView?> ReconciliationAsync(YearMonth period, CancellationToken cancellation) =>
        GetAsync<ReconciliationView>($"api/runs/{period.Text()}/reconciliation", cancellation);

    public async Task<ReconciliationState> ReconciledAsync(CancellationToken cancellation) =>
        await GetAsync<ReconciliationState>("api/reconciliation", cancellation)
            ?? throw new CliException($"MonthClose at {http.BaseAddress} does not know api/reconciliation: is it another version?");

    /// <summary>One page of text about an invoice, by its id or number, or by the id of one of its charges; null when there is none.</summary>
    public async Task<string?> ExplanationAsync(string id, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, UrlPath.Of(http, $"api/explain/{UrlPath.Escape(id)}"));
            request.Headers.Accept.ParseAdd("text/plain");
            using var answer = await http.SendAsync(request, cancellation);
            var text = await answer.Content.ReadAsStringAsync(cancellation);
            return answer.StatusCode == HttpStatusCode.NotFound ? null
                : answer.IsSuccessStatusCode ? text
                : throw new CliException($"MonthClose answered {(int)answer.StatusCode} for {id}: {text}");
        }
        catch (HttpRequestException e)
        {
            throw new CliException($"MonthClose does not answer at {http.BaseAddress}. Is it up (./billing up)?", e);
        }
    }

    /// <summary>An invoice or a credit note as its customer gets it, by its number or id; null when there is none.</summary>
    public async Task<PaperFile?> PaperAsync(string id, string format, CancellationToken cancellation)
    {
        try
        {
            using var answer = await http.GetAsync(UrlPath.Of(http, $"api/papers/{UrlPath.Escape(id)}?format={format}"), cancellation);
            if (answer.StatusCode == HttpStatusCode.NotFound)
                return null;
            if (!answer.IsSuccessStatusCode)
                throw new CliException($"MonthClose answered {(int)answer.StatusCode} for {id}: {await answer.Content.ReadAsStringAsync(cancellation)}");
            var bytes = await answer.Content.ReadAsByteArrayAsync(cancellation);
            var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
            return answer.Headers.ETag?.Tag == $"\"{hash}\""
                ? new PaperFile(Path.GetFileName(answer.Content.Headers.ContentDisposition?.FileNameStar ?? $"paper.{format}"), hash, bytes, AddressIn(answer))
                : throw new CliException($"What came for {id} is not what is kept: it has the SHA-256 {hash}, and {answer.Headers.ETag} was promised.");
        }
        catch (HttpRequestException e)
        {
            throw new CliException($"MonthClose does not answer at {http.BaseAddress}. Is it up (./billing up)?", e);
        }
    }

    /// <summary>What stands in angle brackets in the header <c>Link</c>.</summary>
    static string? AddressIn(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Link", out var links) && links.First().Split('<', '>') is [_, var address, ..] ? address : null;

    public Task<AccountView?> AccountAsync(string id, CancellationToken cancellation) =>
        GetAsync<AccountView>($"api/accounts/{UrlPath.Escape(id)}", cancellation);

    public async Task<IntakeView> IntakeAsync(CancellationToken cancellation) =>
        await GetAsync<IntakeView>("api/intake", cancellation)
            ?? throw new CliException($"MonthClose at {http.BaseAddress} does not know api/intake: is it another version?");

    /// <summary>A closed month by other rules; null when there is no run of it.</summary>
    public Task<WhatIfView?> WhatIfAsync(YearMonth period, WhatIfQuestion question, CancellationToken cancellation)
    {
        var path = $"api/what-if/{period.Text()}";
        return ReadAsync(path, () => http.PostAsJsonAsync(UrlPath.Of(http, path), question, Json, cancellation),
            (content, stopping) => content.ReadFromJsonAsync<WhatIfView>(Json, stopping), cancellation);
    }

    public void Dispose() => http.Dispose();

    Task<T?> GetAsync<T>(string path, CancellationToken cancellation) =>
        GetAsync(path, (content, stopping) => content.ReadFromJsonAsync<T>(Json, stopping), cancellation);

    Task<T?> GetAsync<T>(string path, Func<HttpContent, CancellationToken, Task<T?>> read, CancellationToken cancellation) =>
        ReadAsync(path, () => http.GetAsync(UrlPath.Of(http, path), cancellation), read, cancellation);

    async Task<T?> ReadAsync<T>(string path, Func<Task<HttpResponseMessage>> ask, Func<HttpContent, CancellationToken, Task<T?>> read,
        CancellationToken cancellation)
    {
        try
        {
            using var answer = await ask();
            if (answer.StatusCode == HttpStatusCode.NotFound)
                return default;
            if (!answer.IsSuccessStatusCode)
                throw new CliException($"MonthClose answered {(int)answer.StatusCode} for {path}: {await answer.Content.ReadAsStringAsync(cancellation)}");
            return await read(answer.Content, cancellation);
        }
        catch (HttpRequestException e)
        {
            throw new CliException($"MonthClose does not answer at {http.BaseAddress}. Is it up (./billing up)?", e);
        }
        catch (JsonException e)
        {
            throw new CliException($"MonthClose answered {path} with something else than expected: {e.Message}", e);
        }
        catch (TaskCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new CliException($"MonthClose took more than {http.Timeout.TotalSeconds:0} s for {path}.", e);
        }
    }
}

/// <summary>A paper as it is to be written to a file.</summary>
/// <param name="FileName">Such as <c>INV-000000042.pdf</c>.</param>
/// <param name="Sha256">Of the bytes, in hexadecimal digits.</param>
/// <param name="Bytes">All of it.</param>
/// <param name="Address">Where its customer finds it; null when customers have no address.</param>
public sealed record PaperFile(string FileName, string Sha256, byte[] Bytes, string? Address);
