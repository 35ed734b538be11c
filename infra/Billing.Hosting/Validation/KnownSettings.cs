using System.Collections;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Billing.Hosting.Validation;

/// <summary>A key that nobody reads is a typing error, or a setting of another version: the start ends, and tells it.</summary>
public static class KnownSettings
{
    /// <summary>Binds the options to the section, and refuses what the section holds beside them.</summary>
    public static OptionsBuilder<T> BindKnown<T>(this OptionsBuilder<T> options, IConfigurationSection section)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Services.AddSingleton<IValidateOptions<T>>(new Validator<T>(section));
        return options.Bind(section);
    }

    sealed class Validator<T>(IConfigurationSection section) : IValidateOptions<T>
        where T : class
    {
        public ValidateOptionsResult Validate(string? name, T options) =>
            Unknown(section, typeof(T)).ToList() is { Count: > 0 } unknown ? ValidateOptionsResult.Fail(unknown) : ValidateOptionsResult.Success;
    }

    static IEnumerable<string> Unknown(IConfigurationSection section, Type type)
    {
        if (EntryOf(type) is { } entry)
            return IsGroup(entry) ? section.GetChildren().SelectMany(child => Unknown(child, entry)) : [];
        var known = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod?.IsPublic == true || EntryOf(property.PropertyType) is not null)
            .ToDictionary(property => property.Name, property => property.PropertyType, StringComparer.OrdinalIgnoreCase);
        var expected = $"expected one of {string.Join(", ", known.Keys.Order(StringComparer.Ordinal))}";
        return section.GetChildren().SelectMany(child =>
            !known.TryGetValue(child.Key, out var of) ? [$"{child.Path} is set, and there is no such setting; {expected}."]
            : IsGroup(of) || EntryOf(of) is not null ? Unknown(child, of) : []);
    }

    /// <summary>What a dictionary holds.</summary>
    static Type? EntryOf(Type type) => type.IsGenericType && typeof(IDictionary).IsAssignableFrom(type) ? type.GetGenericArguments()[1] : null;

    /// <summary>Settings of ours that have settings.</summary>
    static bool IsGroup(Type type) => type is { IsClass: true, IsArray: false } && type.Namespace?.StartsWith("Billing.", StringComparison.Ordinal) == true;
}
