namespace Billing.Persistence.Personal;

/// <summary>What a column says of a person, and so what erasing him does to it.</summary>
public enum PersonalKind
{
    /// <summary>What he is called, or reached or charged by. It is erased, and struck out wherever another column quotes it.</summary>
    Identity,

    /// <summary>What was written to him or about him. It is erased.</summary>
    Words,

    /// <summary>JSON, some of whose members identify him. These are erased, and what the others quote of him is struck out.</summary>
    Members,

    /// <summary>Words of people and programs that may quote him. What identifies him is struck out, the rest stays.</summary>
    Quotes,

    /// <summary>The body of a message. What is of his account is taken out.</summary>
    Message
}

/// <summary>
/// This column may hold what identifies a person. What is held of an account is read by these marks, and erased by them; so the service may change a marked
/// column also where its rows are append-only.
/// </summary>
/// <param name="kind">What it says of him.</param>
/// <param name="members">Of <see cref="PersonalKind.Members"/>: the names of those that identify.</param>
[AttributeUsage(AttributeTargets.Property, Inherited = false)]
public sealed class PersonalAttribute(PersonalKind kind, params string[] members) : Attribute
{
    /// <summary>Stands where a value was, and may not be missing.</summary>
    public const string Erased = "erased";

    public PersonalKind Kind => kind;
    public IReadOnlyList<string> Members { get; } = members;

    /// <summary>What stands there afterwards, where the column may not be empty.</summary>
    public string Instead { get; init; } = Erased;
}
