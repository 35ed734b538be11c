using Billing.Notification.Tests.House;
using Billing.Testing;

namespace Billing.Notification.Tests.Intake;

/// <summary>
/// Each body of <c>contracts/README.md</c> is pasted through the management HTTP API exactly as it stands there, and its outcome is read there. A command that
/// tells nothing of what it does is found here: it would say that nothing changed.
/// </summary>
public class When_a_person_reads_what_became_of_a_command(NotificationHouse house) : IClassFixture<NotificationHouse>
{
    internal const string Told = """
        SendEmail accepted: notification queued
            unchanged: a message with this id was taken before
        SendEmails accepted: notification queued; notification queued
            unchanged: a message with this id was taken before
        SendSms accepted: notification queued
            unchanged: a message with this id was taken before
        SetSendingLimit accepted: limit set
            unchanged: the limits are these already
        SetTier accepted: tier set
            unchanged: the tier is like this already
        SetWorkspaceTier accepted: workspace set
            unchanged: the workspace is like this already
        PauseWorkspace accepted: workspace set
            unchanged: the workspace is like this already
        ResumeWorkspace accepted: workspace set
            unchanged: the workspace is like this already
        ReplayNotifications unchanged: no such message has failed
            the same
        FindNotifications unchanged: no message has one of these ids
            the same
        PreviewLetter accepted: letter previewed
            the same
        ReplayFaults unchanged: no message of this cause is set aside
            the same
        DiscardFaults unchanged: no message of this cause is set aside
            the same
        """;

    [Fact]
    public async Task Should_be_told_what_changed_and_the_second_time_that_nothing_does() =>
        Assert.Equal(Told.ReplaceLineEndings("\n").Split("\n"), await new PastedCommands(house.Broker).SayEachTwiceAsync("Notification"));
}

/// <summary>The same from a client that is not of .NET, which names a queue of its own to be answered in.</summary>
public class When_a_program_reads_what_became_of_a_command(NotificationHouse house) : IClassFixture<NotificationHouse>
{
    [Fact]
    public async Task Should_be_told_the_same_as_a_person() => Assert.Equal(
        When_a_person_reads_what_became_of_a_command.Told.ReplaceLineEndings("\n").Split("\n"),
        await new PastedCommands(house.Broker, new AmqpTools(house.Broker)).SayEachTwiceAsync("Notification"));
}
