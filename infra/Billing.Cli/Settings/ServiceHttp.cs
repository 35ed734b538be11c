namespace Billing.Cli.Settings;

/// <summary>HTTP to a service, with the key of <c>BILLING_API_KEY</c> when there is one.</summary>
static class ServiceHttp
{
    public static HttpClient To(Uri address, TimeSpan? patience = null)
    {
        var http = new HttpClient { BaseAddress = new Uri(address.AbsoluteUri.TrimEnd('/') + "/"), Timeout = patience ?? TimeSpan.FromSeconds(60) };
        if (BillingEnvironment.Current.Find("BILLING_API_KEY") is { } key)
            http.DefaultRequestHeaders.Add("X-Api-Key", key);
        return http;
    }
}
