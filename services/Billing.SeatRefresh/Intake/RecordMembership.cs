using Billing.Contracts.Seats.V1;
using Billing.Hosting.Validation;
using Billing.SeatRefresh.Members;
using FluentValidation;
using MassTransit;

namespace Billing.SeatRefresh.Intake;

sealed class RecordMembershipConsumer(MemberStore store) : IConsumer<RecordMembership>
{
    public Task Consume(ConsumeContext<RecordMembership> context) => store.WriteAsync([context.Message], context.CancellationToken);
}

sealed class RecordMembershipsConsumer(MemberStore store, IValidator<RecordMembership> validator) : IConsumer<RecordMemberships>
{
    public async Task Consume(ConsumeContext<RecordMemberships> context)
    {
        var list = SeatList<RecordMembership>.Check(context.Message.Memberships, validator, one => $"{one.UserId} in {one.NamespaceId}");
        var taken = await store.WriteAsync(list.Good.ConvertAll(one => one.Row), context.CancellationToken);
        await list.AnswerAsync(context, "memberships", context.Message.Reference, taken, context.CancellationToken);
    }
}

sealed class RecordMembershipValidator : AbstractValidator<RecordMembership>
{
    public RecordMembershipValidator(TimeProvider clock)
    {
        RuleFor(x => x.NamespaceId).IsId();
        RuleFor(x => x.UserId).IsId();
        RuleFor(x => x.Role).Must(Membership.Roles.Contains).Expected(Membership.RolesInWords);
        RuleFor(x => x.CustomRole).IsLine(64);
        RuleFor(x => x.CustomRoleTakesSeat).Must((command, takes) => !takes || command.CustomRole is not null).Expected("false where there is no CustomRole");
        RuleFor(x => x.State).Must(Membership.States.Contains).Expected("active, awaiting, blocked, banned or removed");
        RuleFor(x => x.ChangedAt).HasCome(clock);
    }
}

sealed class RecordMembershipsValidator : AbstractValidator<RecordMemberships>
{
    public RecordMembershipsValidator()
    {
        RuleFor(x => x.Memberships).IsList();
        RuleFor(x => x.Reference).IsReference();
    }
}
