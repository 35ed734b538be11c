namespace Billing.Contracts;

/// <summary>
/// Marks a list of which each record is taken, or rejected, by itself: a record that cannot be read, that is <c>null</c> or that is no object at all holds up
/// no other. A list without the mark is one thing with its command, and is taken or refused with it.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class EachAloneAttribute : Attribute;
