using Billing.SeatRefresh.Intake;
using Billing.SeatRefresh.Refreshing;
using MassTransit;

namespace Billing.SeatRefresh;

/// <summary>Who consumes what, one to a line.</summary>
static class SeatRefreshBus
{
    public static void Configure(IBusRegistrationConfigurator x, bool sqlServer)
    {
        x.AddTransactional<RegisterSubscriptionConsumer>();
        x.AddTransactional<EndSubscriptionConsumer>();
        x.AddTransactional<RegisterNamespaceConsumer>();
        x.AddTransactional<RecordInvitationConsumer>();
        x.AddTransactional<RecordMembershipConsumer>();
        x.AddTransactional<RecordUserConsumer>();

        x.AddTransactional<RegisterSubscriptionsConsumer>();
        x.AddTransactional<RegisterNamespacesConsumer>();
        x.AddTransactional<RecordInvitationsConsumer>();
        x.AddTransactional<RecordMembershipsConsumer>();
        x.AddTransactional<RecordUsersConsumer>();

        x.AddTransactional<RefreshSeatsConsumer>();
        x.AddTransactional<SetSeatRefreshConsumer>();
        x.AddTransactional<StartSeatRefreshConsumer>();
        x.AddConsumer<SeatsAreDueConsumer>();

        x.AddConsumer<ReplayFaultsConsumer>();
        x.AddConsumer<DiscardFaultsConsumer>();
        x.AddConsumer<ContactErasedConsumer>();

        x.AddOutbox(sqlServer);
    }
}
