namespace Billing.Contracts;

/// <summary>
/// Marks what of a message is a person's own: contact data, what a letter says, a means of payment. Whatever sends, keeps or sets aside a contract asks for
/// this mark, and seals the member where there is a key. A sender may tell it in clear or sealed; a reason or a log line never shows it.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ConfidentialAttribute : Attribute;
