using Billing.Notification.Limiting;

namespace Billing.Notification.Sending;

/// <summary>
/// How many messages of one workspace a process has at a time, so that one whose provider is slow holds up nobody else. A workspace that is slow, or of which
/// nothing was heard yet, has no more than half of the places; those that are slow have half of them together; and nobody has them all.
/// </summary>
sealed class Lanes(ProviderFeedback feedback, SendPermits permits)
{
    /// <summary>Messages that are claimed ahead, for each that a workspace may have under way.</summary>
    const int AheadOfEach = 2;

    /// <summary>False where messages leave one after the other anyway.</summary>
    public bool Matter => permits.Places >= 2;

    public bool IsSlow(string workspaceId) => feedback.IsSlow(workspaceId);

    /// <summary>True when more of this workspace wait for its own, and not for a place.</summary>
    public bool IsHeldUp(string workspaceId, (int OfWorkspace, int OfSlow) underWay) =>
        Matter && (IsSlow(workspaceId) || feedback.IsUnknown(workspaceId)) && !MayBegin(workspaceId, underWay);

    /// <param name="workspaceId">Whose message it is.</param>
    /// <param name="underWay">That this process has under way: of the workspace, and of all workspaces that are slow.</param>
    public bool MayBegin(string workspaceId, (int OfWorkspace, int OfSlow) underWay)
    {
        var places = permits.Places;
        if (places < 2)
            return true;        // whoever it is, the others wait
        return IsSlow(workspaceId) ? underWay.OfSlow < places / 2
            : underWay.OfWorkspace < (feedback.IsUnknown(workspaceId) ? places / 2 : places - 1);
    }

    /// <summary>How many more of a workspace may be claimed; null when others do not matter.</summary>
    /// <param name="workspaceId">Whose messages they are.</param>
    /// <param name="held">That this process has claimed and that have not ended.</param>
    /// <param name="batch">Messages that should be claimed together at least.</param>
    public int? RoomOf(string workspaceId, int held, int batch)
    {
        var places = permits.Places;
        return places < 2 || !(IsSlow(workspaceId) || feedback.IsUnknown(workspaceId)) ? null
            : Math.Max(0, Math.Max(batch, AheadOfEach * (places / 2)) - held);
    }
}
