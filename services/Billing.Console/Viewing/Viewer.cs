using Billing.Hosting.Http;
using Billing.Hosting.Logging;

namespace Billing.Console.Viewing;

/// <summary>Who looks.</summary>
/// <param name="Name">Kept with what he does.</param>
/// <param name="Rights">What he may.</param>
public sealed record Viewer(string Name, Rights Rights)
{
    public bool May(Rights right) => (Rights & right) == right;

    /// <summary>The name of a customer, as he may see it.</summary>
    public string Shown(string name) => May(Rights.Personal) ? name : Masked.Name(name);

    /// <summary>
    /// A page, as he may see it: addresses and telephone numbers of people are masked wherever they stand. A plus sign is written as its number.
    /// </summary>
    public string ShownPage(string html) => May(Rights.Personal) ? html : Masked.Text(html.Replace("&#x2B;", "+", StringComparison.Ordinal));
}

/// <summary>Tells who holds a key. The one place where keys become people.</summary>
public interface IKeyring
{
    /// <summary>Whether there is any key; without one the console hears this machine alone, and whoever sits at it may do everything.</summary>
    bool AsksForKey { get; }

    /// <returns>Null for a key that nobody has.</returns>
    Viewer? Of(string key);
}
