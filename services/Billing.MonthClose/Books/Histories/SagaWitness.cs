using System.Text.Json.Nodes;
using MassTransit;
using MassTransit.EntityFrameworkCoreIntegration.Saga;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace Billing.MonthClose.Books.Histories;

/// <summary>Keeps each message that a saga took, beside the saga and in its transaction, with what it changed; what it left as it was, too.</summary>
sealed class SagaWitness(TimeProvider clock) : ISagaWitness
{
    public void Took<TSaga, TMessage>(DbContext db, TSaga saga, ConsumeContext<TMessage> context)
        where TSaga : class, ISaga
        where TMessage : class
    {
        var entry = db.Entry(saga);
        var state = entry.Property<string>("CurrentState");
        var from = entry.State == EntityState.Added ? null : state.OriginalValue;
        db.Add(new SagaEntry
        {
            SagaId = saga.CorrelationId,
            Saga = entry.Metadata.GetTableName()!,
            TakenAt = clock.GetUtcNow(),
            Message = NameOf(typeof(TMessage)),
            MessageId = context.MessageId,
            From = from,
            To = state.CurrentValue,
            Body = ChangeOf(entry, context.Message, isFirst: from is null || from == New<TSaga>.State).Pack()
        });
    }

    static SagaChange ChangeOf<TMessage>(EntityEntry saga, TMessage message, bool isFirst)
    {
        if (isFirst)
            return new SagaChange(SagaChange.ToJson(message), null, SagaImage.Of(saga.Metadata, saga.Entity));
        var before = new SortedDictionary<string, JsonNode?>(StringComparer.Ordinal);
        var after = new SortedDictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var member in SagaImage.MembersOf(saga.Metadata).Select(member => saga.Property(member)))
            if (!Equals(member.OriginalValue, member.CurrentValue))
            {
                before[member.Metadata.Name] = SagaImage.Told(member.OriginalValue);
                after[member.Metadata.Name] = SagaImage.Told(member.CurrentValue);
            }

        return new SagaChange(SagaChange.ToJson(message), before, after);
    }

    /// <summary>As a person calls it: <c>Fault of IssueInvoices</c> for <c>Fault&lt;IssueInvoices&gt;</c>.</summary>
    static string NameOf(Type message) =>
        message.IsGenericType ? $"{message.Name[..message.Name.IndexOf('`')]} of {string.Join(", ", message.GetGenericArguments().Select(NameOf))}"
        : message.Name;

    /// <summary>The state in which a saga is made: its first message is kept with the whole state, from which the others are told.</summary>
    static class New<TSaga>
    {
        public static readonly string State = (string)typeof(TSaga).GetProperty("CurrentState")!.GetValue(Activator.CreateInstance<TSaga>())!;
    }
}
