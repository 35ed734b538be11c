using System.ComponentModel.DataAnnotations;
using Billing.Hosting.Validation;
using Microsoft.Extensions.Options;

namespace Billing.Console.Settings;

/// <summary>Where the console finds the services, and how often it looks.</summary>
public sealed class ConsoleOptions
{
    public const string Section = "Console";

    /// <summary>Address of MonthClose.</summary>
    [Required]
    public Uri? MonthClose { get; set; }

    /// <summary>Address of Notification.</summary>
    [Required]
    public Uri? Notification { get; set; }

    /// <summary>Address of SeatRefresh.</summary>
    [Required]
    public Uri? SeatRefresh { get; set; }

    /// <summary>Address of Scheduler.</summary>
    [Required]
    public Uri? Scheduler { get; set; }

    /// <summary>
    /// The key by which the services know the console, with all rights: what a viewer may see and do is decided here. None where they ask for none.
    /// </summary>
    public string? ServicesKey { get; set; }

    /// <summary>
    /// The address at which browsers reach the console, where a proxy stands in front of it: scheme and host of what it tells them, and of its cookies.
    /// </summary>
    public Uri? PublicAddress { get; set; }

    /// <summary>Who people are, by a provider of OpenID Connect.</summary>
    [ValidateObjectMembers]
    public OpenIdConnectOptions OpenIdConnect { get; set; } = new();

    /// <summary>How old a figure may be before it is read again. It is read once for all who look, and not at all when nobody does.</summary>
    [Duration("00:00:00.2", "00:01:00")]
    public TimeSpan Refresh { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a service may take to answer before it is called away.</summary>
    [Duration("00:00:01", "00:01:00")]
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many pages may be watched at once.</summary>
    [Range(1, 10_000)]
    public int MostWatchers { get; set; } = 500;
}

static class ConsoleOptionsSetup
{
    public static void AddConsoleOptions(this IServiceCollection services, IConfiguration configuration) =>
        services.AddOptions<ConsoleOptions>().BindKnown(configuration.GetSection(ConsoleOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
}
