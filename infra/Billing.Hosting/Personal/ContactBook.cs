using Billing.Contracts.Contacts.V1;
using Billing.Hosting.Faults;
using Billing.Persistence;
using Billing.Sealing;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Billing.Hosting.Personal;

/// <summary>What this service does when the contact data of an account is erased, besides what its marked columns say: in the same transaction.</summary>
public interface IErasureStep
{
    Task RunAsync(ErasedContact contact, CancellationToken cancellationToken);
}

/// <summary>What this service holds of the person behind an account: shows it, and erases it.</summary>
public abstract class ContactBook
{
    public abstract Task<HeldContact> ReadAsync(string accountId, CancellationToken cancellationToken);

    /// <summary>Erases it from the tables and from the queues of what was set aside, and remembers that it did. The second time it changes nothing.</summary>
    public abstract Task<ErasedCounts> EraseAsync(string accountId, DateTimeOffset at, string by, CancellationToken cancellationToken);

    /// <summary>Erases what came late: it was on its way when the contact data was erased.</summary>
    internal abstract Task SweepAsync(DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>What every service does when the contact data of an account is erased. It says what it did.</summary>
    public async Task EraseAsync(ConsumeContext<ContactErased> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var told = context.Message;
        var erased = await EraseAsync(told.AccountId, told.ErasedAt, told.ErasedBy, context.CancellationToken);
        await context.Publish(new ContactDataErased
        {
            AccountId = told.AccountId,
            Service = Service,
            Values = erased.Values,
            Messages = erased.Messages
        }, context.CancellationToken);
    }

    /// <summary>
    /// Takes out of the queue <c>outcomes</c>, which is for looking, what quotes the person. Only who knows him can: so it is done while he is erased.
    /// </summary>
    public abstract Task ForgetOutcomesAsync(Quotes quotes, CancellationToken cancellationToken);

    protected abstract string Service { get; }
}

sealed partial class ContactBook<TContext>(
    Transactions<TContext> transactions, FaultBook faults, Sealer sealer, ServiceName service, ILogger<ContactBook> log) : ContactBook
    where TContext : DbContext
{
    protected override string Service => service.Value;

    public override async Task<HeldContact> ReadAsync(string accountId, CancellationToken cancellationToken)
    {
        var setAside = await faults.CountOfAsync(accountId, sealer, cancellationToken);
        return await transactions.RunAsync(async services => new HeldContact(
            service.Value, accountId,
            await services.GetRequiredService<TContext>().Set<ErasedContact>().Where(contact => contact.AccountId == accountId)
                .Select(contact => (DateTimeOffset?)contact.ErasedAt).SingleOrDefaultAsync(cancellationToken),
            await services.GetRequiredService<PersonalData<TContext>>().ReadAsync(accountId, cancellationToken), setAside), cancellationToken);
    }

    public override async Task<ErasedCounts> EraseAsync(string accountId, DateTimeOffset at, string by, CancellationToken cancellationToken)
    {
        var values = await transactions.RunAsync(services => EraseAsync(
            services, new ErasedContact { AccountId = accountId, ErasedAt = at, ErasedBy = by }, cancellationToken), cancellationToken);
        var messages = await faults.EraseAsync(accountId, sealer, cancellationToken);
        if (values + messages > 0)
            LogErased(accountId, values, messages, by);
        return new ErasedCounts(values, messages);
    }

    public override Task ForgetOutcomesAsync(Quotes quotes, CancellationToken cancellationToken) =>
        faults.ForgetOutcomesAsync(body => quotes.InBody(body, sealer), cancellationToken);

    internal override async Task SweepAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var latest = await transactions.RunAsync(db => db.Set<ErasedContact>().AsNoTracking().Where(contact => contact.ErasedAt >= since)
            .OrderBy(contact => contact.ErasedAt).ToListAsync(cancellationToken), cancellationToken);
        foreach (var contact in latest)
            await EraseAsync(contact.AccountId, contact.ErasedAt, contact.ErasedBy, cancellationToken);
    }

    /// <summary>The row comes first: what is stored from then on is stored without contact data.</summary>
    static async Task<int> EraseAsync(IServiceProvider services, ErasedContact contact, CancellationToken cancellationToken)
    {
        var db = services.GetRequiredService<TContext>();
        await services.GetRequiredService<IBulkWriter>().InsertNewAsync(db, [contact], cancellationToken);
        var (values, _) = await services.GetRequiredService<PersonalData<TContext>>().EraseAsync(contact.AccountId, cancellationToken);
        foreach (var step in services.GetServices<IErasureStep>())
            await step.RunAsync(contact, cancellationToken);
        return values;
    }

    [LoggerMessage(1, LogLevel.Information, "The contact data of {AccountId} was erased: {Values} values, {Messages} messages, by {By}")]
    partial void LogErased(string accountId, int values, int messages, string by);
}
