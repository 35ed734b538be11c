namespace Billing.Console.Viewing;

/// <summary>What somebody may do.</summary>
[Flags]
public enum Rights
{
    None = 0,

    /// <summary>Look.</summary>
    Read = 1,

    /// <summary>Pause, resume, replay, run now: what moves no money by itself.</summary>
    Operate = 2,

    /// <summary>What moves money: charge again, write off, cancel a run.</summary>
    Money = 4,

    /// <summary>See addresses of people.</summary>
    Personal = 8,

    All = Read | Operate | Money | Personal
}

/// <summary>Who looks.</summary>
/// <param name="Name">Kept with what he does.</param>
/// <param name="Rights">What he may.</param>
public sealed record Viewer(string Name, Rights Rights)
{
    public bool May(Rights right) => (Rights & right) == right;
}

/// <summary>Tells who holds a key. The one place where keys become people.</summary>
public interface IKeyring
{
    /// <summary>Whether there is any key; without one the console hears this machine alone, and whoever sits at it may do everything.</summary>
    bool AsksForKey { get; }

    /// <returns>Null for a key that nobody has.</returns>
    Viewer? Of(string key);
}
