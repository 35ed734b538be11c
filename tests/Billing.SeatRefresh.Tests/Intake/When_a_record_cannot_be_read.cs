using System.Text.Json.Nodes;
using Billing.Contracts.Seats.V1;
using Billing.SeatRefresh.Tests.House;
using Billing.Testing;
using Xunit;

namespace Billing.SeatRefresh.Tests.Intake;

public sealed class When_a_record_cannot_be_read(SeatRefreshHouse house) : IClassFixture<SeatRefreshHouse>
{
    [Theory]
    [InlineData("RegisterSubscriptions", "subscriptions", "seats", "\"n/a\"", "Seats is \"n/a\"; expected a whole number.", "sub-globex")]
    [InlineData("RegisterNamespaces", "namespaces", "parentId", "5", "ParentId is 5; expected a text.", "globex-group")]
    [InlineData("RecordInvitations", "invitations", "changedAt", "\"2026-02-30T08:00:00Z\"",
        "ChangedAt is \"2026-02-30T08:00:00Z\"; expected an instant with its offset, such as 2026-10-31T23:30:00Z or 2026-11-01T00:30:00+01:00.", "agency in globex-group/web")]
    [InlineData("RecordUsers", "users", "blocked", "\"yes\"", "Blocked is \"yes\"; expected true or false.", "hank")]
    [InlineData("RecordMemberships", "memberships", "userId", "[]", "UserId is []; expected a text.", " in globex-group")]
    public async Task Should_take_every_other_and_answer_it_with_its_place(string command, string what, string field, string value, string reason, string key)
    {
        var exchange = $"Billing.Contracts.Seats.V1:{command}";
        var list = JsonNode.Parse(ReadmeExamples.All[exchange])!;
        var records = list[what]!.AsArray();
        var good = records.Count;
        var bad = records[0]!.DeepClone();
        bad[field] = JsonNode.Parse(value);
        records.Insert(0, bad);
        records.Insert(1, null);
        list["reference"] = command;

        await house.Broker.PasteAsync(exchange, list.ToJsonString());
        var answer = await house.HearsAsync<SeatRecordsTaken>(taken => taken.Reference == command);

        Assert.Equal((good, what), (answer.Taken + answer.Unchanged, answer.What));
        Assert.Equal([0, 1], answer.Rejected.Select(one => one.Index));
        Assert.Equal((key, reason), (answer.Rejected[0].Key, Assert.Single(answer.Rejected[0].Reasons)));
        Assert.Equal("Record is null; expected an object.", Assert.Single(answer.Rejected[1].Reasons));
    }
}
