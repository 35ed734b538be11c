using System.Reflection;
using Mono.Cecil;

namespace Billing.Testing;

/// <summary>
/// Holds a service's folders to its floor plan: a folder may use its own storey's types and those of the storeys below, never those above. It reads the compiled
/// assembly, method bodies included, so an arrow is found however it is written. The namespace of a type is its folder. Types in the root namespace
/// (the database context, the composition root) and migrations belong to no storey.
/// </summary>
public static class Storeys
{
    /// <param name="assembly">The service.</param>
    /// <param name="root">Its root namespace, such as <c>Billing.MonthClose</c>.</param>
    /// <param name="fromTheBottom">One text for each storey: a folder, or several that stand side by side and use each other not at all, as <c>"Accounts, Money"</c>.
    /// A folder within a folder is written with a dot.</param>
    /// <returns>One line for each arrow that runs up or sideways, and for each folder that has no storey or that does not exist.</returns>
    public static IReadOnlyList<string> Check(Assembly assembly, string root, IReadOnlyList<string> fromTheBottom)
    {
        var plan = fromTheBottom.SelectMany((storey, number) => storey.Split(',', StringSplitOptions.TrimEntries).Select(folder => (folder, number)))
            .ToDictionary(place => place.folder, place => place.number, StringComparer.Ordinal);
        using var module = ModuleDefinition.ReadModule(assembly.Location);
        var types = module.GetTypes().Where(type => FolderOf(type, root) is { Length: > 0 } folder && !folder.StartsWith("Migrations.", StringComparison.Ordinal)).ToList();
        var folders = types.Select(type => FolderOf(type, root)!).ToHashSet(StringComparer.Ordinal);
        var arrows = from type in types
                     let own = FolderOf(type, root)!
                     from used in UsedBy(type)
                     let to = FolderOf(used, root)
                     where to is { Length: > 0 } && to != own && plan.ContainsKey(own) && plan.ContainsKey(to) && plan[to] >= plan[own]
                     select $"{own} must not use {to}: {Outermost(type).Name} uses {Outermost(used).Name}";
        return
        [
            .. folders.Where(folder => !plan.ContainsKey(folder)).Order(StringComparer.Ordinal).Select(folder => $"{folder} has no storey"),
            .. plan.Keys.Where(folder => !folders.Contains(folder)).Order(StringComparer.Ordinal).Select(folder => $"{folder} has a storey and no type"),
            .. arrows.Distinct().Order(StringComparer.Ordinal)
        ];
    }

    /// <summary>Empty for the root namespace, null for a type of another assembly.</summary>
    static string? FolderOf(TypeReference type, string root)
    {
        var space = Outermost(type).Namespace;
        return space == root ? "" : space.StartsWith(root + ".", StringComparison.Ordinal) ? space[(root.Length + 1)..] : null;
    }

    static TypeReference Outermost(TypeReference type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    static IEnumerable<TypeReference> UsedBy(TypeDefinition type) => Raw(type).OfType<TypeReference>().SelectMany(Parts);

    static IEnumerable<TypeReference?> Raw(TypeDefinition type) =>
    [
        type.BaseType,
        .. type.Interfaces.Select(x => x.InterfaceType),
        .. type.Fields.Select(x => x.FieldType),
        .. type.Properties.Select(x => x.PropertyType),
        .. type.GenericParameters.SelectMany(x => x.Constraints).Select(x => x.ConstraintType),
        .. AttributesOf(type),
        .. type.Methods.SelectMany(InMethod)
    ];

    static IEnumerable<TypeReference?> InMethod(MethodDefinition method) =>
    [
        method.ReturnType,
        .. method.Parameters.Select(x => x.ParameterType),
        .. method.GenericParameters.SelectMany(x => x.Constraints).Select(x => x.ConstraintType),
        .. AttributesOf(method),
        .. method.HasBody ? method.Body.Variables.Select(x => x.VariableType) : [],
        .. method.HasBody ? method.Body.Instructions.SelectMany(x => Operand(x.Operand)) : []
    ];

    static IEnumerable<TypeReference?> Operand(object? operand) => operand switch
    {
        TypeReference type => [type],
        FieldReference field => [field.DeclaringType, field.FieldType],
        MethodReference method =>
        [
            method.DeclaringType, method.ReturnType, .. method.Parameters.Select(x => x.ParameterType),
            .. method is GenericInstanceMethod generic ? generic.GenericArguments : []
        ],
        _ => []
    };

    static IEnumerable<TypeReference?> AttributesOf(Mono.Cecil.ICustomAttributeProvider provider) => provider.CustomAttributes.Select(x => x.AttributeType);

    /// <summary>A list of charges uses the list and the charge.</summary>
    static IEnumerable<TypeReference> Parts(TypeReference type) => type switch
    {
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Append(generic.ElementType),
        TypeSpecification wrapped => Parts(wrapped.ElementType),
        GenericParameter => [],
        _ => [type]
    };
}
