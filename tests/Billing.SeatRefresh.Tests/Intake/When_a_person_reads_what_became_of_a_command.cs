using Billing.SeatRefresh.Tests.House;
using Billing.Testing;
using Xunit;

namespace Billing.SeatRefresh.Tests.Intake;

/// <summary>
/// Each body of <c>contracts/README.md</c> is pasted through the management HTTP API exactly as it stands there, and its outcome is read there. A command that
/// tells nothing of what it does is found here: it would say that nothing changed.
/// </summary>
public class When_a_person_reads_what_became_of_a_command(SeatRefreshHouse house) : IClassFixture<SeatRefreshHouse>
{
    internal const string Told = """
        RegisterSubscription accepted: subscription registered
            unchanged: everything is already as the command says
        EndSubscription rejected: SubscriptionId is sub-globex; expected a subscription that is registered
            the same
        RecordMembership accepted: membership recorded
            unchanged: everything is already as the command says
        RegisterNamespace accepted: namespace recorded
            unchanged: everything is already as the command says
        RecordInvitation accepted: invitation recorded
            unchanged: everything is already as the command says
        RecordUser accepted: user recorded
            unchanged: everything is already as the command says
        RegisterSubscriptions accepted: subscription registered
            unchanged: everything is already as the command says
        RegisterNamespaces accepted: namespace recorded; namespace recorded
            unchanged: everything is already as the command says
        RecordInvitations accepted: invitation recorded
            unchanged: everything is already as the command says
        RecordUsers accepted: user recorded; user recorded
            unchanged: everything is already as the command says
        RecordMemberships accepted: membership recorded; membership recorded
            unchanged: everything is already as the command says
        SetSeatRefresh accepted: seat-refresh set
            unchanged: the refresh runs like this already
        RefreshSeats accepted: subscription counted
            the same
        StartSeatRefresh accepted: tick begun
            unchanged: the same message was taken before
        ReplayFaults unchanged: no message of this cause is set aside
            the same
        DiscardFaults unchanged: no message of this cause is set aside
            the same
        """;

    [Fact]
    public async Task Should_be_told_what_changed_and_the_second_time_that_nothing_does() =>
        Assert.Equal(Told.ReplaceLineEndings("\n").Split("\n"), await new PastedCommands(house.Broker).SayEachTwiceAsync("Seats"));
}

/// <summary>The same from a client that is not of .NET, which names a queue of its own to be answered in.</summary>
public class When_a_program_reads_what_became_of_a_command(SeatRefreshHouse house) : IClassFixture<SeatRefreshHouse>
{
    [Fact]
    public async Task Should_be_told_the_same_as_a_person() => Assert.Equal(
        When_a_person_reads_what_became_of_a_command.Told.ReplaceLineEndings("\n").Split("\n"),
        await new PastedCommands(house.Broker, new AmqpTools(house.Broker)).SayEachTwiceAsync("Seats"));
}
