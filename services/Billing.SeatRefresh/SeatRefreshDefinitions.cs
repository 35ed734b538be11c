using Billing.Contracts.Seats.V1;
using Billing.Hosting.Bus;
using Billing.Outbox;
using MassTransit;

namespace Billing.SeatRefresh;

static class Registrations
{
    public static void AddTransactional<TConsumer>(this IBusRegistrationConfigurator x)
        where TConsumer : class, IConsumer => x.AddConsumer<TConsumer, OneTransaction<TConsumer, SeatRefreshDbContext>>();

    public static void AddOutbox(this IBusRegistrationConfigurator x, bool sqlServer)
    {
        x.AddServiceOutbox<SeatRefreshDbContext>(sqlServer);
        x.AddDueMessages<SeatRefreshDbContext>();
        // These commands state how things are, or ask for a count. When a person sends one again as plain JSON, the same text is meant again.
        x.AddMessageIdentity(identity => identity
            .For<RegisterSubscription>(_ => Guid.NewGuid())
            .For<EndSubscription>(_ => Guid.NewGuid())
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
