using Billing.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Billing.Hosting.Personal;

/// <summary>
/// The contact data of this account was erased. The row stays for ever: what comes late for the account, or is played again, brings nothing of the person back.
/// </summary>
public sealed class ErasedContact
{
    public required string AccountId { get; init; }
    public required DateTimeOffset ErasedAt { get; init; }

    /// <summary>Who asked for it.</summary>
    public required string ErasedBy { get; init; }
}

public static class ErasedContactModel
{
    /// <summary>Adds the table of erased contacts to the service's model.</summary>
    public static void AddErasedContacts(this ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        modelBuilder.Entity<ErasedContact>(contact =>
        {
            contact.ToTable("ErasedContact");
            contact.HasKey(x => x.AccountId);
            contact.Property(x => x.AccountId).HasMaxLength(ExternalId.Longest);
            contact.Property(x => x.ErasedBy).HasMaxLength(400);
            contact.HasIndex(x => x.ErasedAt);      // the latest are looked through again
        });
    }

    /// <summary>Those of the accounts whose contact data was erased.</summary>
    public static async Task<IReadOnlySet<string>> ErasedAmongAsync(this DbContext db, IEnumerable<string> accountIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(db);
        string[] ids = [.. accountIds.Distinct(StringComparer.Ordinal)];
        return (await db.Set<ErasedContact>().Where(contact => ids.Contains(contact.AccountId)).Select(contact => contact.AccountId)
            .ToListAsync(cancellationToken)).ToHashSet(StringComparer.Ordinal);
    }
}
