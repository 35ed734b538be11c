using System.Reflection;
using FluentValidation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Billing.Hosting.Validation;

/// <summary>Finds validators, and gives rules the words of a rejection.</summary>
public static class ValidatorSetup
{
    /// <summary>Registers every validator of the assembly. They are pure and shared.</summary>
    public static IServiceCollection AddValidatorsFrom(this IServiceCollection services, Assembly assembly)
    {
        foreach (var validator in AssemblyScanner.FindValidatorsInAssembly(assembly, includeInternalTypes: true))
            services.TryAddEnumerable(ServiceDescriptor.Singleton(validator.InterfaceType, validator.ValidatorType));
        return services;
    }

    /// <summary>
    /// Says what the rule expects: <c>RuleFor(x => x.Currency).Matches("^[A-Z]{3}$").Expected("an ISO 4217 code of three capital letters")</c>.
    /// </summary>
    public static IRuleBuilderOptions<T, TProperty> Expected<T, TProperty>(this IRuleBuilderOptions<T, TProperty> rule, string expected) =>
        rule.WithMessage($"expected {expected.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal)}");
}
