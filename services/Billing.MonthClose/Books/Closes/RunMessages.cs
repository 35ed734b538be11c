
namespace Billing.MonthClose.Books.Closes;

// What the parts of this service say to each other about a run. Nobody else hears it, so it is no published contract; it still only grows,
// because old and new versions run side by side while a deploy goes on.

// A person may take a halted run up again. `Attempt` says which taking-up a step was asked in, so that the late failure of an older one halts nothing.

// The commands of people, taken in and found possible. The run hears only these, so a command that is refused lies in its own error queue.

/// <summary>Command. Begins the run of a month, joins it, or takes it up again. A run that was previewed is held to that preview.</summary>
public sealed record BeginRun(Guid RunId, string Period, string? RequestedBy, Guid? PreviewId = null);

/// <summary>Command. Ends the run early.</summary>
public sealed record CancelRun(Guid RunId, string Reason, string? RequestedBy);

/// <summary>Command. Takes parked accounts up again: those named, or all of one reason, or all.</summary>
public sealed record UnparkRun(Guid RunId, string[]? AccountIds, string? ReasonCode, string? RequestedBy);

/// <summary>Command. Stops the run's charges, for a person or for a brake. A brake says which attempt it saw: a later one is judged anew.</summary>
public sealed record StopCharges(Guid RunId, string Reason, string? RequestedBy, int? Attempt = null)
{
    public string? Brake { get; init; }
    public string? Currency { get; init; }
    public decimal? Limit { get; init; }
    public decimal? Seen { get; init; }
}

/// <summary>Command. Takes a paused run up again.</summary>
public sealed record ContinueRun(Guid RunId, string? Reason, string? RequestedBy);

/// <summary>Command. What the run has drafted is final.</summary>
public sealed record FinishDraft(Guid RunId, string? RequestedBy);

/// <summary>Timer. The time for late usage is over.</summary>
public sealed record GraceOver(Guid RunId);

/// <summary>Command. Cuts the accounts after one into chunks, a bounded number at a time.</summary>
public sealed record CutChunks(Guid RunId, string? AfterAccountId, int Attempt = 0);

/// <summary>Event. Chunks were cut.</summary>
public sealed record ChunksCut(Guid RunId, string? LastAccountId, bool Done);

/// <summary>Command. Puts accounts that were set aside into new chunks.</summary>
public sealed record RechunkAccounts(Guid RunId, CloseStep From, string[]? AccountIds, string? ReasonCode, string? RequestedBy = null, int Attempt = 0);

/// <summary>Event. Accounts that were set aside travel again.</summary>
public sealed record AccountsRechunked(Guid RunId, int Accounts);

/// <summary>Command. Ends the chunks that nobody has begun.</summary>
public sealed record CancelWaitingChunks(Guid RunId, int Attempt = 0);

/// <summary>Event. No chunk of the run waits any more.</summary>
public sealed record WaitingChunksCancelled(Guid RunId);

/// <summary>
/// Command. Sends a chunk on its way; one that is to charge no more ends as it stands. Anew: the message that it waits for may be lost, and its step is asked
/// for once more.
/// </summary>
public sealed record StartChunk(Guid RunId, Guid ChunkId, int Attempt = 0, bool IsCancelled = false, bool IsAnew = false);

/// <summary>Event. A chunk has ended, whatever became of its accounts.</summary>
public sealed record ChunkEnded(Guid RunId, Guid ChunkId);

/// <summary>Event. A chunk's last step failed for good: its accounts stand between two states until the run is taken up again.</summary>
public sealed record ChunkHalted(Guid RunId, Guid ChunkId, string Step, string Reason, int Attempt = 0);

// One step of one chunk: the command that asks for it, and the event that says it is done.

public sealed record IssueInvoices(Guid RunId, Guid ChunkId, int Chunk);

public sealed record InvoicesIssued(Guid ChunkId, ExpectedCharge[] Charges);

public sealed record ChargeInvoices(Guid RunId, Guid ChunkId, int Chunk, ExpectedCharge[] Charges, int Attempt = 0);

public sealed record InvoicesCharged(Guid ChunkId);

/// <summary>Event. The run is paused: what had not been asked for was left alone.</summary>
public sealed record ChargingPaused(Guid ChunkId, int Attempt);

public sealed record EmailInvoices(Guid RunId, Guid ChunkId, int Chunk);

public sealed record InvoicesEmailed(Guid ChunkId);

public sealed record SendReceipts(Guid RunId, Guid ChunkId, int Chunk);

public sealed record ReceiptsSent(Guid ChunkId);

/// <summary>
/// Command. Closes the chunk's settled accounts; those that a failed step left behind are parked with its reason, those of a cancelled run are cancelled.
/// </summary>
public sealed record EndChunk(Guid RunId, Guid ChunkId, int Chunk, string? FailedStep = null, string? Reason = null, int Attempt = 0,
    bool IsCancelled = false);

public sealed record ChunkClosed(Guid ChunkId);

/// <summary>Command. Writes the run's report; its queue is its own, so it never delays a charge.</summary>
public sealed record WriteReport(Guid RunId);

// A month that is looked at before it is closed.

/// <summary>Command. Begins a preview, or one that is held against another before its run begins.</summary>
public sealed record BeginPreview(Guid PreviewId, string Period, string? RequestedBy, Guid? Checks = null, bool AcceptChanges = false);

/// <summary>Command. Hands out the accounts after one to be computed, a bounded number at a time.</summary>
public sealed record CutPreview(Guid PreviewId, string? AfterAccountId);

/// <summary>Command. Computes some accounts.</summary>
public sealed record ComputePreview(Guid PreviewId, string[] AccountIds);

/// <summary>Command. All accounts are computed: says what they add up to, or lets the run begin that waits for it.</summary>
public sealed record EndPreview(Guid PreviewId);
