using System.ComponentModel.DataAnnotations;

namespace Billing.MonthClose.Books.Closes;

/// <summary>How a month is cut into chunks.</summary>
public sealed class ClosingOptions
{
    public const string Section = "Closing";

    /// <summary>Accounts that travel together. Default 200: more saves little, and a failing chunk holds up more neighbours.</summary>
    [Range(1, 1000)]
    public int ChunkSize { get; set; } = 200;

    /// <summary>Chunks under way at the same time. Default 4: two cores are busy with it, and a cancelled run stops within a second.</summary>
    [Range(1, 64)]
    public int MaxChunksInFlight { get; set; } = 4;

    /// <summary>Chunks cut by one message. Default 25: 5,000 accounts are one quick transaction.</summary>
    [Range(1, 1000)]
    public int ChunksPerCut { get; set; } = 25;

    /// <summary>A month begins only with the token of a preview. Default false: it may begin unseen.</summary>
    public bool RequirePreview { get; set; }

    /// <summary>
    /// For how long the invoices of a month stay drafts, open for late usage, before they are final; <c>ApproveRun</c> ends it. Default none: they are final at
    /// once. A run with the token of a preview has been looked at, and has none.
    /// </summary>
    public TimeSpan Grace { get; set; } = TimeSpan.Zero;

    /// <summary>The share of the month before up to which a change counts as small in a preview. Default 0.5: half as much more or less.</summary>
    [Range(0.0, 100.0)]
    public decimal PreviewThreshold { get; set; } = 0.5m;
}
