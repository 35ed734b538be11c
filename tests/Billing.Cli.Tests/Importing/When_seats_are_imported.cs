using Billing.Cli.Bus;
using Billing.Cli.Importing;
using Billing.Contracts.Seats.V1;
using Billing.Testing;
using MassTransit;

namespace Billing.Cli.Tests.Importing;

public sealed class When_seats_are_imported
{
    [Fact]
    public void Should_read_every_field_of_a_membership() =>
        Assert.Equal(new RecordMembership
        {
            NamespaceId = "acme/web",
            UserId = "ann",
            Role = "guest",
            State = "active",
            Bot = true,
            CustomRole = "auditor",
            CustomRoleTakesSeat = true,
            ChangedAt = DateTimeOffset.Parse("2026-10-01T12:00:00Z")
        }, Assert.Single(SeatFiles.ReadMemberships(new StringReader(
            "namespace_id,user_id,role,state,bot,custom_role,custom_role_takes_seat,changed_at\nacme/web,ann,guest,active,true,auditor,true,2026-10-01T12:00:00Z\n")).ToList()).Value);

    [Fact]
    public void Should_read_every_field_of_the_others()
    {
        Assert.Equal(new RegisterSubscription
        {
            SubscriptionId = "s1",
            AccountId = "a1",
            NamespaceId = "n1",
            Plan = "premium",
            Seats = 5,
            Trial = true,
            TermStart = new(2026, 1, 1),
            TermEnd = new(2026, 12, 31),
            AlertEmail = "a@b.example",
            ChangedAt = DateTimeOffset.Parse("2026-10-01T12:00:00Z")
        }, Assert.Single(SeatFiles.ReadSubscriptions(new StringReader(
            "subscription_id,account_id,namespace_id,plan,seats,trial,term_start,term_end,alert_email,changed_at\ns1,a1,n1,premium,5,true,2026-01-01,2026-12-31,a@b.example,2026-10-01T12:00:00Z\n")).ToList()).Value);
        Assert.Equal(new RegisterNamespace { NamespaceId = "n1/p", ParentId = "n1", Kind = "project" },
            Assert.Single(SeatFiles.ReadNamespaces(new StringReader("namespace_id,parent_id,kind\nn1/p,n1,project\n")).ToList()).Value);
        Assert.Equal(new RecordInvitation { NamespaceId = "n1", GroupId = "g1", State = "removed", Role = "guest" },
            Assert.Single(SeatFiles.ReadInvitations(new StringReader("namespace_id,group_id,state,role\nn1,g1,removed,guest\n")).ToList()).Value);
        Assert.Equal(new RecordUser { UserId = "u1", Blocked = true },
            Assert.Single(SeatFiles.ReadUsers(new StringReader("user_id,blocked,bot\nu1,true,\n")).ToList()).Value);
    }

    [Theory]
    [InlineData("a\u200Bb,ann,guest,active,", "namespace_id: 'a\\u200bb', expected 1 to 256 printable characters")]
    [InlineData("n,,guest,active,", "user_id: empty, expected the user's key")]
    [InlineData("n,ann,boss,active,", "role: 'boss', expected minimal_access, guest, planner, reporter, developer, maintainer or owner")]
    [InlineData("n,ann,guest,here,", "state: 'here', expected active, awaiting, blocked, banned or removed")]
    [InlineData("n,ann,guest,active,true", "custom_role_takes_seat: 'true', expected false where there is no custom role")]
    public void Should_say_what_is_wrong_with_a_row_and_read_the_rest(string bad, string says)
    {
        var rows =
            SeatFiles.ReadMemberships(
            new StringReader($"namespace_id,user_id,role,state,custom_role_takes_seat\nn,before,guest,active,\n{bad}\nn,after,guest,active,\n")).ToList();
        Assert.Equal(["before", null, "after"], rows.Select(row => row.Value?.UserId));
        Assert.Equal(3, rows[1].Line);
        Assert.Contains(rows[1].Faults, fault => fault.ToString().Contains(says, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("s,a,n,premium,many,2026-01-01,2026-12-31", "seats: 'many', expected a whole number")]
    [InlineData("s,a,n,premium,,2026-01-01,2026-12-31", "seats: empty, expected 0 to 10,000,000 seats")]
    [InlineData("s,a,n,premium,5,,2026-12-31", "term_start: empty, expected a day such as 2026-10-31")]
    [InlineData("s,a,n,premium,5,2026-01-01,2025-12-31", "term_end: '2025-12-31', expected a day not before the first of the term, 2026-01-01")]
    [InlineData("s,a,n,premium,5,1026-01-01,2026-12-31", "term_start: '1026-01-01', expected a day such as 2026-10-01, between 2000 and 2199")]
    [InlineData("s,a,n,premium,5,2026-01-01,20260-12-31", "term_end: '20260-12-31', expected a day such as 2026-10-31")]
    public void Should_say_what_is_wrong_with_a_subscription(string bad, string says) =>
        Assert.Contains(
            Assert.Single(
            SeatFiles.ReadSubscriptions(new StringReader($"subscription_id,account_id,namespace_id,plan,seats,term_start,term_end\n{bad}\n")).ToList()).Faults,
            fault => fault.ToString().Contains(says, StringComparison.Ordinal));

    [Fact]
    public void Should_say_what_is_wrong_with_an_address_for_alerts() =>
        Assert.Equal("alert_email: 'billing.example', expected an e-mail address such as billing@example.com",
            Assert.Single(Assert.Single(SeatFiles.ReadSubscriptions(new StringReader(
            "subscription_id,account_id,namespace_id,plan,seats,term_start,term_end,alert_email\ns,a,n,premium,5,2026-01-01,2026-12-31,billing.example\n")).ToList()).Faults).ToString());

    [Fact]
    public void Should_say_how_many_lines_a_quote_that_is_never_closed_has_taken()
    {
        var rows =
            SeatFiles.ReadMemberships(
            new StringReader(
            "namespace_id,user_id,role,state\nn,ann,guest,active\nn,bob,\"guest,active\r\nn,cid,guest,active\r\nn,dan,guest,active\r\n")).ToList();
        Assert.Equal([(2, true), (3, false)], rows.Select(row => ((int)row.Line, row.IsGood)));
        Assert.Equal(
            "row: 'n,bob,\"guest,active\\u000d\\u000an,cid,guest,active\\u000d\\u000an,dan,guest,active\\u000d\\u000a', expected quotes around whole fields, doubled inside (UnterminatedQuote; 2 more lines were taken for a part of it, and not read)",
            Assert.Single(rows[1].Faults).ToString());
    }

    /// <summary>Neither may stop the rows around it.</summary>
    [Theory]
    [InlineData("\\u0000", "CustomRole: 'a\\u0000', expected at most 64 characters, none of them a control character")]
    [InlineData("\\ud800", "expected texts of whole characters")]
    public void Should_refuse_a_text_that_no_database_can_hold(string letter, string says)
    {
        var good = """{"namespaceId":"n","userId":"ann","role":"guest","state":"active"}""";
        var bad = $$"""{"namespaceId":"n","userId":"bob","role":"guest","state":"active","customRole":"a{{letter}}"}""";
        var rows = ImportFile.ReadNdjson<RecordMembership>(new StringReader($"{good}\n{bad}\n{good}\n")).ToList();
        Assert.Equal([true, false, true], rows.Select(row => row.IsGood));
        Assert.Contains(says, Assert.Single(rows[1].Faults).ToString(), StringComparison.Ordinal);
    }

    /// <summary>The service takes what is good, and says of what only it can know why it was not: the person reads the line of the file.</summary>
    [Fact]
    public async Task Should_tell_by_its_line_of_a_row_that_the_service_refuses()
    {
        await using var host = await TestVirtualHost.CreateAsync("cli");
        var service = MassTransit.Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(TestVirtualHost.Host, TestVirtualHost.Port, host.Name, h =>
            {
                h.Username(TestVirtualHost.Username);
                h.Password(TestVirtualHost.Password);
            });
            rabbit.ReceiveEndpoint("pretended-seats", endpoint => endpoint.Handler<RegisterNamespaces>(context => context.Publish(new SeatRecordsTaken
            {
                Reference = context.Message.Reference,
                What = "namespaces",
                Taken = context.Message.Namespaces.Length - context.Message.Namespaces.Count(x => x.NamespaceId == "ring"),
                Unchanged = 0,
                Rejected =
                    [.. context.Message.Namespaces.Index().Where(x => x.Item.NamespaceId == "ring").Select(
                    x => new RejectedSeatRecord { Index = x.Index, Key = "ring", Reasons = ["ParentId is \"ring\"; expected another."] })]
            })));
        });
        await service.StartAsync();
        try
        {
            await using var bus = await BillingBus.ConnectAsync(new UriBuilder(TestServers.RabbitMq) { Path = host.Name }.Uri, CancellationToken.None);
            var said = new List<string>();
            var report = new ImportReport(said.Add);
            var file = $"namespace_id,kind\n{string.Concat(Enumerable.Range(0, 700).Select(i => $"n{i},group\n"))}ring,group\nbad\u200Bone,group\n";
            var (taken, _) = await new AnsweredImport(bus, TimeProvider.System)
                .RunAsync("namespaces", "tree.csv", report.GoodRowsOf(SeatFiles.ReadNamespaces(new StringReader(file))),
                x => x.NamespaceId, (rows, reference) => new RegisterNamespaces { Namespaces = rows, Reference = reference }, report, CancellationToken.None);

            Assert.Equal((700, 700, 2), (taken, report.Good, report.Bad));
            Assert.Contains("line 702, ParentId is \"ring\"; expected another.", said);
            Assert.Contains(said, line => line.StartsWith("line 703, namespace_id: 'bad\\u200bone', expected", StringComparison.Ordinal));
        }
        finally
        {
            await service.StopAsync();
        }
    }

    /// <summary>
    /// ann is a guest in the first line and an owner in the last. The service is at work on several deliveries at once; the later line counts all the same.
    /// </summary>
    [Fact]
    public async Task Should_tell_of_the_same_thing_again_only_when_the_first_word_was_taken()
    {
        await using var host = await TestVirtualHost.CreateAsync("cli");
        var (othersHeard, answered, tooEarly) = (false, false, false);
        var service = MassTransit.Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(TestVirtualHost.Host, TestVirtualHost.Port, host.Name, h =>
            {
                h.Username(TestVirtualHost.Username);
                h.Password(TestVirtualHost.Password);
            });
            rabbit.ReceiveEndpoint("pretended-seats", endpoint => endpoint.Handler<RecordMemberships>(async context =>
            {
                switch (context.Message.Memberships.FirstOrDefault(x => x.UserId == "ann")?.Role)
                {
                    case "guest":
                        await Eventually.HoldsAsync(() => Task.FromResult(Volatile.Read(ref othersHeard)), "others are told meanwhile");
                        Volatile.Write(ref answered, true);
                        break;
                    case "owner":
                        Volatile.Write(ref tooEarly, !Volatile.Read(ref answered));
                        break;
                    default:
                        Volatile.Write(ref othersHeard, true);
                        break;
                }

                await context.Publish(
                    new SeatRecordsTaken
                    {
                        Reference = context.Message.Reference,
                        What = "memberships",
                        Taken = context.Message.Memberships.Length,
                        Unchanged = 0,
                        Rejected = []
                    });
            }));
        });
        await service.StartAsync();
        try
        {
            await using var bus = await BillingBus.ConnectAsync(new UriBuilder(TestServers.RabbitMq) { Path = host.Name }.Uri, CancellationToken.None);
            var report = new ImportReport(_ => { });
            var file =
                $"namespace_id,user_id,role,state\nn,ann,guest,active\n{string.Concat(Enumerable.Range(0, 1200).Select(i => $"n,u{i},guest,active\n"))}n,ann,owner,active\n";
            await new AnsweredImport(bus, TimeProvider.System)
                .RunAsync("memberships", "people.csv", report.GoodRowsOf(SeatFiles.ReadMemberships(new StringReader(file))),
                x => $"{x.NamespaceId} {x.UserId}", (rows, reference) =>
                    new RecordMemberships { Memberships = rows, Reference = reference }, report, CancellationToken.None);
            Assert.Equal((1202, true, false), (report.Good, answered, tooEarly));
        }
        finally
        {
            await service.StopAsync();
        }
    }
}
