using Billing.Cli.Settings;

namespace Billing.Cli.Persons;

/// <summary>The four services that keep something, one after the other: what one of them does not answer is not left out silently.</summary>
static class AllServices
{
    static Uri[] Addresses =>
    [
        BillingEnvironment.Current.MonthClose, BillingEnvironment.Current.Notification, BillingEnvironment.Current.SeatRefresh,
        BillingEnvironment.Current.Scheduler
    ];

    /// <summary>Reading a large table from end to end takes minutes.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    /// <param name="ask">What is asked.</param>
    /// <param name="about">An id that it is about, for the message.</param>
    /// <exception cref="CliException">One of them does not answer, or does not let us in.</exception>
    public static async Task<IReadOnlyList<T>> AskAsync<T>(Func<HttpClient, Task<T>> ask, string? about = null)
    {
        var all = new List<T>();
        foreach (var address in Addresses)
        {
            using var service = ServiceHttp.To(address, Patience);
            try
            {
                all.Add(await ask(service));
            }
            catch (HttpRequestException e) when (e.StatusCode is { } status)
            {
                throw new CliException($"The service at {address} answered {(int)status}{(about is null ? "" : $" about '{about}'")}. "
                    + "Has the key in BILLING_API_KEY the right to ask?", e);
            }
            catch (HttpRequestException e)
            {
                throw new CliException($"The service at {address} does not answer. Is it up (./billing up)?", e);
            }
        }

        return all;
    }
}
