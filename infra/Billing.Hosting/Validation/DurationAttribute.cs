using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Billing.Hosting.Validation;

/// <summary>
/// Bounds of a time span in options. The framework's range converts its bounds at first use and is not safe when two hosts of one process start
/// together.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DurationAttribute(string least, string most) : ValidationAttribute
{
    readonly (TimeSpan Least, TimeSpan Most) _bounds =
        (TimeSpan.Parse(least, CultureInfo.InvariantCulture), TimeSpan.Parse(most, CultureInfo.InvariantCulture));

    public string Least => least;
    public string Most => most;

    public override bool IsValid(object? value) => value is not TimeSpan span || (span >= _bounds.Least && span <= _bounds.Most);

    public override string FormatErrorMessage(string name) => $"{name} must be between {least} and {most}.";
}
