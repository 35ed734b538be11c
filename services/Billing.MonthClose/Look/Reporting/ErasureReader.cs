using System.Text.Json;
using Billing.Hosting.Personal;
using Billing.MonthClose.Books.Auditing;
using Billing.MonthClose.Intake.Accounts;
using Billing.Views.MonthClose;
using Microsoft.EntityFrameworkCore;

namespace Billing.MonthClose.Look.Reporting;

/// <summary>That the contact data of an account was erased, and what each service said of it.</summary>
static class ErasureReader
{
    /// <returns>Null while the contact data is there.</returns>
    public static async Task<ErasureView?> FindAsync(MonthCloseDbContext db, string accountId, CancellationToken cancellationToken)
    {
        if (await db.Set<ErasedContact>().AsNoTracking().SingleOrDefaultAsync(contact => contact.AccountId == accountId, cancellationToken) is not { } erased)
            return null;
        var told = await db.Audit.AsNoTracking().Where(entry => entry.AccountId == accountId && entry.SubjectKind == AuditSubject.Account
                && entry.What.StartsWith(ErasureWords.Erased)).OrderBy(entry => entry.At).ThenBy(entry => entry.Id)
            .Select(entry => new { entry.At, entry.What, entry.Why, entry.After }).ToListAsync(cancellationToken);
        // asked for again, a service says so again: the first time is when it was erased
        return new ErasureView(erased.ErasedAt, erased.ErasedBy, told.Find(entry => entry.What == ErasureWords.Erased)?.Why,
            [
                .. told.Where(entry => entry.What.StartsWith(ErasureWords.ErasedIn, StringComparison.Ordinal)).Select(entry => new ErasedInView(
                    entry.What[ErasureWords.ErasedIn.Length..], entry.At, Number(entry.After, "values"), Number(entry.After, "messages")))
                    .DistinctBy(one => one.Service)
            ]);
    }

    static int Number(string? members, string name)
    {
        if (members is null)
            return 0;
        using var read = JsonDocument.Parse(members);
        return read.RootElement.EnumerateObject().FirstOrDefault(member => member.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value
            is { ValueKind: JsonValueKind.Number } value ? value.GetInt32() : 0;
    }
}
