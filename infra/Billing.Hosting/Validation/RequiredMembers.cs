using System.Reflection;
using System.Runtime.CompilerServices;

namespace Billing.Hosting.Validation;

/// <summary>
/// The members that a contract marks as required. A reference or an id that is not there is missing; a number that was
/// left out reads as zero, which the message's validator has to judge.
/// </summary>
static class RequiredMembers<T>
{
    static readonly PropertyInfo[] Members = typeof(T).IsInterface ? [] :
        [.. typeof(T).GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(property => property.IsDefined(typeof(RequiredMemberAttribute)))
            .Where(property => property.PropertyType == typeof(Guid) || IsNeverNull(property))];

    public static IReadOnlyList<string> MissingIn(T message) =>
        Members.Length == 0 ? []
        : [.. Members.Where(member => IsMissing(member.GetValue(message))).Select(member => member.Name)];

    static bool IsMissing(object? value) => value is null || (value is Guid id && id == Guid.Empty);

    static bool IsNeverNull(PropertyInfo property) =>
        !property.PropertyType.IsValueType && new NullabilityInfoContext().Create(property).WriteState == NullabilityState.NotNull;
}
