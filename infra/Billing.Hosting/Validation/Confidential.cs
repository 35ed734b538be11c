using Billing.Sealing;
using FluentValidation;

namespace Billing.Hosting.Validation;

/// <summary>How reasons speak of what a contract marks as confidential: they name the member and what was expected, and do not show it.</summary>
public static class Confidential
{
    /// <param name="contract">Whose member it is.</param>
    /// <param name="member">Its name, or a path to it.</param>
    /// <param name="text">What would be shown of any other member.</param>
    public static string Shown(Type contract, string member, string text) =>
        ConfidentialMembers.Of(contract).IsConfidential(member) ? Veiled(text) : text;

    /// <summary>The text when it is too short to tell anything of a person.</summary>
    public static string Veiled(string text) => SealedJson.IsHarmless(text) ? text : "confidential, and not shown";

    /// <summary>Refuses what its sender sealed with a key that is not here.</summary>
    public static IRuleBuilderOptions<T, string?> IsOpen<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(text => !Sealer.IsSealed(text)).Expected("a text in clear, or one that is sealed with a key of this service");
}
