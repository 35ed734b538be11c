using Billing.Contracts;
using Billing.Contracts.MonthClose.V1;
using Billing.Hosting;
using Billing.Hosting.Texts;
using Billing.Hosting.Validation;
using Billing.MonthClose.Books.Accounts;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Books.Calendar;
using Billing.MonthClose.Books.Ledger;
using Billing.MonthClose.Books.Pricing;
using Billing.MonthClose.Collect.Collecting;
using Billing.Persistence;
using FluentValidation;
using FluentValidation.Results;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Intake.Accounts;

sealed class RegisterAccountConsumer(AccountRegister register) : IConsumer<RegisterAccount>
{
    public async Task Consume(ConsumeContext<RegisterAccount> context)
    {
        var (changed, refused, news) = await register.WriteAsync([context.Message], context.Message.RequestedBy, context.CancellationToken);
        if (refused is [var (account, reason), ..])
            throw CommandRejected.Because(nameof(RegisterAccount), nameof(account.Currency), account.Currency, reason);
        await context.PublishBatch(changed.Select(AccountRegister.ToRegistered), context.CancellationToken);
        await news.TellAsync(context);
    }
}

sealed class RegisterAccountsConsumer(AccountRegister register, IValidator<RegisterAccount> validator) : IConsumer<RegisterAccounts>
{
    public async Task Consume(ConsumeContext<RegisterAccounts> context)
    {
        var rejected = new List<RejectedAccount>();
        var good = new Dictionary<string, (int Index, RegisterAccount Account)>(StringComparer.Ordinal);
        foreach (var (at, account, unreadable, _) in RecordList.Of(context.Message.Accounts))
            if (WhyNot(account, unreadable) is { Length: > 0 } reasons)
                rejected.Add(new RejectedAccount { Index = at, AccountId = account.AccountId ?? "", Reasons = reasons });
            else
                good[account.AccountId!] = (at, account);      // told twice in one message: the later one is the news

        var (changed, refused, news) =
            await register.WriteAsync([.. good.Values.Select(one => one.Account)], context.Message.RequestedBy, context.CancellationToken);
        rejected.AddRange(refused.Select(one => new RejectedAccount
        {
            Index = good[one.Account.AccountId].Index,
            AccountId = one.Account.AccountId,
            Reasons = [$"Currency is \"{one.Account.Currency}\"; expected {one.Expected}."]
        }));
        await context.PublishBatch(changed.Select(AccountRegister.ToRegistered), context.CancellationToken);
        await news.TellAsync(context);
        await context.Publish(new AccountsRegistered
        {
            Reference = context.Message.Reference,
            Registered = changed.Count,
            Unchanged = good.Count - changed.Count - refused.Count,
            Rejected = [.. rejected.OrderBy(one => one.Index)]
        }, context.CancellationToken);
    }

    string[] WhyNot(RegisterAccount account, IReadOnlyList<UnreadableValue> unreadable) =>
        unreadable.Count > 0 ? [.. unreadable.Select(value => value.ToString())]
        : [.. validator.Validate(account).Errors.Select(error => $"{error.PropertyName} is {Shown(error)}; {error.ErrorMessage}.")];

    static string Shown(ValidationFailure error) =>
        Confidential.Shown(typeof(RegisterAccount), error.PropertyName, $"\"{error.AttemptedValue}\"");
}

/// <summary>Writes what is new of accounts, and nothing where nothing is.</summary>
sealed class AccountRegister(MonthCloseDbContext db, IBulkWriter bulk, LedgerBook ledger, CollectionResumption collections, AuditTrail audit)
{
    public async Task<(IReadOnlyList<Account> Changed, IReadOnlyList<(RegisterAccount Account, string Expected)> Refused, ResumedCollections News)> WriteAsync(
        IReadOnlyCollection<RegisterAccount> told, string? requestedBy, CancellationToken cancellationToken)
    {
        var ids = told.Select(account => account.AccountId).ToList();
        var known = await db.Accounts.Where(account => ids.Contains(account.AccountId)).OrderBy(account => account.AccountId)
            .AsNoTracking().ForUpdate().ToDictionaryAsync(account => account.AccountId, cancellationToken);

        var (added, changed, refused) = (new List<Account>(), new List<Account>(), new List<(RegisterAccount, string)>());
        foreach (var account in told.OrderBy(account => account.AccountId, StringComparer.Ordinal))
        {
            var news = ToAccount(account);
            if (!known.TryGetValue(account.AccountId, out var old))
                added.Add(news);
            else if (old.Currency != news.Currency)
                refused.Add((account, $"{old.Currency}, in which the account is billed already"));
            else if (Kept(news, old) != old)
                changed.Add(Kept(news, old) with { Version = old.Version + 1 });
        }

        if (added.Count > 0)
        {
            // Someone may register the same account at this moment: theirs stands, and the sender's next word brings it up to date.
            added = [.. await bulk.InsertNewAsync(db, added, cancellationToken)];
            await bulk.InsertNewAsync(db, added.ConvertAll(account => new AccountBalance { AccountId = account.AccountId, Currency = account.Currency }),
                cancellationToken);
        }

        // Whoever charges an account holds its lock: a method that changes here is not half seen there.
        bool Charged(Account old, Account news) => (old.PaymentMethod, old.ManualPayment, old.ClosedOn) != (news.PaymentMethod, news.ManualPayment,
            news.ClosedOn);
        var affected = changed.FindAll(account => Charged(known[account.AccountId], account));
        if (affected.Count > 0)
            await ledger.LockAsync(affected.ConvertAll(account => account.AccountId), cancellationToken);
        await UpdateAsync(changed, cancellationToken);
        var senders = told.Where(account => account.RequestedBy is not null)
            .ToDictionary(account => account.AccountId, account => account.RequestedBy, StringComparer.Ordinal);
        await audit.WriteAsync(
        [
            .. added.Select(account => audit.Entry(account.AccountId, AuditSubject.Account, account.AccountId, "registered", after: AccountChange.Of(account),
                by: By(account))),
            .. changed.Select(account => audit.Entry(account.AccountId, AuditSubject.Account, account.AccountId, "changed",
                before: AccountChange.Of(known[account.AccountId], account), after: AccountChange.Of(account, known[account.AccountId]), by: By(account)))
        ], cancellationToken);
        var renewed = affected.FindAll(account => account.PaymentMethod is { Length: > 0 } method && method != known[account.AccountId].PaymentMethod);
        return ([.. added, .. changed], refused, await collections.WakeAsync(
            affected.ConvertAll(account => account.AccountId), renewed.ConvertAll(account => account.AccountId), requestedBy, cancellationToken));

        string? By(Account account) => senders.GetValueOrDefault(account.AccountId) ?? requestedBy;
    }

    /// <summary>With what no registration says.</summary>
    static Account Kept(Account news, Account old) =>
        news with { Version = old.Version, InvoicedThrough = old.InvoicedThrough, FeeThrough = old.FeeThrough, Tags = old.Tags };

    async Task UpdateAsync(List<Account> changed, CancellationToken cancellationToken)
    {
        if (changed.Count > 0)
            await bulk.UpdateAsync(db, changed, x => new
            {
                x.Name,
                x.TimeZone,
                x.Email,
                x.PaymentMethod,
                x.GatewayCustomer,
                x.ManualPayment,
                x.PaymentTermsDays,
                x.FeePriceCode,
                x.Tier,
                x.AnchorDay,
                x.JoinedOn,
                x.ClosedOn,
                x.Version
            }, cancellationToken);
    }

    public static AccountRegistered ToRegistered(Account account) => new() { AccountId = account.AccountId, Version = account.Version };

    static Account ToAccount(RegisterAccount told) => new()
    {
        AccountId = told.AccountId,
        Name = told.Name,
        Currency = told.Currency,
        TimeZone = told.TimeZone ?? "UTC",
        Email = told.Email,
        PaymentMethod = told.PaymentMethod,
        GatewayCustomer = told.GatewayCustomer,
        ManualPayment = told.ManualPayment,
        PaymentTermsDays = told.PaymentTermsDays,
        FeePriceCode = told.FeePriceCode,
        Tier = told.Tier,
        AnchorDay = told.AnchorDay == 0 ? 1 : told.AnchorDay,
        JoinedOn = told.JoinedOn,
        ClosedOn = told.ClosedOn
    };
}

sealed class RegisterAccountValidator : AbstractValidator<RegisterAccount>
{
    public RegisterAccountValidator()
    {
        RuleFor(x => x.AccountId).IsAccountId();
        RuleFor(x => x.Name).IsId(200);
        RuleFor(x => x.Currency).IsCurrency();
        RuleFor(x => x.TimeZone).Must(zone => zone is null || Zones.IsKnown(zone)).Expected("an IANA time zone such as Europe/Berlin");
        RuleFor(x => x.Email).Must(email => email is null || MailAddress.ToAscii(email) is not null).Expected(MailAddress.Expected);
        RuleFor(x => x.PaymentMethod).IsText(128).IsOpen();
        RuleFor(x => x.GatewayCustomer).IsText(ExternalId.Longest);
        RuleFor(x => x.FeePriceCode).IsText(64);
        RuleFor(x => x.Tier).IsText(64);
        RuleFor(x => x.PaymentTermsDays).InclusiveBetween(0, 365).Expected("0 to 365 days");
        RuleFor(x => x.AnchorDay).InclusiveBetween(0, 31).Expected("a day from 1 to 31");
        RuleFor(x => x.RequestedBy).IsText(200);
        RuleFor(x => x.ClosedOn).Must((account, closed) => closed is null || account.JoinedOn is null || closed >= account.JoinedOn)
            .Expected("a day not before JoinedOn");
    }
}

sealed class RegisterAccountsValidator : AbstractValidator<RegisterAccounts>
{
    public RegisterAccountsValidator()
    {
        RuleFor(x => x.RequestedBy).IsText(200);
        RuleFor(x => x.Accounts).Must(accounts => accounts is { Length: > 0 and <= 1000 })
            .Expected("1 to 1,000 accounts");
    }
}
