using Billing.MonthClose.Tests.House;
using Billing.Testing;
using Xunit;

namespace Billing.MonthClose.Tests.Intake;

/// <summary>
/// Each body of <c>contracts/README.md</c> is pasted through the management HTTP API exactly as it stands there, and its outcome is read there. A command that
/// tells nothing of what it does is found here: it would say that nothing changed.
/// </summary>
public class When_a_person_reads_what_became_of_a_command(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    internal const string Told = """
        SetPrice accepted: price set
            unchanged: everything is already as the command says
        SetTaxRate accepted: tax-rate set
            unchanged: everything is already as the command says
        RegisterAccount accepted: account registered
            unchanged: everything is already as the command says
        RegisterAccounts accepted: account registered; account registered
            unchanged: everything is already as the command says
        RecordUsage accepted: usage recorded
            unchanged: the same message was taken before
        GrantCredit accepted: credit granted
            unchanged: the same message was taken before
        PreviewMonthClose accepted: preview asked for
            unchanged: the same message was taken before
        StartMonthClose accepted: run asked for
            unchanged: 2026-10 is closed for every account
        RecordPayment accepted: payment recorded
            unchanged: the same message was taken before
        ChangePaymentMethod accepted: account changed
            unchanged: the same message was taken before
        RetryInvoice rejected: InvoiceId is 0194f1c2-8a00-7000-8000-000000000017; expected the id of an invoice that was issued
            the same
        PlaceHold accepted: hold placed
            unchanged: everything is already as the command says
        LiftHold accepted: hold lifted
            unchanged: everything is already as the command says
        CancelMonthClose unchanged: every account of 2026-10 has ended
            the same
        PauseRun unchanged: the run is Succeeded, and charges nothing
            the same
        ResumeRun unchanged: the run is Succeeded, and not paused
            the same
        ApproveRun unchanged: the run is Succeeded, and no draft
            the same
        SetBrake accepted: brake set
            unchanged: the brake is set so already
        UnparkAccounts unchanged: no such account is parked
            the same
        FindChargeOutcome rejected: InvoiceId is 0193c1a0-0000-7000-8000-000000000001; expected the id of an invoice
            the same
        SetProviderLimit accepted: limit set
            unchanged: the limit is this already
        SetProviderLimit accepted: limit set
            unchanged: the limit is this already
        SetControlTags accepted: account tagged
            unchanged: everything is already as the command says
        EraseContact rejected: ClosedOn is missing; expected a day before 2026-11-01: an account is erased when it is over
            the same
        IssueCreditNote accepted: credit-note issued; refund asked for
            unchanged: the same message was taken before
        RefundPayment accepted: refund asked for
            unchanged: the same message was taken before
        RefundCapture rejected: DriftId is 3f0f7b1e-2c55-8a3a-9a60-0d8e3f2f8a11; expected the id of a drift of the class captured-tw…
            the same
        VoidInvoice rejected: InvoiceNumber is INV-000000002; expected the number of an invoice, such as INV-000000042
            the same
        ReissueInvoice rejected: InvoiceNumber is INV-000000002; expected the number of an invoice, such as INV-000000042
            the same
        WriteOffInvoice rejected: InvoiceNumber is INV-000000003; expected the number of an invoice, such as INV-000000042
            the same
        ApplyCredit rejected: InvoiceNumber is INV-000000004; expected the number of an invoice, such as INV-000000042
            the same
        RevokeCredit rejected: Amount is 2.00; expected at most 0.00 USD: 12.00 USD of credit is left, and 0.00 USD of what was gra…
            the same
        StartReconciliation accepted: reconciliation walked 2026-10
            the same
        AcceptDrift rejected: DriftId is 0f0e0d0c-0000-8000-8000-000000000001; expected the id of a drift that a pass has found
            the same
        ReplayFaults unchanged: no message of this cause is set aside
            the same
        DiscardFaults unchanged: no message of this cause is set aside
            the same
        """;

    [Fact]
    public async Task Should_be_told_what_changed_and_the_second_time_that_nothing_does() =>
        Assert.Equal(Told.ReplaceLineEndings("\n").Split("\n"), await new PastedCommands(house.Broker).SayEachTwiceAsync("MonthClose"));
}

/// <summary>The same from a client that is not of .NET, which names a queue of its own to be answered in.</summary>
public class When_a_program_reads_what_became_of_a_command(MonthCloseHouse house) : IClassFixture<MonthCloseHouse>
{
    [Fact]
    public async Task Should_be_told_the_same_as_a_person() => Assert.Equal(
        When_a_person_reads_what_became_of_a_command.Told.ReplaceLineEndings("\n").Split("\n"),
        await new PastedCommands(house.Broker, new AmqpTools(house.Broker)).SayEachTwiceAsync("MonthClose"));
}
