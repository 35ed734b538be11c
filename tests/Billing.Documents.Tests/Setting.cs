using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Billing.Hosting.Validation;

namespace Billing.Documents.Tests;

/// <summary>A setting as the code has it: its name in configuration, its default, and the bounds that its attributes tell.</summary>
sealed record Setting(string Name, string Default, string Bounds)
{
    const string Nothing = "none";

    /// <summary>
    /// Those of every options class: a class with a public constant <c>Section</c> and a constructor without parameters. Parts of it that are classes of ours
    /// are gone into; an entry of a dictionary is written with its key in angle brackets.
    /// </summary>
    public static IReadOnlyList<Setting> AllOf(IEnumerable<Assembly> assemblies) =>
        [.. assemblies.SelectMany(assembly => assembly.GetTypes())
            .Where(type => type is { IsClass: true, IsAbstract: false } && type.Name.EndsWith("Options", StringComparison.Ordinal)
                && type.GetField("Section")?.IsLiteral == true && type.GetConstructor(Type.EmptyTypes) is not null)
            .SelectMany(type => Of((string)type.GetField("Section")!.GetRawConstantValue()!, Activator.CreateInstance(type)!))
            .OrderBy(setting => setting.Name, StringComparer.Ordinal)];

    static IEnumerable<Setting> Of(string path, object options) => options.GetType()
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.SetMethod?.IsPublic == true || IsDictionary(property.PropertyType))
        .SelectMany(property => Of($"{path}:{property.Name}", property, property.GetValue(options)));

    static IEnumerable<Setting> Of(string name, PropertyInfo property, object? value)
    {
        if (IsDictionary(property.PropertyType) && property.PropertyType.GetGenericArguments()[1] is var entry && IsOptions(entry))
            return Of($"{(property.Name == "ByName" ? name[..^":ByName".Length] : name)}:<name>", Activator.CreateInstance(entry)!);
        if (IsOptions(property.PropertyType))
            return Of(name, value ?? Activator.CreateInstance(property.PropertyType)!);
        return [new Setting(IsDictionary(property.PropertyType) ? $"{name}:<name>" : name, Text(value), BoundsOf(property))];
    }

    static bool IsDictionary(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Dictionary<,>);

    static bool IsOptions(Type type) => type is { IsClass: true, IsArray: false } && type.Namespace?.StartsWith("Billing.", StringComparison.Ordinal) == true;

    static string Text(object? value) => value switch
    {
        null or "" => Nothing,
        string name when name == Environment.MachineName => "this machine's name",
        bool yes => yes ? "true" : "false",
        IDictionary entries => List(entries.Keys.Cast<object>().Select(key => $"{key} {Text(entries[key])}")),
        string text => text,
        IEnumerable many => List(many.Cast<object>().Select(Text)),
        TimeSpan time => time.Milliseconds == 0 ? time.ToString() : time.ToString().TrimEnd('0'),
        TimeOnly time => time.ToString("HH:mm", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    static string List(IEnumerable<string> values) => string.Join(", ", values) is { Length: > 0 } list ? list : Nothing;

    static string BoundsOf(PropertyInfo property) => string.Join(", ", new[]
    {
        property.GetCustomAttribute<RequiredAttribute>() is null ? null : "required",
        property.GetCustomAttribute<DurationAttribute>() is { } duration ? $"{duration.Least} to {duration.Most}" : null,
        property.GetCustomAttribute<RangeAttribute>() is { } range ? $"{Text(range.Minimum)} to {Text(range.Maximum)}" : null,
        property.GetCustomAttribute<RegularExpressionAttribute>() is { } pattern ? $"like {pattern.Pattern}" : null,
        property.GetCustomAttribute<StringLengthAttribute>() is { } length ? $"up to {length.MaximumLength} characters" : null,
        property.PropertyType is { IsEnum: true } values ? string.Join(" or ", Enum.GetNames(values)) : null,
    }.OfType<string>());

    /// <summary>The row of <c>docs/settings.md</c>, without the meaning.</summary>
    public override string ToString() => $"`{Name}` | {Default} | {Bounds}";
}
