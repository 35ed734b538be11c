using System.Globalization;

namespace Billing.Chaos;

/// <summary>
/// What a startup hook does in every service (Billing.Chaos.Inside): it names each boundary that the process comes to, and while the switch is on it kills the
/// process at the first one where none has died yet; where one has, now and then. Files are all that the two sides share.
/// </summary>
sealed class Hook
{
    readonly string _switch, _seen, _visited;

    public Hook(string folder)
    {
        _switch = Path.Combine(folder, "armed");
        _seen = Directory.CreateDirectory(Path.Combine(folder, "seen")).FullName;
        _visited = Directory.CreateDirectory(Path.Combine(folder, "visited")).FullName;
        Folder = folder;
    }

    public string Folder { get; }

    /// <summary>It lies beside this program, and is loaded by the services alone.</summary>
    public static string Assembly => Path.Combine(AppContext.BaseDirectory, "Billing.Chaos.Inside.dll");

    public void Arm() => File.WriteAllText(_switch, "");
    public void Disarm() => File.Delete(_switch);

    public int Visited => Directory.GetFiles(_visited).Length;

    public IReadOnlyList<string> Unvisited => [.. Names(_seen).Except(Names(_visited)).Order(StringComparer.Ordinal)];

    public string Words => string.Create(CultureInfo.InvariantCulture, $"{Names(_seen).Count()} boundaries seen, {Visited} died at");

    static IEnumerable<string> Names(string folder) => Directory.GetFiles(folder).Select(File.ReadAllText);

    public IEnumerable<KeyValuePair<string, string>> Settings(Plan plan, TimeSpan clock) =>
    [
        new("DOTNET_STARTUP_HOOKS", Assembly),
        new("ASPNETCORE_HOSTINGSTARTUPASSEMBLIES", "Billing.Chaos.Inside"),
        new("BILLING_CHAOS_FOLDER", Folder),
        new("BILLING_CHAOS_AT", plan.At ?? ""),
        new("BILLING_CHAOS_WITHOUT", plan.Without ?? ""),
        new("BILLING_CHAOS_CLOCK", clock.ToString("c", CultureInfo.InvariantCulture))
    ];
}
