using Billing.Contracts.Contacts.V1;
using Billing.Hosting.Personal;
using MassTransit;

namespace Billing.MonthClose;

/// <summary>What this service holds of a person is erased.</summary>
sealed class ContactErasedConsumer(ContactBook contacts) : IConsumer<ContactErased>
{
    public Task Consume(ConsumeContext<ContactErased> context) => contacts.EraseAsync(context);
}
