using Billing.Contracts;
using Billing.Contracts.MonthClose.V1;
using Billing.Hosting;
using Billing.Hosting.Outcomes;
using Billing.Hosting.Personal;
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
        if (refused is [{ IsErased: true }, ..])
            // set aside, it would bring back what was erased
            CommandOutcome.Unchanged(RefusedAccount.Erased);
        else if (refused is [var refusal, ..])
            throw CommandRejected.Because(nameof(RegisterAccount), refusal.Field, refusal.Value, refusal.Expected);
        await context.PublishBatch(changed.Select(AccountRegister.ToRegistered), context.CancellationToken);
        await news.TellAsync(context);
    }
}

sealed class RegisterAccountsConsumer(AccountRegister register, IValidator<RegisterAccount> validator) : IConsumer<RegisterAccounts>
{
    public async Task Consume(ConsumeContext<RegisterAccounts> context)
    {
        var rejected = new List<RejectedAccount>();
        var good = new List<(int Index, RegisterAccount Account)>();
        foreach (var (at, account, unreadable, _) in RecordList.Of(context.Message.Accounts))
            if (WhyNot(account, unreadable) is { Length: > 0 } reasons)
                rejected.Add(new RejectedAccount { Index = at, AccountId = account.AccountId ?? "", Reasons = reasons });
            else
                good.Add((at, account));

        var (changed, refused, news) =
            await register.WriteAsync(good.ConvertAll(one => one.Account), context.Message.RequestedBy, context.CancellationToken);
        rejected.AddRange(refused.Select(one => new RejectedAccount
        {
            Index = good.FindLast(told => told.Account.AccountId == one.AccountId).Index,
            AccountId = one.AccountId,
            Reasons = [$"{one.Field} is \"{one.Value}\"; expected {one.Expected}."]
        }));
        await context.PublishBatch(changed.Select(AccountRegister.ToRegistered), context.CancellationToken);
        await news.TellAsync(context);
        foreach (var one in rejected)
            CommandOutcome.Changed(AuditSubject.Account, one.AccountId, $"rejected: {string.Join(' ', one.Reasons)}");
        await context.Publish(new AccountsRegistered
        {
            Reference = context.Message.Reference,
            Registered = changed.Count,
            Unchanged = good.DistinctBy(one => one.Account.AccountId).Count() - changed.Count - refused.Count,
            Rejected = [.. rejected.OrderBy(one => one.Index)]
        }, context.CancellationToken);
    }

    string[] WhyNot(RegisterAccount account, IReadOnlyList<UnreadableValue> unreadable) =>
        unreadable.Count > 0 ? [.. unreadable.Select(value => value.ToString())]
        : [.. validator.Validate(account).Errors.Select(error => $"{error.PropertyName} is {Shown(error)}; {error.ErrorMessage}.")];

    static string Shown(ValidationFailure error) =>
        Confidential.Shown(typeof(RegisterAccount), error.PropertyName, $"\"{error.AttemptedValue}\"");
}

/// <summary>Why an account was not taken: which member, its value in plain text, and what was expected.</summary>
sealed record RefusedAccount(string AccountId, string Field, string Value, string Expected)
{
    public const string Erased = "the contact data of this account was erased, and nothing is taken of it any more";

    public bool IsErased { get; init; }

    public static RefusedAccount OfErased(string accountId) =>
        new(accountId, nameof(AccountId), accountId, "an account whose contact data was not erased") { IsErased = true };
}

/// <summary>Writes what is new of accounts, and nothing where nothing is.</summary>
sealed class AccountRegister(MonthCloseDbContext db, IBulkWriter bulk, LedgerBook ledger, CollectionResumption collections, AuditTrail audit)
{
    /// <param name="told">In the order in which it was told. What is told of an account twice is told one after the other.</param>
    /// <param name="requestedBy">Who asks, where a command of <paramref name="told"/> does not say.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<(IReadOnlyList<Account> Changed, IReadOnlyList<RefusedAccount> Refused, ResumedCollections News)> WriteAsync(
        IReadOnlyCollection<RegisterAccount> told, string? requestedBy, CancellationToken cancellationToken)
    {
        var ids = told.Select(account => account.AccountId).Distinct(StringComparer.Ordinal).ToList();
        var erased = await db.ErasedAmongAsync(ids, cancellationToken);
        var known = await db.Accounts.Where(account => ids.Contains(account.AccountId)).OrderBy(account => account.AccountId)
            .AsNoTracking().ForUpdate().ToDictionaryAsync(account => account.AccountId, cancellationToken);

        var (added, changed, refused) = (new List<Account>(), new List<Account>(), new List<RefusedAccount>());
        foreach (var account in told.GroupBy(account => account.AccountId).OrderBy(account => account.Key, StringComparer.Ordinal))
        {
            var old = known.GetValueOrDefault(account.Key);
            var news = account.Aggregate(old, (before, one) => ToAccount(one, before))!;
            if (erased.Contains(account.Key))
                refused.Add(RefusedAccount.OfErased(account.Key));
            else if (WhyNot(news, old) is { } refusal)
                refused.Add(refusal);
            else if (old is null)
                added.Add(news);
            else if (news != old)
                changed.Add(news with { Version = old.Version + 1 });
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
        var senders = told.Where(account => account.RequestedBy is not null).GroupBy(account => account.AccountId)
            .ToDictionary(account => account.Key, account => account.Last().RequestedBy, StringComparer.Ordinal);
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

    /// <summary>What a command alone does not show: it depends on what is known already.</summary>
    static RefusedAccount? WhyNot(Account news, Account? old) =>
        old is not null && old.Currency != news.Currency
            ? new(news.AccountId, nameof(news.Currency), news.Currency, $"{old.Currency}, in which the account is billed already")
        : news.ClosedOn < news.JoinedOn
            ? new(news.AccountId, nameof(news.ClosedOn), $"{news.ClosedOn:yyyy-MM-dd}", $"a day not before JoinedOn, which is {news.JoinedOn:yyyy-MM-dd}")
        : null;

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
                x.Country,
                x.Region,
                x.TaxId,
                x.TaxExemption,
                x.TaxExemptThrough,
                x.JoinedOn,
                x.ClosedOn,
                x.Version
            }, cancellationToken);
    }

    public static AccountRegistered ToRegistered(Account account) => new() { AccountId = account.AccountId, Version = account.Version };

    /// <summary>What was left out stays as it is, as does what no registration says; what was told as null is cleared.</summary>
    static Account ToAccount(RegisterAccount told, Account? old)
    {
        var before = old ?? new() { AccountId = told.AccountId, Name = told.Name, Currency = told.Currency, TimeZone = "UTC" };
        return before with
        {
            Name = told.Name,
            Currency = told.Currency,
            TimeZone = Now(nameof(told.TimeZone), told.TimeZone, before.TimeZone) ?? "UTC",
            Email = Now(nameof(told.Email), told.Email, before.Email),
            PaymentMethod = Now(nameof(told.PaymentMethod), told.PaymentMethod, before.PaymentMethod),
            GatewayCustomer = Now(nameof(told.GatewayCustomer), told.GatewayCustomer, before.GatewayCustomer),
            ManualPayment = Now(nameof(told.ManualPayment), told.ManualPayment, before.ManualPayment) ?? false,
            PaymentTermsDays = Now(nameof(told.PaymentTermsDays), told.PaymentTermsDays, before.PaymentTermsDays),
            FeePriceCode = Now(nameof(told.FeePriceCode), told.FeePriceCode, before.FeePriceCode),
            Tier = Now(nameof(told.Tier), told.Tier, before.Tier),
            AnchorDay = Now(nameof(told.AnchorDay), told.AnchorDay is 0 ? null : told.AnchorDay, before.AnchorDay) ?? 1,
            Country = Now(nameof(told.Country), told.Country, before.Country),
            Region = Now(nameof(told.Region), told.Region, before.Region),
            TaxId = Now(nameof(told.TaxId), told.TaxId, before.TaxId),
            TaxExemption = Now(nameof(told.TaxExemption), told.TaxExemption, before.TaxExemption),
            TaxExemptThrough = Now(nameof(told.TaxExemptThrough), told.TaxExemptThrough, before.TaxExemptThrough),
            JoinedOn = Now(nameof(told.JoinedOn), told.JoinedOn, before.JoinedOn),
            ClosedOn = Now(nameof(told.ClosedOn), told.ClosedOn, before.ClosedOn)
        };

        T? Now<T>(string member, T? said, T? now) => told.Tells(member) ? said : now;
    }
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
        RuleFor(x => x.Country).Must(country => country is null || country.IsCountry()).Expected("an ISO 3166-1 code of two capital letters, such as DE");
        RuleFor(x => x.Region).IsNameOrNull(64);
        RuleFor(x => x.TaxId).IsNameOrNull(64);
        RuleFor(x => x.TaxExemption).IsNameOrNull(128);
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
        RuleFor(x => x.Reference).Must(reference => reference is null or { Length: <= 500 }).Expected("at most 500 characters");
        RuleFor(x => x.Accounts).Must(accounts => accounts is { Length: > 0 and <= 1000 })
            .Expected("1 to 1,000 accounts");
    }
}
