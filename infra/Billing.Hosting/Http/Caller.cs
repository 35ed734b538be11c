using Billing.Hosting.Logging;
using Microsoft.AspNetCore.Http;

namespace Billing.Hosting.Http;

/// <summary>What a key may do over HTTP.</summary>
[Flags]
public enum Rights
{
    None = 0,

    /// <summary>Look at what there is; addresses of people are masked.</summary>
    Read = 1,

    /// <summary>Do what keeps the installation going and moves no money: replay what was set aside, set figures back.</summary>
    Operate = 2,

    /// <summary>Do what moves money, or decides about it: close a month, refund, void, set a price.</summary>
    Money = 4,

    /// <summary>See the addresses and names of people as they are, and the papers that were sent to them.</summary>
    Personal = 8,

    All = Read | Operate | Money | Personal
}

/// <summary>
/// Who a request is, and what he may. A handler of a minimal API takes it as a parameter; anything else asks <see cref="CallerOfRequest.Caller"/>.
/// </summary>
/// <param name="Name">Of the key; in a request without one, what stands in its place.</param>
/// <param name="Rights">What he may do.</param>
public sealed record Caller(string Name, Rights Rights)
{
    /// <summary>A request that needs no key: HTTP stays on this machine, and no key is set.</summary>
    public static readonly Caller ThisMachine = new("this machine", Rights.All);

    /// <summary>A request that has shown no key, or one that nobody knows.</summary>
    public static readonly Caller Nobody = new("nobody", Rights.None);

    /// <summary>Whether he may do all of that.</summary>
    public bool May(Rights needed) => (Rights & needed) == needed;

    /// <summary>Who did something, for the audit trail and the log: always the key, and in front of it the person whom the request names.</summary>
    /// <param name="said">Whom the request names; anyone may write anything there.</param>
    public string By(string? said) =>
        string.IsNullOrWhiteSpace(said) ? Name : this == ThisMachine ? said.Trim() : $"{said.Trim()} (key {Name})";

    /// <summary>Lets a handler of a minimal API take it as a parameter.</summary>
    public static ValueTask<Caller> BindAsync(HttpContext context) => ValueTask.FromResult(context.Caller());
}

public static class CallerOfRequest
{
    /// <summary>Who this request is; <see cref="Http.Caller.Nobody"/> before the keys were asked.</summary>
    public static Caller Caller(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<Caller>() ?? Http.Caller.Nobody;
    }

    /// <summary>A name of somebody, as this caller may see it.</summary>
    public static string Shown(this Caller caller, string name)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return caller.May(Rights.Personal) ? name : Masked.Name(name);
    }

    internal static void Is(this HttpContext context, Caller caller) => context.Features.Set(caller);
}
