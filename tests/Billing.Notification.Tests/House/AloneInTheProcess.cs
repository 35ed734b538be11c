namespace Billing.Notification.Tests.House;

/// <summary>
/// Meters are the process's, and not the house's: when another house ends, its instruments take away the figures of ours that have the same name. Tests that read
/// them run when the others are over.
/// </summary>
[CollectionDefinition(nameof(AloneInTheProcess), DisableParallelization = true)]
public sealed class AloneInTheProcess;
