using Billing.Contracts.Seats.V1;
using FluentValidation;
using MassTransit;

namespace Billing.SeatRefresh.Intake;

sealed class RecordUserConsumer(MemberStore store) : IConsumer<RecordUser>
{
    public Task Consume(ConsumeContext<RecordUser> context) => store.WriteAsync([context.Message], context.CancellationToken);
}

sealed class RecordUsersConsumer(MemberStore store, IValidator<RecordUser> validator) : IConsumer<RecordUsers>
{
    public async Task Consume(ConsumeContext<RecordUsers> context)
    {
        var list = SeatList<RecordUser>.Check(context.Message.Users, validator, one => one.UserId);
        var taken = await store.WriteAsync(list.Good.ConvertAll(one => one.Row), context.CancellationToken);
        await list.AnswerAsync(context, "users", context.Message.Reference, taken, context.CancellationToken);
    }
}

sealed class RecordUserValidator : AbstractValidator<RecordUser>
{
    public RecordUserValidator(TimeProvider clock)
    {
        RuleFor(x => x.UserId).IsId();
        RuleFor(x => x.ChangedAt).HasCome(clock);
    }
}

sealed class RecordUsersValidator : AbstractValidator<RecordUsers>
{
    public RecordUsersValidator()
    {
        RuleFor(x => x.Users).IsList();
        RuleFor(x => x.Reference).IsReference();
    }
}
