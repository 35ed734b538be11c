using Billing.Contracts.Seats.V1;
using Billing.Outbox;
using Billing.SeatRefresh.Members;
using Billing.SeatRefresh.Namespaces;
using Billing.SeatRefresh.Refreshing;
using Billing.SeatRefresh.Slots;
using Billing.SeatRefresh.Subscriptions;
using MassTransit;

namespace Billing.SeatRefresh;

/// <summary>Who listens to what, one to a line.</summary>
static class SeatRefreshBus
{
    public static void Configure(IBusRegistrationConfigurator x, bool sqlServer)
    {
        x.AddConsumer<RegisterSubscriptionConsumer, OneTransaction<RegisterSubscriptionConsumer>>();
        x.AddConsumer<RecordMembershipConsumer, OneTransaction<RecordMembershipConsumer>>();
        x.AddConsumer<RefreshSeatsConsumer, OneTransaction<RefreshSeatsConsumer>>();
        x.AddConsumer<StartSeatRefreshConsumer, OneTransaction<StartSeatRefreshConsumer>>();
        x.AddConsumer<SeatsAreDueConsumer>();
        x.AddConsumer<SetSeatRefreshConsumer, OneTransaction<SetSeatRefreshConsumer>>();
        x.AddConsumer<RegisterNamespaceConsumer, OneTransaction<RegisterNamespaceConsumer>>();
        x.AddConsumer<RecordInvitationConsumer, OneTransaction<RecordInvitationConsumer>>();
        x.AddConsumer<RecordUserConsumer, OneTransaction<RecordUserConsumer>>();

        x.AddConsumer<RegisterSubscriptionsConsumer, OneTransaction<RegisterSubscriptionsConsumer>>();
        x.AddConsumer<RecordMembershipsConsumer, OneTransaction<RecordMembershipsConsumer>>();
        x.AddConsumer<RegisterNamespacesConsumer, OneTransaction<RegisterNamespacesConsumer>>();
        x.AddConsumer<RecordInvitationsConsumer, OneTransaction<RecordInvitationsConsumer>>();
        x.AddConsumer<RecordUsersConsumer, OneTransaction<RecordUsersConsumer>>();

        x.AddEntityFrameworkOutbox<SeatRefreshDbContext>(outbox =>
        {
            _ = sqlServer ? outbox.UseSqlServer() : outbox.UsePostgres();
            outbox.UseBusOutbox();
        });
        x.AddDueMessages<SeatRefreshDbContext>();
        // These say how things are, or ask to look: from a person who sends plain JSON, the same words said again later are meant again.
        x.AddMessageIdentity(identity => identity
            .For<RegisterSubscription>(_ => Guid.NewGuid())
            .For<RecordMembership>(_ => Guid.NewGuid())
            .For<RegisterNamespace>(_ => Guid.NewGuid())
            .For<RecordInvitation>(_ => Guid.NewGuid())
            .For<RecordUser>(_ => Guid.NewGuid())
            .For<RegisterSubscriptions>(_ => Guid.NewGuid())
            .For<RecordMemberships>(_ => Guid.NewGuid())
            .For<RegisterNamespaces>(_ => Guid.NewGuid())
            .For<RecordInvitations>(_ => Guid.NewGuid())
            .For<RecordUsers>(_ => Guid.NewGuid())
            .For<SetSeatRefresh>(_ => Guid.NewGuid())
            .For<RefreshSeats>(_ => Guid.NewGuid()));
    }
}

/// <summary>What the consumer reads, writes and says is one transaction with the mark that the message was consumed.</summary>
sealed class OneTransaction<TConsumer> : ConsumerDefinition<TConsumer>
    where TConsumer : class, IConsumer
{
    /// <summary>Eight at a time: two cores are busy with it, and the pool has connections to spare.</summary>
    public OneTransaction() => ConcurrentMessageLimit = 8;

    protected override void ConfigureConsumer(IReceiveEndpointConfigurator endpoint, IConsumerConfigurator<TConsumer> consumer, IRegistrationContext context) =>
        endpoint.UseEntityFrameworkOutbox<SeatRefreshDbContext>(context);
}
