using Microsoft.EntityFrameworkCore;

namespace MassTransit.EntityFrameworkCoreIntegration.Saga;

/// <summary>Hears of each message that a saga took, before the saga's state is saved, in the same transaction.</summary>
public interface ISagaWitness
{
    /// <param name="db">Where the saga lives; what is added to it is saved with the saga.</param>
    /// <param name="saga">As it is now. What it was is in the tracked original values; a new one is not tracked as unchanged.</param>
    /// <param name="context">The message.</param>
    void Took<TSaga, TMessage>(DbContext db, TSaga saga, ConsumeContext<TMessage> context)
        where TSaga : class, ISaga
        where TMessage : class;
}
