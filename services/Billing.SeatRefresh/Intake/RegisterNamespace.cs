using Billing.Contracts.Seats.V1;
using Billing.Hosting;
using Billing.Hosting.Validation;
using Billing.SeatRefresh.Namespaces;
using FluentValidation;
using MassTransit;

namespace Billing.SeatRefresh.Intake;

/// <summary>A tree stays a tree: what would close a ring, or grow too deep, is refused.</summary>
sealed class RegisterNamespaceConsumer(NamespaceStore store) : IConsumer<RegisterNamespace>
{
    public async Task Consume(ConsumeContext<RegisterNamespace> context)
    {
        if (await store.RefusedAsync([context.Message], context.CancellationToken) is [var (told, expected)])
            throw CommandRejected.Because(nameof(RegisterNamespace), nameof(told.ParentId), told.ParentId!, expected);
        await store.WriteAsync([context.Message], context.CancellationToken);
    }
}

sealed class RegisterNamespacesConsumer(NamespaceStore store, IValidator<RegisterNamespace> validator) : IConsumer<RegisterNamespaces>
{
    public async Task Consume(ConsumeContext<RegisterNamespaces> context)
    {
        var list = SeatList<RegisterNamespace>.Check(context.Message.Namespaces, validator, one => one.NamespaceId);
        var refused = await store.RefusedAsync(list.Good.ConvertAll(one => one.Row), context.CancellationToken);
        foreach (var (told, expected) in refused)
            list.Reject(list.Good.Find(one => ReferenceEquals(one.Row, told)).Index, told,
                SeatList<RegisterNamespace>.Sentence(nameof(told.ParentId), told.ParentId, $"expected {expected}"));
        var taken = await store.WriteAsync(list.Good.ConvertAll(one => one.Row), context.CancellationToken);
        await list.AnswerAsync(context, "namespaces", context.Message.Reference, taken, context.CancellationToken);
    }
}

sealed class RegisterNamespaceValidator : AbstractValidator<RegisterNamespace>
{
    public RegisterNamespaceValidator(TimeProvider clock)
    {
        RuleFor(x => x.NamespaceId).IsId();
        RuleFor(x => x.ParentId!).IsId().When(x => x.ParentId is not null);
        RuleFor(x => x.Kind).Must(kind => kind is NamespaceNode.Group or NamespaceNode.Project).Expected("group or project");
        RuleFor(x => x.ChangedAt).HasCome(clock);
    }
}

sealed class RegisterNamespacesValidator : AbstractValidator<RegisterNamespaces>
{
    public RegisterNamespacesValidator()
    {
        RuleFor(x => x.Namespaces).IsList();
        RuleFor(x => x.Reference).IsReference();
    }
}
