using System.Text.Json;
using Billing.Limits;
using Billing.MonthClose.Gateway;
using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;
using V1 = Billing.Contracts.MonthClose.V1;
using V2 = Billing.Contracts.MonthClose.V2;

namespace Billing.MonthClose.Tests.Gateway;

/// <summary>The first command with a second version: an old sender is obeyed by a new service, and what each side says is read by the other.</summary>
public class When_a_command_has_two_versions(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    const string First = "Billing.Contracts.MonthClose.V1:SetProviderLimit";
    const string Second = "Billing.Contracts.MonthClose.V2:SetProviderLimit";
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    [Fact]
    public async Task Should_obey_both_in_envelopes_and_as_plain_JSON()
    {
        await house.TellAsync(new V1.SetProviderLimit { Name = "gateway", PermitsPerSecond = 11 });
        await IsSetAsync(11);
        await house.TellAsync(new V2.SetProviderLimit { Name = "gateway", PermitsPerSecond = 12 });
        await IsSetAsync(12);
        await house.Broker.PasteAsync(First, """{ "name": "gateway", "permitsPerSecond": 13 }""");
        await IsSetAsync(13);
        await house.Broker.PasteAsync(Second, """{ "name": "gateway", "permitsPerSecond": 14 }""");
        await IsSetAsync(14);
        await house.Broker.PasteAsync(Second, """{ "name": "gateway", "unlimited": true }""");
        await IsSetAsync(null);
    }

    /// <summary>In the first version it takes the limit away.</summary>
    [Fact]
    public async Task Should_reject_the_second_one_without_a_number()
    {
        await house.Broker.PasteAsync(Second, """{ "name": "gateway" }""");
        await house.IsRefusedAsync("SetProviderLimit", "PermitsPerSecond is missing; expected calls a second");
    }

    /// <summary>A neighbour of the last release knows the first version alone, and reads the second one as it is meant; and the other way round.</summary>
    [Theory]
    [InlineData(0), InlineData(25), InlineData(null)]
    public void Should_mean_the_same_to_the_reader_of_the_other_one(int? permits)
    {
        var second = new V2.SetProviderLimit { Name = "gateway", PermitsPerSecond = permits, Unlimited = permits is null, RequestedBy = "jane" };
        var first = new V1.SetProviderLimit { Name = "gateway", PermitsPerSecond = permits, RequestedBy = "jane" };

        Assert.Equal(first, JsonSerializer.Deserialize<V1.SetProviderLimit>(JsonSerializer.Serialize(second, Json), Json));
        Assert.Equal(second, SetProviderLimitConsumer.OfFirstVersion(first));
        if (permits is not null)
            Assert.Equal(second, JsonSerializer.Deserialize<V2.SetProviderLimit>(JsonSerializer.Serialize(first, Json), Json));
    }

    Task IsSetAsync(int? permits) => Eventually.HoldsAsync(() => house.AskAsync(db => db.Set<PermitLimitRow>().AsNoTracking()
        .AnyAsync(limit => limit.Name == "gateway" && limit.IsSet && limit.Permits == permits)), $"{permits} calls a second");
}
