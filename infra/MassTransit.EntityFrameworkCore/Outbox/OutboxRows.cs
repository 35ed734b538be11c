using System.Net.Mime;
using System.Text;
using System.Text.Json;
using MassTransit.Serialization;
using Microsoft.EntityFrameworkCore;

namespace MassTransit.EntityFrameworkCoreIntegration;

/// <summary>Rows of outgoing messages, read so that one that cannot be read harms no other.</summary>
sealed record OutboxRows(List<OutboxMessage> Readable, List<SetAsideMessage> Unreadable)
{
    // as lenient as the library is with a body that it reads
    static readonly JsonReaderOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 1000 };

    /// <summary>The rows in the order in which they were written, headers and properties made readable.</summary>
    public static async Task<OutboxRows> ReadAsync(IQueryable<OutboxMessage> rows, CancellationToken cancellationToken)
    {
        var read = new OutboxRows([], []);
        foreach (var message in await LoadAsync(rows.AsNoTracking().OrderBy(x => x.SequenceNumber), read.Unreadable, cancellationToken).ConfigureAwait(false))
            if (WhyUnreadable(message) is { } reason)
                read.Unreadable.Add(new SetAsideMessage(message.SequenceNumber, message.MessageId, reason));
            else
                read.Readable.Add(message);
        return read;
    }

    static async Task<List<OutboxMessage>> LoadAsync(IQueryable<OutboxMessage> rows, List<SetAsideMessage> unreadable, CancellationToken cancellationToken)
    {
        try
        {
            return await rows.ToListAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsOfTheRow(exception))
        {
            // one row spoils the reading of all, so they are read one by one
        }

        var loaded = new List<OutboxMessage>();
        var ids = await rows.Select(x => new { x.SequenceNumber, x.MessageId }).ToListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var id in ids)
        {
            try
            {
                loaded.AddRange(await rows.Where(x => x.SequenceNumber == id.SequenceNumber).ToListAsync(cancellationToken).ConfigureAwait(false));
            }
            catch (Exception exception) when (IsOfTheRow(exception))
            {
                unreadable.Add(new SetAsideMessage(id.SequenceNumber, id.MessageId, $"a column cannot be read: {exception.GetBaseException().Message}"));
            }
        }

        return loaded;
    }

    /// <summary>A value that is none of its type. What comes from the connection says nothing about a row.</summary>
    static bool IsOfTheRow(Exception exception) => exception.GetBaseException() is FormatException or InvalidCastException or ArgumentException;

    static string? WhyUnreadable(OutboxMessage message)
    {
        if (message.DestinationAddress is not { IsAbsoluteUri: true })
            return message.DestinationAddress is null ? "it has no destination" : $"its destination is no address: {message.DestinationAddress}";
        if (!string.IsNullOrWhiteSpace(message.Headers) && WhyNoJson(message.Headers) is { } headers)
            return $"its headers are no JSON: {headers}";
        if (!string.IsNullOrWhiteSpace(message.Properties) && WhyNoJson(message.Properties) is { } properties)
            return $"its properties are no JSON: {properties}";
        try
        {
            if (new ContentType(message.ContentType).MediaType.EndsWith("json", StringComparison.OrdinalIgnoreCase) && WhyNoJson(message.Body) is { } body)
                return $"its body is no JSON: {body}";
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            return $"its content type is none: {message.ContentType}";
        }

        try
        {
            message.Deserialize(SystemTextJsonMessageSerializer.Instance);
            return null;
        }
        catch (Exception exception)
        {
            return $"its headers or properties cannot be read: {exception.Message}";
        }
    }

    static string? WhyNoJson(string text)
    {
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text), Lenient);
            while (reader.Read())
            {
            }

            return null;
        }
        catch (JsonException exception)
        {
            return exception.Message;
        }
    }
}
