using Billing.SeatRefresh.Members;
using Billing.SeatRefresh.Namespaces;
using Billing.SeatRefresh.Seats;
using Xunit;

namespace Billing.SeatRefresh.Tests.Counting;

/// <summary>The examples of the rule, by name. That the query agrees is shown on generated trees.</summary>
public sealed class When_a_tree_is_counted
{
    //   acme                      partners
    //    |- acme/web               |- partners/inner     (invited into acme/web)
    //        |- acme/web/deep          |- partners/inner/below
    static readonly NamespaceNode[] Nodes =
    [
        Node("acme"), Node("acme/web", "acme"), Node("acme/web/deep", "acme/web"),
        Node("partners"), Node("partners/inner", "partners"), Node("partners/inner/below", "partners/inner"), Node("elsewhere")
    ];

    static readonly Invitation[] Invited = [new() { NamespaceId = "acme/web", GroupId = "partners/inner", Active = true }];

    static NamespaceNode Node(string id, string? parent = null) => new() { NamespaceId = id, ParentId = parent, Kind = "group" };

    static Membership Member(string at, string user, string role = "developer", string state = "active", bool bot = false, bool raised = false) =>
        new() { NamespaceId = at, UserId = user, Role = role, State = state, Bot = bot, Raised = raised };

    static IEnumerable<string> Seats(Membership[] members, bool guestsAreFree = false, Invitation[]? invitations = null, Person[]? people = null) =>
        BillableSeats.Of("acme", new MembershipFacts(Nodes, invitations ?? Invited, members, people ?? []), guestsAreFree).Order();

    [Fact]
    public void Should_count_members_of_the_namespace_and_of_all_below_it_each_once() =>
        Assert.Equal(["ann", "bob", "cid"], Seats(
            [Member("acme", "ann"), Member("acme/web", "bob"), Member("acme/web/deep", "cid"), Member("acme/web/deep", "ann"), Member("elsewhere", "dan")]));

    [Fact]
    public void Should_count_an_invited_group_and_those_above_it_but_not_those_below() =>
        Assert.Equal(["pia", "top"], Seats([Member("partners/inner", "pia"), Member("partners", "top"), Member("partners/inner/below", "low")]));

    [Fact]
    public void Should_not_count_a_group_whose_invitation_was_taken_back() =>
        Assert.Empty(Seats([Member("partners/inner", "pia")], invitations: [new() { NamespaceId = "acme/web", GroupId = "partners/inner", Active = false }]));

    /// <summary>Two of partners are invited as guests: on a plan with free guests neither counts, whatever they are in their group, raised or not.</summary>
    [Fact]
    public void Should_count_a_group_by_the_role_that_its_invitation_gives()
    {
        Invitation[] As(string? role) => [new() { NamespaceId = "acme/web", GroupId = "partners/inner", Active = true, Role = role }];
        Membership[] members = [Member("partners/inner", "pia"), Member("partners", "top", role: "guest", raised: true), Member("acme", "ann")];
        Assert.Equal(["ann", "pia", "top"], Seats(members, guestsAreFree: true, As(null)));
        Assert.Equal(["ann", "pia", "top"], Seats(members, guestsAreFree: true, As("reporter")));
        Assert.Equal(["ann"], Seats(members, guestsAreFree: true, As("guest")));
        Assert.Equal(["ann"], Seats(members, guestsAreFree: true, As("minimal_access")));
        Assert.Equal(["ann", "pia", "top"], Seats(members, guestsAreFree: false, As("guest")));
        // invited twice: the higher role counts
        Assert.Equal(["ann", "pia", "top"], Seats(members, guestsAreFree: true,
            [.. As("guest"), new Invitation { NamespaceId = "acme", GroupId = "partners/inner", Active = true, Role = "planner" }]));
    }

    [Fact]
    public void Should_count_a_guest_but_where_guests_are_free()
    {
        Membership[] members = [Member("acme", "ann"), Member("acme", "gus", role: "guest")];
        Assert.Equal(["ann", "gus"], Seats(members));
        Assert.Equal(["ann"], Seats(members, guestsAreFree: true));
    }

    [Fact]
    public void Should_count_a_guest_whom_a_custom_role_raises() =>
        Assert.Equal(["gus"], Seats([Member("acme", "gus", role: "guest", raised: true)], guestsAreFree: true));

    [Fact]
    public void Should_count_a_free_guest_who_works_elsewhere_in_the_tree() =>
        Assert.Equal(["gus"], Seats([Member("acme", "gus", role: "guest"), Member("acme/web", "gus")], guestsAreFree: true));

    [Fact]
    public void Should_not_count_bots_nor_those_who_wait_or_are_blocked() =>
        Assert.Equal(["ann"], Seats(
            [Member("acme", "ann"), Member("acme", "robot", bot: true), Member("acme", "builder"), Member("acme", "new", state: "awaiting"),
                Member("acme", "out", state: "blocked"), Member("acme", "shut")],
            people: [new Person { UserId = "builder", Bot = true, Blocked = false }, new Person { UserId = "shut", Bot = false, Blocked = true }]));

    [Fact]
    public void Should_not_count_anywhere_who_is_banned_in_the_root() =>
        Assert.Empty(Seats([Member("acme", "eve", state: "banned"), Member("acme/web", "eve"), Member("partners", "eve")]));

    [Fact]
    public void Should_count_who_is_banned_in_a_project_only_and_works_in_another() =>
        Assert.Equal(["eve"], Seats([Member("acme/web", "eve", state: "banned"), Member("acme/web/deep", "eve")]));
}
