using Billing.Contracts.Seats.V1;

namespace Billing.Cli.Importing;

/// <summary>Our own CSV of who works where: namespaces, invitations, users, memberships and subscriptions, one to a line.</summary>
public static class SeatFiles
{
    const string NamespaceKey = "the namespace's key";
    const string UserKey = "the user's key";

    public static IEnumerable<ImportRow<RegisterNamespace>> ReadNamespaces(TextReader text) =>
        Read(text, ["namespace_id", "kind"], ["parent_id", "changed_at"], fields => fields.Told(new RegisterNamespace
        {
            NamespaceId = fields.Required("namespace_id", NamespaceKey),
            ParentId = fields.Text("parent_id"),
            Kind = fields.Required("kind", SeatRules.Kinds),
            ChangedAt = fields.Instant("changed_at")
        }, (one, members) => one.LeavingOut(members)));

    public static IEnumerable<ImportRow<RecordInvitation>> ReadInvitations(TextReader text) =>
        Read(text, ["namespace_id", "group_id", "state"], ["role", "changed_at"], fields => new RecordInvitation
        {
            NamespaceId = fields.Required("namespace_id", NamespaceKey),
            GroupId = fields.Required("group_id", "the invited group's key"),
            State = fields.Required("state", SeatRules.InvitationStates),
            Role = fields.Text("role"),
            ChangedAt = fields.Instant("changed_at")
        });

    public static IEnumerable<ImportRow<RecordUser>> ReadUsers(TextReader text) =>
        Read(text, ["user_id"], ["blocked", "bot", "changed_at"], fields => new RecordUser
        {
            UserId = fields.Required("user_id", UserKey),
            Blocked = fields.Flag("blocked"),
            Bot = fields.Flag("bot"),
            ChangedAt = fields.Instant("changed_at")
        });

    public static IEnumerable<ImportRow<RecordMembership>> ReadMemberships(TextReader text) =>
        Read(text, ["namespace_id", "user_id", "role", "state"], ["bot", "custom_role", "custom_role_takes_seat", "changed_at"], fields => new RecordMembership
        {
            NamespaceId = fields.Required("namespace_id", NamespaceKey),
            UserId = fields.Required("user_id", UserKey),
            Role = fields.Required("role", SeatRules.Roles),
            State = fields.Required("state", SeatRules.MembershipStates),
            Bot = fields.Flag("bot"),
            CustomRole = fields.Text("custom_role"),
            CustomRoleTakesSeat = fields.Flag("custom_role_takes_seat"),
            ChangedAt = fields.Instant("changed_at")
        });

    public static IEnumerable<ImportRow<RegisterSubscription>> ReadSubscriptions(TextReader text) =>
        Read(text, ["subscription_id", "account_id", "namespace_id", "plan", "seats", "term_start", "term_end"], ["trial", "alert_email", "changed_at"],
            fields => fields.Told(new RegisterSubscription
            {
                SubscriptionId = fields.Required("subscription_id", "the subscription's key"),
                AccountId = fields.Required("account_id", "the customer's key"),
                NamespaceId = fields.Required("namespace_id", NamespaceKey),
                Plan = fields.Required("plan", "a plan code such as premium"),
                Seats = fields.RequiredWhole("seats", SeatRules.Seats),
                Trial = fields.FlagOrNone("trial"),
                TermStart = fields.RequiredDay("term_start"),
                TermEnd = fields.RequiredDay("term_end"),
                AlertEmail = fields.Text("alert_email"),
                ChangedAt = fields.Instant("changed_at")
            }, (one, members) => one.LeavingOut(members)));

    static IEnumerable<ImportRow<T>> Read<T>(TextReader text, string[] required, string[] optional, Func<FieldReader, T> read) where T : class
    {
        using var table = CsvTable.Open(text, required, [.. required, .. optional]);
        foreach (var row in table.Rows(fields => fields.Finish(read(fields), ImportFile.Column)))
            yield return row;
    }
}
