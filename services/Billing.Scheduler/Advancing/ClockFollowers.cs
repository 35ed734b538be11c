using System.Net.Http.Json;
using Microsoft.Extensions.Options;

namespace Billing.Scheduler.Advancing;

/// <summary>
/// Tells those outside of the installation how far the test clock is ahead, such as the simulated gateway, whose record has the same dates then.
/// </summary>
sealed class ClockFollowers(IHttpClientFactory clients, IOptions<ClockOptions> options)
{
    TimeSpan _told = TimeSpan.MinValue;

    /// <exception cref="HttpRequestException">One does not answer, or says no: the clock waits for it.</exception>
    public async Task TellAsync(TimeSpan ahead, CancellationToken cancellationToken)
    {
        if (ahead == _told)
            return;
        using var http = clients.CreateClient();
        foreach (var follower in options.Value.Followers)
        {
            using var answer = await http.PutAsJsonAsync(new Uri(follower), new Dictionary<string, double> { ["ahead_milliseconds"] = ahead.TotalMilliseconds },
                cancellationToken);
            if (!answer.IsSuccessStatusCode)
                throw new HttpRequestException($"{follower} was told of the test clock and answered {(int)answer.StatusCode}: "
                    + await answer.Content.ReadAsStringAsync(cancellationToken));
        }

        _told = ahead;
    }
}
