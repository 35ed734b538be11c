namespace Billing.Hosting.Personal;

/// <summary>What a service holds of the person behind an account.</summary>
/// <param name="Service">Which service.</param>
/// <param name="AccountId">Whose.</param>
/// <param name="ErasedAt">When it was erased here; null when it was not.</param>
/// <param name="Values">Every value that is held.</param>
/// <param name="SetAside">Messages in this service's queues of what was set aside that are of the account, or have records that are.</param>
public sealed record HeldContact(string Service, string AccountId, DateTimeOffset? ErasedAt, IReadOnlyList<HeldValue> Values, int SetAside);

/// <param name="Table">Where it is.</param>
/// <param name="Row">The key of its row.</param>
/// <param name="Column">Which column, and which member of it where it is JSON.</param>
/// <param name="Since">Since when the row is there; null when it does not say.</param>
/// <param name="Value">As it is, not sealed.</param>
public sealed record HeldValue(string Table, string Row, string Column, DateTimeOffset? Since, string Value);

/// <param name="Values">Values that were erased or struck out.</param>
/// <param name="Messages">Messages that were taken out of the queues of what was set aside, or changed in them.</param>
public sealed record ErasedCounts(int Values, int Messages);
