using Billing.Contracts;
using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.SeatRefresh.Members;

/// <summary>One person's membership of a namespace, as last recorded.</summary>
[RowsChange]
public sealed class Membership
{
    public const string Active = "active";
    public const string Banned = "banned";
    public const string Guest = "guest";
    public const string MinimalAccess = "minimal_access";

    /// <summary>From the least to the most; as the source of members has them.</summary>
    public static readonly IReadOnlyList<string> Roles = [MinimalAccess, Guest, "planner", "reporter", "developer", "maintainer", "owner"];

    public const string RolesInWords = "minimal_access, guest, planner, reporter, developer, maintainer or owner";
    public static readonly IReadOnlyList<string> States = [Active, "awaiting", "blocked", Banned, "removed"];

    public required string NamespaceId { get; init; }
    public required string UserId { get; init; }
    public required string Role { get; set; }
    public required string State { get; set; }
    public bool Bot { get; set; }

    /// <summary>The custom role on top of the role, if any.</summary>
    public string? CustomRole { get; set; }

    /// <summary>The custom role may do more than a guest may: its holder takes up a seat even where guests are free.</summary>
    public bool Raised { get; set; }

    /// <summary>Takes up no seat on a plan where guests are free.</summary>
    public static bool IsFree(string role) => role is Guest or MinimalAccess;

    /// <summary>When it was first recorded.</summary>
    public DateTimeOffset RecordedAt { get; set; }

    /// <summary>When it changed, by the clock of the sender.</summary>
    public DateTimeOffset? ChangedAt { get; set; }
}

sealed class MembershipMap : IEntityTypeConfiguration<Membership>
{
    public void Configure(EntityTypeBuilder<Membership> membership)
    {
        membership.ToTable("Membership");
        membership.HasKey(x => new { x.NamespaceId, x.UserId });
        membership.Property(x => x.NamespaceId).HasMaxLength(ExternalId.Longest);
        membership.Property(x => x.UserId).HasMaxLength(ExternalId.Longest);
        membership.Property(x => x.Role).HasMaxLength(16);
        membership.Property(x => x.State).HasMaxLength(16);
        membership.Property(x => x.CustomRole).HasMaxLength(64);
    }
}
