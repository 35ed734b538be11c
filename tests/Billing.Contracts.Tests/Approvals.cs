using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Billing.Contracts.Tests;

/// <summary>
/// The contracts of each release, a folder for each. <c>hashes.txt</c> has the hash of every file; <c>releases.txt</c> names the versions that are released,
/// each with the hash of its lines in <c>hashes.txt</c>. From then on the folder and its lines stay as they are.
/// </summary>
sealed class Approvals(string folder)
{
    string Hashes => Path.Combine(folder, "hashes.txt");

    string Releases => Path.Combine(folder, "releases.txt");

    /// <summary>From the oldest to the newest.</summary>
    public IReadOnlyList<string> Versions => !Directory.Exists(folder) ? [] :
        [.. Directory.EnumerateDirectories(folder).Select(path => Path.GetFileName(path)).OrderBy(System.Version.Parse)];

    public bool IsReleased(string version) => Released().ContainsKey(version);

    public IReadOnlyList<ApprovedContract> Of(string version) =>
        [.. FilesOf(version).Select(file => ApprovedContract.Read(File.ReadAllText(Path.Combine(folder, version, file))))];

    /// <summary>What was done to the approved files since they were approved; a sentence for each.</summary>
    public IReadOnlyList<string> Edits() => [.. Versions.Union(Listed().Keys).Union(Released().Keys).SelectMany(EditsOf)];

    /// <summary>Writes the contracts of a version that is not released yet, in place of what was there.</summary>
    /// <exception cref="InvalidOperationException">It is released.</exception>
    public void Approve(string version, IEnumerable<Contract> contracts)
    {
        if (IsReleased(version))
            throw new InvalidOperationException($"Version {version} is released, and what was released never changes. "
                + "Raise <Version> in Directory.Build.props, and approve the contracts of the next one.");
        var place = Path.Combine(folder, version);
        if (Directory.Exists(place))
            Directory.Delete(place, recursive: true);
        Directory.CreateDirectory(place);
        foreach (var contract in contracts.Select(ApprovedContract.Of))
            File.WriteAllText(Path.Combine(place, contract.FileName), contract.Write());
        var others = Listed().Where(listed => listed.Key != version).SelectMany(listed => listed.Value);
        File.WriteAllLines(Hashes, others.Concat(FilesOf(version).Select(file => LineOf(version, file))));
    }

    /// <summary>From now on the version is as it is.</summary>
    public void Release(string version)
    {
        if (!IsReleased(version))
            File.AppendAllLines(Releases, [$"{version} {SealOf(version)}"]);
    }

    IEnumerable<string> EditsOf(string version)
    {
        var released = Released().GetValueOrDefault(version);
        var instead = released is null ? "run ./billing contracts approve: it is not released yet"
            : "take it back (git checkout); what is new belongs to the next version";
        var (listed, there) = (Listed().GetValueOrDefault(version) ?? [], FilesOf(version).Select(file => LineOf(version, file)).ToList());
        foreach (var line in listed.Except(there))
            yield return $"{line[66..]} is not as it was approved, or not there any more. An approved file is never edited: {instead}.";
        foreach (var line in there.Except(listed).Where(line => !listed.Exists(other => other[66..] == line[66..])))
            yield return $"{line[66..]} was never approved: {instead}.";
        if (released is not null && released != SealOf(version))
            yield return $"The lines of {version} in hashes.txt are not those that were released. That list only grows: {instead}.";
    }

    Dictionary<string, List<string>> Listed() => !File.Exists(Hashes) ? [] :
        File.ReadLines(Hashes).GroupBy(line => line[66..].Split('/')[0]).ToDictionary(version => version.Key, version => version.ToList());

    Dictionary<string, string> Released() => !File.Exists(Releases) ? [] :
        File.ReadLines(Releases).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(' '))
            .ToDictionary(line => line[0], line => line[1]);

    string SealOf(string version) => HashOf(Encoding.UTF8.GetBytes(string.Join('\n', Listed().GetValueOrDefault(version) ?? [])));

    IEnumerable<string> FilesOf(string version) => !Directory.Exists(Path.Combine(folder, version)) ? [] :
        Directory.EnumerateFiles(Path.Combine(folder, version)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    /// <summary>The hash, two blanks, the file: as <c>sha256sum</c> writes and checks it.</summary>
    string LineOf(string version, string file) =>
        string.Create(CultureInfo.InvariantCulture, $"{HashOf(File.ReadAllBytes(Path.Combine(folder, version, file)))}  {version}/{file}");

    static string HashOf(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
