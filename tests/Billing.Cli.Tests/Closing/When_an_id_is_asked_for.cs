using System.Net;
using Billing.Cli.Closing;
using Billing.Cli.Seats;
using Billing.Testing;

namespace Billing.Cli.Tests.Closing;

public sealed class When_an_id_is_asked_for
{
    public static TheoryData<string> Ids => [.. OddIds.All];

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task Should_send_it_as_one_part_of_the_path_whatever_it_holds(string id)
    {
        var asked = new Asked();
        using var http = new HttpClient(asked) { BaseAddress = new Uri("http://127.0.0.1:1/") };
        using var client = new MonthCloseClient(http);

        await client.AccountAsync(id, CancellationToken.None);
        await client.ExplanationAsync(id, CancellationToken.None);
        await Assert.ThrowsAsync<CliException>(() => SeatsVerb.ExplainAsync(http, id, CancellationToken.None));

        Assert.Equal([("/api/accounts/", id), ("/api/explain/", id), ("/api/seats/explain/", id)],
            asked.Paths.Select(path => (path[..(path.LastIndexOf('/') + 1)], Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]))));
        Assert.All(asked.Paths, path => Assert.False(path.EndsWith('.')));      // a client would take it for the folder above
    }

    sealed class Asked : HttpMessageHandler
    {
        public List<string> Paths { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Paths.Add(request.RequestUri!.PathAndQuery);
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.NotFound));
        }
    }
}
