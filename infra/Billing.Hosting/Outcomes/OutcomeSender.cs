using System.Text.RegularExpressions;
using Billing.Clock;
using Billing.Contracts.Outcomes.V1;
using MassTransit;
using MassTransit.Serialization;

namespace Billing.Hosting.Outcomes;

/// <summary>Says what became of a message, in plain JSON.</summary>
static partial class OutcomeSender
{
    /// <summary>Through it, a message goes to the queue of its routing key by the broker's default exchange; MassTransit declares nothing for it.</summary>
    static readonly Uri DefaultExchange = new("exchange:amq.rabbitmq.reply-to");

    static readonly SystemTextJsonRawMessageSerializer Plain = new();

    public static CommandAnswered Answer(Type command, CommandOutcome outcome, ServiceName service, TimeProvider clock) =>
        outcome.Told(Answer($"{command.Namespace}:{command.Name}", "", service, clock));

    public static CommandAnswered Answer(string command, string outcome, ServiceName service, TimeProvider clock) => new()
    {
        Command = command,
        Outcome = outcome,
        Service = service.Value,
        AnsweredAt = clock.GetUtcNow(),
        TestClock = TestClockText.Of(clock),
        Changes = [],
        Faults = []
    };

    /// <param name="sends">In a consumer's transaction, its own: then it leaves with the rest.</param>
    /// <param name="answer">Without the ids.</param>
    /// <param name="address">Who wants it.</param>
    /// <param name="received">The message that is answered.</param>
    public static async Task SendAsync(ISendEndpointProvider sends, CommandAnswered answer, OutcomeAddress address, ReceiveContext received)
    {
        var endpoint = await sends.GetSendEndpoint(DefaultExchange);
        await endpoint.Send(answer with { MessageId = received.GetMessageId(), CorrelationId = address.CorrelationId },
            Pipe.Execute<SendContext<CommandAnswered>>(send =>
            {
                send.Serializer = Plain;
                send.ContentType = Plain.ContentType;
                send.Durable = false;       // it is for looking, and what it tells of is written down
                send.SetRoutingKey(address.Queue);
                send.CorrelationId = Guid.TryParse(address.CorrelationId, out var id) ? id : null;
                if (address.CorrelationId is { Length: > 0 } text)
                    send.Headers.Set(OutcomeCorrelation.Header, text);
            }), received.CancellationToken);
    }

    /// <summary>Outside of a transaction: what was done stays done, also when nobody can be told.</summary>
    public static async Task TrySendAsync(ISendEndpointProvider sends, CommandAnswered answer, OutcomeAddress address, ReceiveContext received)
    {
        try
        {
            await SendAsync(sends, answer, address, received);
        }
        catch (Exception exception)
        {
            LogContext.Warning?.Log(exception, "The outcome of {Command} could not be told to {Queue}", answer.Command, address.Queue);
        }
    }

    /// <summary>Every reason is a sentence of one form: <c>Currency is "EURO"; expected an ISO 4217 code.</c></summary>
    public static CommandFault FaultOf(string sentence) => Reason().Match(sentence) is { Success: true } match
        ? new CommandFault { Field = match.Groups["field"].Value, Value = Unquoted(match.Groups["value"].Value), Expected = match.Groups["expected"].Value }
        : new CommandFault { Field = "The message", Value = "", Expected = sentence };

    /// <summary>Several of them, one behind the other.</summary>
    public static CommandFault[] FaultsOf(string sentences) => [.. BetweenReasons().Split(sentences).Select(FaultOf)];

    static string Unquoted(string value) => value is ['"', .. var text, '"'] ? text : value;

    [GeneratedRegex(@"(?<=\.) (?=[A-Z][\w.]* is )")]
    private static partial Regex BetweenReasons();

    [GeneratedRegex("^(?<field>.+?) is (?<value>.*?); (?:expected )?(?<expected>.*?)\\.?$", RegexOptions.Singleline)]
    private static partial Regex Reason();
}
