using System.Security.Claims;
using Billing.Console.Settings;
using Billing.Hosting;
using Billing.Hosting.Http;

namespace Billing.Console.Viewing;

/// <summary>The provider of OpenID Connect as the settings have it, and what its word is worth here.</summary>
sealed class Provider
{
    public const string Section = $"{ConsoleOptions.Section}:OpenIdConnect";

    /// <summary>Letters of a name that are kept: it is shown on every page, and stands in the audit trail.</summary>
    const int LongestName = 100;

    readonly IReadOnlyDictionary<string, Rights> _rights;

    Provider(OpenIdConnectOptions settings, IReadOnlyDictionary<string, Rights> rights) => (Settings, _rights) = (settings, rights);

    public OpenIdConnectOptions Settings { get; }

    /// <summary>True for one on this machine: its answers travel no network.</summary>
    public bool MayBeInClear => Loopback.IsThisMachine(Settings.Authority!.Host);

    /// <returns>Null when nothing of it is set.</returns>
    /// <exception cref="SettingsException">Only a part of it is set, or some of it is wrong.</exception>
    public static Provider? Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        if (!section.Exists())
            return null;
        var settings = section.Get<OpenIdConnectOptions>() ?? new OpenIdConnectOptions();
        var missing = new[] { (nameof(settings.Authority), settings.Authority?.ToString()), (nameof(settings.ClientId), settings.ClientId),
                (nameof(settings.ClientSecret), settings.ClientSecret), (nameof(settings.Rights), settings.Rights.Count > 0 ? "some" : null) }
            .Where(part => string.IsNullOrWhiteSpace(part.Item2)).Select(part => $"{Section}:{part.Item1}").ToList();
        if (missing.Count > 0)
            throw new SettingsException($"{string.Join(", ", missing)} {(missing.Count == 1 ? "is" : "are")} not set, and other settings of {Section} are; "
                + "expected all of Authority, ClientId, ClientSecret and Rights, or none of the section.");
        var authority = settings.Authority!;
        if (!authority.IsAbsoluteUri
            || !(authority.Scheme == Uri.UriSchemeHttps || (authority.Scheme == Uri.UriSchemeHttp && Loopback.IsThisMachine(authority.Host))))
            throw new SettingsException($"{Section}:Authority is \"{authority}\"; expected an https address, or an http address of this machine.");
        return new Provider(settings, RightsOf(settings));
    }

    static Dictionary<string, Rights> RightsOf(OpenIdConnectOptions settings)
    {
        var rights = new Dictionary<string, Rights>(StringComparer.Ordinal);
        foreach (var (word, values) in settings.Rights)
        {
            var right = HttpKeys.RightsOf($"{Section}:Rights", word);
            foreach (var value in values.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                rights[value] = rights.GetValueOrDefault(value) | right;
        }

        return rights;
    }

    /// <summary>Who the provider says it is, and what that gives him here: nothing, unless a value of the claim is known.</summary>
    public Caller ViewerOf(ClaimsPrincipal told)
    {
        var rights = told.FindAll(Settings.RightsClaim).Aggregate(Rights.None, (sum, claim) => sum | _rights.GetValueOrDefault(claim.Value));
        var name = new[] { told.FindFirstValue(Settings.NameClaim), told.FindFirstValue("sub") }.FirstOrDefault(text => !string.IsNullOrWhiteSpace(text))
            ?? "nameless";
        var clean = new string([.. name.Trim().Where(letter => !char.IsControl(letter))]);
        return new Caller(clean.Length > LongestName ? clean[..LongestName] : clean, rights);
    }
}

/// <summary>How one comes in: with a key, by the provider, or, where neither is set, from this machine alone.</summary>
sealed record Entrance(HttpKeys Keys, Provider? Provider)
{
    /// <summary>One has to sign in.</summary>
    public bool IsLocked => Keys.AreSet || Provider is not null;
}
