using System.ComponentModel.DataAnnotations;
using Billing.Hosting.Validation;

namespace Billing.Hosting.Http;

/// <summary>Who may ask over HTTP, how much and how often: the section <c>Http</c>.</summary>
public sealed class HttpOptions
{
    public const string Section = "Http";

    /// <summary>By name.</summary>
    public Dictionary<string, HttpKeyOptions> Keys { get; } = [];

    /// <summary>
    /// Requests a second of one key, or of one address where no key is asked for. Default 100: a person or a program that looks at its
    /// own pace never meets it. More are answered with 429. Requests of this machine without a key are not counted.
    /// </summary>
    [Range(1, 100_000)]
    public int RequestsPerSecond { get; set; } = 100;

    /// <summary>Bytes of the largest request. Default 1 MB; the largest that is sent to us, a webhook, has some kilobytes.</summary>
    [Range(1_024, 100_000_000)]
    public int LargestRequest { get; set; } = 1_000_000;

    /// <summary>
    /// How long one request may work before it is answered with 504. Default 1 min: the longest look through the books of a large month takes seconds.
    /// </summary>
    [Duration("00:00:01", "00:30:00")]
    public TimeSpan LongestRequest { get; set; } = TimeSpan.FromMinutes(1);
}

/// <summary>One key. It is read by <see cref="HttpKeys"/>, which checks it.</summary>
public sealed class HttpKeyOptions
{
    /// <summary>SHA-256 of the key, 64 hexadecimal digits.</summary>
    public string? Hash { get; set; }

    /// <summary>Some of <see cref="Http.Rights"/>.</summary>
    public string? Rights { get; set; }
}
