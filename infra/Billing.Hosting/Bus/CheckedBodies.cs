using System.Net.Mime;
using System.Runtime.Serialization;
using System.Text;
using System.Text.Json;
using Billing.Hosting.Texts;
using Billing.Hosting.Validation;
using MassTransit;
using MassTransit.Configuration;
using MassTransit.RabbitMqTransport;

namespace Billing.Hosting.Bus;

/// <summary>
/// Every body that JSON allows, and every one that it does not, gets a reason that a person can read: <c>null</c> and <c>[1,2]</c> are JSON and no command.
/// </summary>
static class CheckedBodies
{
    /// <summary>A person who publishes from the management page sends the plain body, often without a content type.</summary>
    public static void CheckBodies(this IBusFactoryConfigurator bus, EndpointContracts endpoints)
    {
        bus.AddDeserializer(new Factory(new SystemTextJsonMessageSerializerFactory(), endpoints,
            "an envelope with messageType and message; a plain command has the content type application/json"));
        bus.AddDeserializer(
            new Factory(new SystemTextJsonRawMessageSerializerFactory(RawSerializerOptions.Default), endpoints, "a JSON object with the command's members"),
            isDefault: true);
    }

    sealed class Factory(ISerializerFactory inner, EndpointContracts endpoints, string expected) : ISerializerFactory
    {
        public ContentType ContentType => inner.ContentType;

        public IMessageSerializer CreateSerializer() => inner.CreateSerializer();

        public IMessageDeserializer CreateDeserializer() => new Deserializer(inner.CreateDeserializer(), endpoints, expected);
    }

    sealed class Deserializer(IMessageDeserializer inner, EndpointContracts endpoints, string expected) : IMessageDeserializer
    {
        public ContentType ContentType => inner.ContentType;

        public void Probe(ProbeContext context) => inner.Probe(context);

        public ConsumeContext Deserialize(ReceiveContext receiveContext)
        {
            var body = receiveContext.Body.GetBytes();
            if (body.Length > 0 && !BeginsAnObject(body))
                throw new CommandRejectedException(NameOf(receiveContext), [WhyNot(body, endpoints.TakesConfidential(receiveContext.InputAddress))]);
            try
            {
                return inner.Deserialize(receiveContext);
            }
            catch (Exception exception) when (exception is JsonException or SerializationException or ArgumentException)
            {
                throw new CommandRejectedException(NameOf(receiveContext), [WhyNot(body, endpoints.TakesConfidential(receiveContext.InputAddress))]);
            }
        }

        public SerializerContext Deserialize(MessageBody body, Headers headers, Uri? destinationAddress = null) =>
            inner.Deserialize(body, headers, destinationAddress);

        public MessageBody GetMessageBody(string text) => inner.GetMessageBody(text);

        static bool BeginsAnObject(byte[] body)
        {
            var reader = new Utf8JsonReader(body);
            try
            {
                return reader.Read() && reader.TokenType == JsonTokenType.StartObject;
            }
            catch (JsonException)
            {
                return false;
            }
        }

        string WhyNot(byte[] body, bool confidential)
        {
            try
            {
                using var told = JsonDocument.Parse(body);
                return (UnreadableJson.Describe("The body", told.RootElement, expected) with { MayBeShown = !confidential }).ToString();
            }
            catch (JsonException exception)
            {
                var text = Encoding.UTF8.GetString(body);
                text = confidential ? Confidential.Veiled(text) : text.ShortenedTo(UnreadableJson.LongestValue);
                var place = $"byte {exception.BytePositionInLine + 1} of line {exception.LineNumber + 1}";
                return $"The body is {text} and no JSON from {place} on; expected {expected}.";
            }
        }

        /// <summary>The exchange is named after the type.</summary>
        static string NameOf(ReceiveContext context) =>
            context.TryGetPayload<RabbitMqBasicConsumeContext>(out var delivery) && PlainMessageType.OriginOf(delivery).Split(':') is [_, var name] ? name
                : "The message";
    }
}
