namespace Billing.Contracts.Tests.MadeUp;

public enum Colours { Red, Green }

public enum MoreColours { Red, Green, Blue }

public enum FewerColours { Red }

public enum TurnedColours { Green, Red }

public sealed record Part
{
    public required string Name { get; init; }
    public Colours Colour { get; init; }
}

/// <summary>As it was approved.</summary>
public sealed record Told
{
    public required decimal Amount { get; init; }
    public string? Note { get; init; }
    public int Count { get; init; }
    public Part? Part { get; init; }
}

public sealed record ToldWithMore
{
    public required decimal Amount { get; init; }
    public string? Note { get; init; }
    public int Count { get; init; }
    public Part? Part { get; init; }
    public string? More { get; init; }
}

public sealed record ToldWithMoreRequired
{
    public required decimal Amount { get; init; }
    public string? Note { get; init; }
    public int Count { get; init; }
    public Part? Part { get; init; }
    public required string Currency { get; init; }
}

public sealed record ToldWithout
{
    public string? Note { get; init; }
    public int Count { get; init; }
    public Part? Part { get; init; }
}

public sealed record ToldRenamed
{
    public required decimal Sum { get; init; }
    public string? Note { get; init; }
    public int Count { get; init; }
    public Part? Part { get; init; }
}

public sealed record ToldAsText
{
    public required string Amount { get; init; }
    public string? Note { get; init; }
    public int Count { get; init; }
    public Part? Part { get; init; }
}

public sealed record ToldInParts
{
    public required decimal Amount { get; init; }
    public string[]? Note { get; init; }
    public int Count { get; init; }
    public Part? Part { get; init; }
}

public sealed record ToldWithRequiredNote
{
    public required decimal Amount { get; init; }
    public required string Note { get; init; }
    public int Count { get; init; }
    public Part? Part { get; init; }
}

public sealed record ToldWithOptionalAmount
{
    public decimal Amount { get; init; }
    public string? Note { get; init; }
    public int Count { get; init; }
    public Part? Part { get; init; }
}

public sealed record ToldWithRequiredCount
{
    public required decimal Amount { get; init; }
    public string? Note { get; init; }
    public required int Count { get; init; }
    public Part? Part { get; init; }
}

public sealed record ToldInSecret
{
    public required decimal Amount { get; init; }

    [Confidential]
    public string? Note { get; init; }

    public int Count { get; init; }
    public Part? Part { get; init; }
}
