using Billing.Contracts.Seats.V1;
using Billing.Hosting.Validation;
using Billing.SeatRefresh.Members;
using FluentValidation;
using MassTransit;

namespace Billing.SeatRefresh.Intake;

sealed class RecordInvitationConsumer(NamespaceStore store) : IConsumer<RecordInvitation>
{
    public Task Consume(ConsumeContext<RecordInvitation> context) => store.WriteAsync([context.Message], context.CancellationToken);
}

sealed class RecordInvitationsConsumer(NamespaceStore store, IValidator<RecordInvitation> validator) : IConsumer<RecordInvitations>
{
    public async Task Consume(ConsumeContext<RecordInvitations> context)
    {
        var list = SeatList<RecordInvitation>.Check(context.Message.Invitations, validator, one => $"{one.GroupId} in {one.NamespaceId}");
        var taken = await store.WriteAsync(list.Good.ConvertAll(one => one.Row), context.CancellationToken);
        await list.AnswerAsync(context, "invitations", context.Message.Reference, taken, context.CancellationToken);
    }
}

sealed class RecordInvitationValidator : AbstractValidator<RecordInvitation>
{
    public RecordInvitationValidator(TimeProvider clock)
    {
        RuleFor(x => x.NamespaceId).IsId();
        RuleFor(x => x.GroupId).IsId();
        RuleFor(x => x.GroupId).Must((command, group) => group != command.NamespaceId).Expected("another group than the one that it is invited into");
        RuleFor(x => x.State).Must(state => state is "active" or "removed").Expected("active or removed");
        RuleFor(x => x.Role).Must(role => role is null || Membership.Roles.Contains(role)).Expected(Membership.RolesInWords);
        RuleFor(x => x.ChangedAt).HasCome(clock);
    }
}

sealed class RecordInvitationsValidator : AbstractValidator<RecordInvitations>
{
    public RecordInvitationsValidator()
    {
        RuleFor(x => x.Invitations).IsList();
        RuleFor(x => x.Reference).IsReference();
    }
}
