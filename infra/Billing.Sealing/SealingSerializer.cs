using System.Net.Mime;
using MassTransit;
using MassTransit.Configuration;
using MassTransit.Serialization;

namespace Billing.Sealing;

/// <summary>
/// Seals what is marked in everything that leaves by a bus: what is sent and published, the message inside of a fault, and the rows of the outbox, which hold
/// what the serializer has written.
/// </summary>
public static class SealingSerializer
{
    public static void SealConfidential(this IBusFactoryConfigurator bus, Sealer sealer)
    {
        ArgumentNullException.ThrowIfNull(bus);
        ArgumentNullException.ThrowIfNull(sealer);
        if (sealer.Seals)
            bus.AddSerializer(new Factory(new SystemTextJsonMessageSerializerFactory(), sealer));
    }

    sealed class Factory(ISerializerFactory inner, Sealer sealer) : ISerializerFactory
    {
        public ContentType ContentType => inner.ContentType;

        public IMessageSerializer CreateSerializer() => new Serializer(inner.CreateSerializer(), sealer);

        public IMessageDeserializer CreateDeserializer() => inner.CreateDeserializer();
    }

    sealed class Serializer(IMessageSerializer inner, Sealer sealer) : IMessageSerializer
    {
        public ContentType ContentType => inner.ContentType;

        public MessageBody GetMessageBody<T>(SendContext<T> context)
            where T : class
        {
            var body = inner.GetMessageBody(context);
            return ConfidentialMembers.Of(typeof(T)).Any ? new BytesMessageBody(SealedJson.Seal(body.GetBytes(), typeof(T), sealer)) : body;
        }
    }
}
