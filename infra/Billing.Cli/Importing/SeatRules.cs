using System.Text.RegularExpressions;
using Billing.Contracts;
using Billing.Contracts.Seats.V1;
using Billing.Hosting.Texts;

namespace Billing.Cli.Importing;

/// <summary>What the contracts of the seats say of their fields beyond the type. The service checks again, and what only its tables can tell.</summary>
static partial class SeatRules
{
    public const string Kinds = "group or project";
    public const string Roles = "minimal_access, guest, planner, reporter, developer, maintainer or owner";
    public const string MembershipStates = "active, awaiting, blocked, banned or removed";
    public const string InvitationStates = "active or removed";
    public const string Seats = "0 to 10,000,000 seats";
    const string Code = "1 to 64 letters, digits, dots, dashes, underscores, slashes or colons";

    public static IEnumerable<Fault> Check(object message) => message switch
    {
        RegisterNamespace x =>
            [.. Id(nameof(x.NamespaceId), x.NamespaceId), .. x.ParentId is { } parent ? Id(nameof(x.ParentId), parent) : [],
            .. OneOf(nameof(x.Kind), x.Kind, Kinds)],
        RecordInvitation x =>
            [.. Id(nameof(x.NamespaceId), x.NamespaceId), .. Id(nameof(x.GroupId), x.GroupId), .. OneOf(nameof(x.State), x.State, InvitationStates),
            .. x.Role is { } role ? OneOf(nameof(x.Role), role, Roles) : [],
            .. x.GroupId == x.NamespaceId ? One(nameof(x.GroupId), x.GroupId, "another group than the one that it is invited into") : []],
        RecordUser x => Id(nameof(x.UserId), x.UserId),
        RecordMembership x =>
            [.. Id(nameof(x.NamespaceId), x.NamespaceId), .. Id(nameof(x.UserId), x.UserId), .. OneOf(nameof(x.Role), x.Role, Roles),
            .. OneOf(nameof(x.State), x.State, MembershipStates),
            .. x.CustomRole is { } role && (role.Length > 64 || role.Any(char.IsControl))
                ? One(nameof(x.CustomRole), role, "at most 64 characters, none of them a control character") : [],
            .. x is { CustomRoleTakesSeat: true, CustomRole: null } ? One(nameof(x.CustomRoleTakesSeat), "true", "false where there is no custom role") : []],
        RegisterSubscription x =>
            [.. Id(nameof(x.SubscriptionId), x.SubscriptionId), .. Id(nameof(x.AccountId), x.AccountId), .. Id(nameof(x.NamespaceId), x.NamespaceId),
            .. CodeForm().IsMatch(x.Plan) ? [] : One(nameof(x.Plan), x.Plan, Code),
            .. x.Seats is < 0 or > 10_000_000 ? One(nameof(x.Seats), $"{x.Seats}", Seats) : [],
            .. x.AlertEmail is { } email && MailAddress.ToAscii(email) is null
                ? One(nameof(x.AlertEmail), email, MailAddress.Expected) : [],
            .. x.TermStart.Year is < 2000 or >= 2200
                ? One(nameof(x.TermStart), $"{x.TermStart:yyyy-MM-dd}", "a day such as 2026-10-01, between 2000 and 2199") : [],
            .. x.TermEnd.Year >= 2200 ? One(nameof(x.TermEnd), $"{x.TermEnd:yyyy-MM-dd}", "a day such as 2027-09-30, between 2000 and 2199") : [],
            .. x.TermEnd < x.TermStart ? One(nameof(x.TermEnd), $"{x.TermEnd:yyyy-MM-dd}", $"a day not before the first of the term, {x.TermStart:yyyy-MM-dd}")
                : []],
        _ => []
    };

    static Fault[] One(string field, string? value, string expected) => [new Fault(field, value, expected)];

    static Fault[] Id(string field, string value) => ExternalId.IsValid(value) ? [] : One(field, value, ExternalId.Expected);

    static Fault[] OneOf(string field, string value, string words) =>
        words.Replace(" or ", ", ", StringComparison.Ordinal).Split(", ").Contains(value) ? [] : One(field, value, words);

    [GeneratedRegex(@"\A[A-Za-z0-9._:/\-]{1,64}\z")]
    private static partial Regex CodeForm();
}
