using Billing.Contracts;
using Billing.Persistence.Rights;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Billing.SeatRefresh.Namespaces;

/// <summary>A group or project and where it hangs in its tree. One that was never recorded is a tree of its own.</summary>
[RowsChange]
public sealed class NamespaceNode
{
    public const string Group = "group";
    public const string Project = "project";

    /// <summary>No tree is deeper; a query that follows it ends, whatever was recorded.</summary>
    public const int Deepest = 20;

    public required string NamespaceId { get; init; }
    public string? ParentId { get; set; }
    public required string Kind { get; set; }

    /// <summary>When it changed, by the clock of the sender.</summary>
    public DateTimeOffset? ChangedAt { get; set; }
}

/// <summary>A group whose members may work in another group or project.</summary>
[RowsChange]
public sealed class Invitation
{
    /// <summary>Where the group was invited.</summary>
    public required string NamespaceId { get; init; }

    /// <summary>The group that was invited.</summary>
    public required string GroupId { get; init; }

    /// <summary>False once it was taken back: then only its date matters.</summary>
    public required bool Active { get; set; }

    /// <summary>The highest role that it gives; null when everyone has there the role that he has in the group.</summary>
    public string? Role { get; set; }

    public DateTimeOffset? ChangedAt { get; set; }
}

sealed class NamespaceNodeMap : IEntityTypeConfiguration<NamespaceNode>
{
    public void Configure(EntityTypeBuilder<NamespaceNode> node)
    {
        node.ToTable("Namespace");
        node.HasKey(x => x.NamespaceId);
        node.Property(x => x.NamespaceId).HasMaxLength(ExternalId.Longest);
        node.Property(x => x.ParentId).HasMaxLength(ExternalId.Longest);
        node.Property(x => x.Kind).HasMaxLength(16);
        node.HasIndex(x => x.ParentId);     // the way down
    }
}

sealed class InvitationMap : IEntityTypeConfiguration<Invitation>
{
    public void Configure(EntityTypeBuilder<Invitation> invitation)
    {
        invitation.ToTable("Invitation");
        invitation.HasKey(x => new { x.NamespaceId, x.GroupId });
        invitation.Property(x => x.NamespaceId).HasMaxLength(ExternalId.Longest);
        invitation.Property(x => x.GroupId).HasMaxLength(ExternalId.Longest);
        invitation.Property(x => x.Role).HasMaxLength(16);
    }
}
