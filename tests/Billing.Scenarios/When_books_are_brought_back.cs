using Billing.Scenarios.House;
using Billing.Testing;
using Xunit;

namespace Billing.Scenarios;

/// <summary>The books go back to a backup, and the gateway and the customers' mailboxes do not.</summary>
[TakesLong(160)]
[Trait("Category", "Long")]
public sealed class When_books_are_brought_back
{
    static readonly int Accounts = LongTests.Asked ? 300 : 60;

    [Fact]
    public async Task Should_charge_and_send_nothing_twice_after_a_backup_in_mid_run()
    {
        await using var house = await BillingHouse.OpenAsync();
        using var backup = new BroughtBack(house);
        await house.TakeInAsync(Accounts);
        await house.LimitGatewayAsync(Accounts / 6);
        await house.StartRunAsync();
        await house.UntilAsync("a quarter is charged", run => run.Captures > Accounts / 4);
        await house.LimitGatewayAsync(1);       // however long the stop takes, the run is in its middle
        await house.StopServicesAsync();
        var before = await house.PaymentsAsync();
        Assert.Equal(0, (await backup.BackUpAsync()).ExitCode);

        // what is done from here on, the books will not know
        await house.StartServicesAsync();
        await house.LimitGatewayAsync(null);
        await house.EndsAsync();
        var (payments, mails) = (await house.PaymentsAsync(), house.Mails);
        var since = payments.Except(before).ToList();
        Assert.NotEmpty(since);

        await house.StopServicesAsync();
        var refused = await backup.RunAsync("restore", backup.Folder);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("is not empty", refused.Text, StringComparison.Ordinal);
        var restored = await backup.RunAsync("restore", backup.Folder, "--replace");
        Assert.True(restored.ExitCode == 0, restored.Text);
        await house.StartServicesAsync();
        await house.LimitGatewayAsync(null);        // the limit was brought back, too

        // each difference is named, and nothing leaves
        await house.RunIsAsync("Paused");
        var verified = await backup.RunAsync("restored", "verify");
        Assert.True(verified.ExitCode == 1, verified.Text);
        foreach (var (account, charge) in since)
            Assert.True(verified.Text.Contains(charge, StringComparison.Ordinal), $"the charge {charge} of {account} is not named in:\n{verified.Text}");
        Assert.Equal(payments, await house.PaymentsAsync());
        Assert.Equal(mails, house.Mails);

        // a person lets it go on: what was taken is taken back into the books, and what was sent stays sent
        var released = await backup.RunAsync("restored", "release", "--why", "looked at each");
        Assert.True(released.ExitCode == 0, released.Text);
        await house.ResumeRunAsync();
        await house.EndsAsync();
        await house.EndsWithBooksThatAgreeAsync();
        Assert.Equal(payments.Order(), (await house.PaymentsAsync()).Order());
        Assert.Equal(mails, house.Mails);
        var settled = await backup.RunAsync("restored", "verify");
        Assert.True(settled.ExitCode == 0, settled.Text);
        Assert.Contains("0 differences", settled.Text, StringComparison.Ordinal);
    }

    /// <summary>Of databases that are gone nobody can say which numbers they gave; and the backup may be of before the first.</summary>
    [Fact]
    public async Task Should_leave_out_the_numbers_that_papers_may_bear_when_the_databases_are_gone()
    {
        await using var house = await BillingHouse.OpenAsync();
        using var backup = new BroughtBack(house);
        await house.TakeInAsync(Accounts);
        await house.StopServicesAsync();
        Assert.Equal(0, (await backup.BackUpAsync()).ExitCode);
        await house.StartServicesAsync();
        await house.StartRunAsync();
        await house.EndsAsync();
        var (payments, mails, invoices) = (await house.PaymentsAsync(), house.Mails, await house.InvoicesAsync());
        await house.StopServicesAsync();
        await backup.DropEverythingAsync();

        var restored = await backup.RunAsync("restore", backup.Folder, "--skip-numbers", "1000");
        Assert.True(restored.ExitCode == 0, restored.Text);
        Assert.Contains("InvoiceNumber: 1 to 1000 are left out, for papers that may bear them", restored.Text, StringComparison.Ordinal);
        Assert.Contains("CreditNoteNumber: 1 to 1000 are left out, for papers that may bear them", restored.Text, StringComparison.Ordinal);
        await house.StartServicesAsync();
        Assert.Equal(0, (await backup.RunAsync("restored", "release", "--why", "looked at each")).ExitCode);
        await house.StartRunAsync();
        await house.EndsAsync();
        await house.EndsWithBooksThatAgreeAsync();

        var anew = await house.InvoicesAsync();
        Assert.Empty(anew.Keys.Intersect(invoices.Keys));
        Assert.Equal(invoices.Values.Order(), anew.Values.Order());      // the same invoices, so the address in a letter leads to them
        Assert.Equal("INV-000001001", anew.Keys.Min(StringComparer.Ordinal));
        Assert.Equal(payments.Order(), (await house.PaymentsAsync()).Order());
        Assert.Equal(mails, house.Mails);
    }

    [Fact]
    public async Task Should_find_no_difference_after_a_quiet_month()
    {
        await using var house = await BillingHouse.OpenAsync();
        using var backup = new BroughtBack(house);
        await house.TakeInAsync(Accounts);
        await house.StartRunAsync();
        await house.EndsAsync();
        var (payments, mails) = (await house.PaymentsAsync(), house.Mails);
        await house.StopServicesAsync();
        Assert.Equal(0, (await backup.BackUpAsync()).ExitCode);

        await backup.DropEverythingAsync();
        var restored = await backup.RunAsync("restore", backup.Folder);
        Assert.True(restored.ExitCode == 0, restored.Text);
        await house.StartServicesAsync();
        var verified = await backup.RunAsync("restored", "verify");
        Assert.True(verified.ExitCode == 0, verified.Text);
        Assert.Contains($"certificate of {BillingHouse.Month} holds", verified.Text, StringComparison.Ordinal);
        Assert.Contains("0 differences", verified.Text, StringComparison.Ordinal);

        Assert.Equal(0, (await backup.RunAsync("restored", "release", "--why", "nothing differs")).ExitCode);
        await house.EndsWithBooksThatAgreeAsync();
        Assert.Equal(payments, await house.PaymentsAsync());
        Assert.Equal(mails, house.Mails);
    }
}
