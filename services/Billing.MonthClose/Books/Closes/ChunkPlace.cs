namespace Billing.MonthClose.Books.Closes;

/// <summary>Where a chunk is in its run. The run alone writes it; how far the chunk's steps have come is the chunk's own state.</summary>
public enum ChunkPlace
{
    /// <summary>Cut, and not begun.</summary>
    Waiting,

    /// <summary>It has one of the places in flight.</summary>
    InFlight,

    /// <summary>Its accounts have ended, or it was cancelled before it began.</summary>
    Ended
}
