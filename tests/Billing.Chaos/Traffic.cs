using System.Globalization;
using Billing.Chaos.Books;
using Billing.Contracts.MonthClose.V1;
using Billing.Contracts.Notification.V1;
using Billing.Contracts.Seats.V1;
using Billing.SampleData;
using Npgsql;

namespace Billing.Chaos;

/// <summary>What a month has besides its close: customers register, use, pay, change cards and people; operators tag, refund and write.</summary>
sealed class Traffic(Installation installation, Commander commander, Told told, Plan plan, int round, Tally tally)
{
    /// <summary>Accounts that nothing nasty is known of, so that whatever happens to them is ordinary.</summary>
    readonly List<RegisterAccount> _ordinary = [.. new SampleMonth(plan.PeriodOf(1), plan.Seed).Accounts(plan.Accounts).Select(x => x.Account)
        .Where(account => account.AccountId.StartsWith("account-", StringComparison.Ordinal))];

    readonly Random _dice = plan.Dice(round, "traffic");
    readonly HashSet<string> _tagged = [];
    int _number;

    /// <summary>One thing after the other until <paramref name="stopping"/>; what operators switched off is switched on again at the end.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            await OneAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(_dice.Next(20, 400)), TimeProvider.System, CancellationToken.None);
        }

        foreach (var account in _tagged)
            await commander.SayAsync(new SetControlTags { AccountId = account, Tags = [], Reason = "over", RequestedBy = "chaos" });
    }

    Task OneAsync() => _dice.Next(8) switch
    {
        0 => RegisterAsync(),
        1 => UseAsync(),
        2 => PayAsync(),
        3 => TagAsync(),
        4 => ChangeCardAsync(),
        5 => RefundAsync(),
        6 => ChangeSeatsAsync(),
        _ => MailAsync()
    };

    /// <summary>No other command has this id, whatever round it is said in.</summary>
    string NextId() => string.Create(CultureInfo.InvariantCulture, $"chaos-{round}-{++_number}");

    RegisterAccount Somebody() => _ordinary[_dice.Next(_ordinary.Count)];

    async Task RegisterAsync()
    {
        var account = Somebody() with { AccountId = NextId(), PaymentMethod = "pm_ok_new" };
        await commander.SayAsync(new RegisterAccounts { Accounts = [account] });
        told.Accounts.Add(account.AccountId);
        tally.Add("registration");
    }

    async Task UseAsync()
    {
        var (account, period) = (Somebody(), plan.PeriodOf(round));
        var record = new UsageRecord
        {
            UsageId = NextId(),
            AccountId = account.AccountId,
            PriceCode = SamplePrices.Storage,
            Quantity = _dice.Next(1, 1000),
            StartedAt = new DateTimeOffset(period.Year, period.Month, _dice.Next(1, 28), 12, 0, 0, TimeSpan.Zero)
        };
        await commander.SayAsync(new RecordUsage { Records = [record] });
        told.Usage.Add($"{record.AccountId} {record.UsageId}");
        tally.Add("usage");
    }

    /// <summary>As much as a small invoice asks for, so that some are paid by hand while they are charged, and the rest becomes credit.</summary>
    async Task PayAsync()
    {
        var account = Somebody();
        var payment = new RecordPayment { PaymentId = NextId(), AccountId = account.AccountId, Amount = _dice.Next(1, 20), Currency = account.Currency };
        // whoever does not know whether he was heard says it again
        await commander.SayAsync([.. Enumerable.Repeat<object>(payment, _dice.Next(1, 3))]);
        told.Causes.Add($"payment:{payment.PaymentId}");
        tally.Add("payment");
    }

    async Task TagAsync()
    {
        var account = Somebody().AccountId;
        string[] tags = _tagged.Remove(account) ? [] : [_dice.Next(3) switch { 0 => "AutoPayOff", 1 => "NoDunning", _ => "AutoInvoicingOff" }];
        if (tags.Length > 0)
            _tagged.Add(account);
        await commander.SayAsync(new SetControlTags { AccountId = account, Tags = tags, Reason = "chaos", RequestedBy = "chaos" });
        tally.Add("tag change");
    }

    async Task ChangeCardAsync()
    {
        var id = NextId();
        await commander.SayAsync(new ChangePaymentMethod { ChangeId = id, AccountId = Somebody().AccountId, PaymentMethod = $"pm_ok_{id}" });
        tally.Add("new card");
    }

    /// <summary>Of what was charged and is now credit. What has changed since it was read is refused, and that is right.</summary>
    async Task RefundAsync()
    {
        try
        {
            var found = await installation.RowsAsync("monthclose", """
                select i."Number", i."Version", i."Currency" from "Charge" c join "Invoice" i on i."InvoiceId" = c."InvoiceId"
                join "AccountBalance" b on b."AccountId" = c."AccountId"
                where c."State" = 'Succeeded' and c."Amount" - c."Refunded" >= 1 and b."Credit" >= 1 limit 50
                """);
            if (found.Count == 0)
                return;
            var one = found[_dice.Next(found.Count)];
            await commander.SayAsync(new RefundPayment
            {
                RefundId = NextId(),
                InvoiceNumber = (string)one[0]!,
                InvoiceVersion = (int)one[1]!,
                Amount = 1,
                Currency = (string)one[2]!,
                Reason = "chaos",
                RequestedBy = "chaos"
            });
            tally.Add("refund");
        }
        catch (NpgsqlException)
        {
            // who cannot read what to give back gives nothing back
        }
    }

    async Task ChangeSeatsAsync()
    {
        var subscription = _dice.Next(Business.Subscriptions);
        await commander.SayAsync(new RecordMemberships
        {
            Memberships = [new RecordMembership { NamespaceId = $"group-{subscription}", UserId = $"user-{_dice.Next(200)}", Role = "developer",
                State = _dice.Next(4) == 0 ? "removed" : "active", ChangedAt = TimeProvider.System.GetUtcNow() }]
        });
        if (_dice.Next(4) == 0)
            await commander.SayAsync(new StartSeatRefresh { DueAt = TimeProvider.System.GetUtcNow() });
        tally.Add("seat change");
    }

    async Task MailAsync()
    {
        var mail = new SendEmail
        {
            NotificationId = Guid.NewGuid(),
            WorkspaceId = $"workspace-{_dice.Next(5)}",
            To = "jane@example.com",
            Subject = "Hello",
            Text = "Hello"
        };
        await commander.SayAsync(mail, mail);
        told.Mails.Add(mail.NotificationId);
        tally.Add("mail");
    }
}
