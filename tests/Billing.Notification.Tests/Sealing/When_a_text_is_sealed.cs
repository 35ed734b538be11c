using Billing.Sealing;
using Microsoft.Extensions.Configuration;

namespace Billing.Notification.Tests.Sealing;

public sealed class When_a_text_is_sealed
{
    static readonly string First = Convert.ToBase64String(new byte[32]);
    static readonly string Second = Convert.ToBase64String([.. Enumerable.Repeat((byte)7, 32)]);

    [Fact]
    public void Should_be_opened_by_its_key_and_show_nothing_of_itself()
    {
        var sealer = Read(("CurrentKey", "a"), ("Keys:a", First));
        var shut = sealer.Seal("jane@example.com");
        Assert.StartsWith("sealed:v1:a:", shut, StringComparison.Ordinal);
        Assert.DoesNotContain("jane", shut, StringComparison.Ordinal);
        Assert.NotEqual(shut, sealer.Seal("jane@example.com"));     // equal texts do not show that they are equal
        Assert.Equal("jane@example.com", sealer.Open(shut));
        Assert.Equal("", sealer.Open(sealer.Seal("")));
        Assert.Null(sealer.Seal(null));
    }

    [Fact]
    public void Should_be_opened_after_the_key_was_changed_and_sealed_anew_with_the_new_one()
    {
        var old = Read(("CurrentKey", "2026a"), ("Keys:2026a", First)).Seal("jane@example.com");
        var sealer = Read(("CurrentKey", "2026b"), ("Keys:2026a", First), ("Keys:2026b", Second));
        Assert.Equal("jane@example.com", sealer.Open(old));
        Assert.StartsWith("sealed:v1:2026b:", sealer.Seal("jane@example.com"), StringComparison.Ordinal);
    }

    [Fact]
    public void Should_stay_as_it_is_when_it_never_was_sealed() => Assert.Equal("jane@example.com", Sealer.None.Open("jane@example.com"));

    [Fact]
    public void Should_say_which_key_is_missing() =>
        Assert.Equal("sealed with the key \"a\", which is not in Sealing:Keys",
            Assert.Throws<SealException>(() => Sealer.None.Open(Read(("CurrentKey", "a"), ("Keys:a", First)).Seal("x"))).Message);

    [Fact]
    public void Should_not_be_opened_by_another_key_or_after_a_change()
    {
        var sealer = Read(("CurrentKey", "a"), ("Keys:a", First), ("Keys:b", First));
        var shut = sealer.Seal("jane@example.com");
        Assert.Throws<SealException>(() => Read(("CurrentKey", "a"), ("Keys:a", Second)).Open(shut));
        Assert.Throws<SealException>(() => sealer.Open(shut.Replace("v1:a:", "v1:b:", StringComparison.Ordinal)));       // its key's name is part of it
        var bytes = Convert.FromBase64String(shut["sealed:v1:a:".Length..]);
        foreach (var at in (int[])[0, 12, bytes.Length - 1])
        {
            byte[] changed = [.. bytes];
            changed[at] ^= 1;
            Assert.Throws<SealException>(() => sealer.Open($"sealed:v1:a:{Convert.ToBase64String(changed)}"));
        }

        foreach (var broken in (string[])["sealed:v1:a:", "sealed:v1:a:AAAA", "sealed:v1:a:###", "sealed:v1:a", "sealed:v1:"])
            Assert.Throws<SealException>(() => sealer.Open(broken));
    }

    [Fact]
    public void Should_say_what_is_wrong_with_its_keys_and_never_show_them()
    {
        Refused("Sealing:CurrentKey is not set; expected the name of a key in Sealing:Keys (32 random bytes in base64, "
            + "such as openssl rand -base64 32 gives): contact data is kept sealed only.");
        Refused("Sealing:CurrentKey is \"a\", and Sealing:Keys:a is not set; expected 32 random bytes in base64, such as openssl rand -base64 32 gives.",
            ("CurrentKey", "a"));
        Refused("Sealing:Keys:a is not a key; expected 32 random bytes in base64, such as openssl rand -base64 32 gives.", ("CurrentKey", "a"),
            ("Keys:a", "c2hvcnQ="));
        Refused("Sealing:Keys:a is not a key; expected 32 random bytes in base64, such as openssl rand -base64 32 gives.", ("CurrentKey", "a"),
            ("Keys:a", First + "AAAA"));
        Refused("Sealing:Keys:a b: expected a name of up to 32 letters, digits, dots and hyphens.", ("CurrentKey", "a b"), ("Keys:a b", First));
    }

    [Fact]
    public void Should_be_no_must_for_a_sender() => Assert.False(SealingSettings.Read(new ConfigurationBuilder().Build(), required: false).Seals);

    static void Refused(string because, params (string Key, string Value)[] settings) =>
        Assert.Equal(because, Assert.Throws<InvalidOperationException>(() => Read(settings)).Message);

    static Sealer Read(params (string Key, string Value)[] settings) => SealingSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"Sealing:{setting.Key}", (string?)setting.Value)))
            .Build(), required: true);
}
