using System.ComponentModel.DataAnnotations;

namespace Billing.Console.Settings;

/// <summary>
/// A provider of OpenID Connect that knows who people are. None when nothing of it is set. Whoever reads it checks that it is whole.
/// </summary>
public sealed class OpenIdConnectOptions
{
    /// <summary>The provider's address, as it names itself in its tokens: https, but for one on this machine.</summary>
    public Uri? Authority { get; set; }

    /// <summary>Name of the console at the provider.</summary>
    public string? ClientId { get; set; }

    /// <summary>The secret that the provider gave the console.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>What the sign-in page calls the provider.</summary>
    [StringLength(60, MinimumLength = 1)]
    public string Label { get; set; } = "OpenID Connect";

    /// <summary>Claim of the identity token whose values say what a person may.</summary>
    [Required]
    public string RightsClaim { get; set; } = "groups";

    /// <summary>Claim of the identity token under which the audit trail names a person; without it, <c>sub</c>.</summary>
    [Required]
    public string NameClaim { get; set; } = "preferred_username";

    /// <summary>Scopes that are asked for beside <c>openid</c>, separated by blanks.</summary>
    public string Scopes { get; set; } = "profile";

    /// <summary>By right (Read, Operate, Money, Personal, or All): the values of the claim that give it, separated by commas.</summary>
    public Dictionary<string, string> Rights { get; } = [];
}
