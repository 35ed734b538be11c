using Billing.Contracts;
using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.SeatRefresh.Members;

/// <summary>What is true of a user in every namespace. A user who was never recorded is neither blocked nor a bot.</summary>
[RowsChange]
public sealed class Person
{
    public required string UserId { get; init; }
    public required bool Blocked { get; set; }
    public required bool Bot { get; set; }
    public DateTimeOffset? ChangedAt { get; set; }
}

sealed class PersonMap : IEntityTypeConfiguration<Person>
{
    public void Configure(EntityTypeBuilder<Person> person)
    {
        person.ToTable("Person");
        person.HasKey(x => x.UserId);
        person.Property(x => x.UserId).HasMaxLength(ExternalId.Longest);
    }
}
