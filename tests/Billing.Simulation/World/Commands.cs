using System.Text.RegularExpressions;

namespace Billing.Simulation.World;

/// <summary>The commands of people that bear a key of their own, and those that were refused.</summary>
sealed partial class Commands
{
    readonly HashSet<(string Command, string Key)> _given = [];
    readonly HashSet<string> _refused = [];

    /// <summary>Those that were not refused: each has to be seen in the books.</summary>
    public IEnumerable<(string Command, string Key)> Obeyed => _given.Where(one => !_refused.Contains(one.Key));

    public void Clear()
    {
        _given.Clear();
        _refused.Clear();
    }

    public void Heard(string command, string body)
    {
        if (Effects.IsKeyed(command) && KeyIn(body) is { } key)
            _given.Add((command, key));
    }

    public void Refused(string body)
    {
        if (KeyIn(body) is { } key)
            _refused.Add(key);
    }

    static string? KeyIn(string body) => Keys().Match(body) is { Success: true } found ? found.Groups[1].Value : null;

    [GeneratedRegex("\"(act-[0-9]+)\"")]
    private static partial Regex Keys();
}
