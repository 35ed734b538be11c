using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Billing.Hosting.Validation;
using FluentValidation;
using MassTransit;
using Npgsql;

namespace Billing.Hosting.Tests;

public sealed record RegisterAccount
{
    public required string AccountId { get; init; }
    public required string Currency { get; init; }
    public required int Seats { get; init; }
    public string? Note { get; init; }
}

public sealed record AccountRegistered
{
    public required string AccountId { get; init; }
}

public sealed class RegisterAccountValidator : AbstractValidator<RegisterAccount>
{
    public RegisterAccountValidator()
    {
        RuleFor(x => x.AccountId).Must(id => id.Length > 0).Expected("the account's id");
        RuleFor(x => x.Currency).Matches("^[A-Z]{3}$").Expected("an ISO 4217 code of three capital letters");
        RuleFor(x => x.Seats).InclusiveBetween(1, 1000).Expected("1 to 1000 seats");
    }
}

/// <summary>What the consumer did, and what it should do next.</summary>
public sealed class Journal
{
    int _attempts;

    public ConcurrentQueue<RegisterAccount> Handled { get; } = new();
    public ConcurrentQueue<string> Told { get; } = new();
    public ConcurrentBag<Guid> Contexts { get; } = [];
    public ConcurrentQueue<Exception> ToThrow { get; } = new();
    public Func<ConsumeContext<RegisterAccount>, Task>? Meanwhile { get; set; }
    public int Attempts => _attempts;

    public void Attempted() => Interlocked.Increment(ref _attempts);
}

public sealed class RegisterAccountConsumer(Journal journal) : IConsumer<RegisterAccount>
{
    public async Task Consume(ConsumeContext<RegisterAccount> context)
    {
        journal.Attempted();
        if (journal.Meanwhile is { } meanwhile)
            await meanwhile(context);
        if (journal.ToThrow.TryDequeue(out var exception))
            ExceptionDispatchInfo.Throw(exception);     // with the trace that it has: it tells where it came from
        journal.Handled.Enqueue(context.Message);
        await context.RespondAsync(new AccountRegistered { AccountId = context.Message.AccountId });
    }
}

public sealed record WelcomeAccount
{
    public required string AccountId { get; init; }
}

public sealed class WelcomeConsumer(Microsoft.Extensions.Logging.ILogger<WelcomeConsumer> log) : IConsumer<WelcomeAccount>
{
    public Task Consume(ConsumeContext<WelcomeAccount> context)
    {
        Microsoft.Extensions.Logging.LoggerExtensions.LogInformation(log, "welcomed");
        return Task.CompletedTask;
    }
}

static class Faults
{
    public static NpgsqlException DatabaseIsGone() => new("Exception while reading from stream", new System.IO.IOException("connection reset"));
}
