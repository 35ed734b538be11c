using System.Text.Json.Nodes;
using Billing.Hosting.Personal;
using Billing.Sealing;

namespace Billing.Hosting.Tests;

public sealed class When_a_message_loses_an_account
{
    static readonly Sealer Keys = new("test", new Dictionary<string, byte[]> { ["test"] = new byte[32] });

    [Theory]
    [InlineData("""{"accountId":"acme","name":"Jane"}""")]
    [InlineData("""{"WORKSPACEID":"acme","to":"jane@example.com"}""")]
    [InlineData("""{"messageType":["urn:message:X"],"message":{"accountId":"acme"}}""")]
    [InlineData("""{"message":{"faultId":1,"message":{"accountId":"acme","name":"Jane"}}}""")]
    [InlineData("""{"accounts":[{"accountId":"acme"},{"accountId":"acme"}]}""")]
    [InlineData("""no JSON about acme""")]
    public void Should_go_when_all_of_it_is_his(string body) => Assert.Null(Erased(body).Body);

    [Theory]
    [InlineData("""{"accountId":"acme-2","name":"acme"}""")]
    [InlineData("""{"accounts":[{"accountId":"other"}]}""")]
    [InlineData("null")]
    [InlineData("no JSON")]
    public void Should_stay_when_nothing_of_it_is_his(string body) => Assert.Null(MessageErasure.Of(body, "acme", Keys));

    [Fact]
    public void Should_lose_his_records_alone() =>
        Assert.Equal("""{"reference":"r","accounts":[{"accountId":"other","name":"Zoë"}]}""",
            Erased("""{"reference":"r","accounts":[{"accountId":"acme","name":"Jane"},{"accountId":"other","name":"Zoë"}]}""").Body);

    [Fact]
    public void Should_tell_what_may_not_be_quoted() => Assert.Equal(["Jane", "jane@example.com"],
        Erased($$"""{"accountId":"acme","name":"Jane","email":"{{Keys.Seal("jane@example.com")}}"}""").Texts.Order(StringComparer.Ordinal));

    [Fact]
    public void Should_be_found_in_what_was_sealed_as_a_whole() => Assert.Null(
        Erased(new JsonObject { ["body"] = new JsonObject { ["sealed"] = Keys.Seal("""{"accountId":"acme"}""") } }.ToJsonString()).Body);

    static ErasedMessage Erased(string body) => MessageErasure.Of(body, "acme", Keys) ?? throw new InvalidOperationException("Nothing of it is his.");
}
