using Billing.Contracts.Scheduling.V1;
using Billing.Hosting.Validation;
using FluentValidation;

namespace Billing.Scheduler.Steering;

/// <summary>What all commands about schedules say alike.</summary>
static class SteeringRules
{
    public const int LongestName = 200;
    public const int LongestReason = 1000;

    public static void IsWho<T>(this IRuleBuilder<T, string?> rule) => rule.Must(text => text is null || IsText(text, LongestName))
        .Expected($"at most {LongestName} characters, none of them a control character");

    public static void IsReason<T>(this IRuleBuilder<T, string?> rule, bool required = false) =>
        rule.Must(text => text is null ? !required : IsText(text, LongestReason) && (!required || !string.IsNullOrWhiteSpace(text)))
            .Expected($"{(required ? "a reason of" : "")} at most {LongestReason} characters, none of them a control character".TrimStart());

    static bool IsText(string text, int longest) => text.Length <= longest && !text.Any(char.IsControl);
}

sealed class PauseScheduleValidator : AbstractValidator<PauseSchedule>
{
    public PauseScheduleValidator()
    {
        RuleFor(x => x.Reason).IsReason(required: true);
        RuleFor(x => x.RequestedBy).IsWho();
    }
}

sealed class ResumeScheduleValidator : AbstractValidator<ResumeSchedule>
{
    public ResumeScheduleValidator()
    {
        RuleFor(x => x.Reason).IsReason();
        RuleFor(x => x.RequestedBy).IsWho();
    }
}

sealed class RunScheduleNowValidator : AbstractValidator<RunScheduleNow>
{
    public RunScheduleNowValidator()
    {
        RuleFor(x => x.Reason).IsReason();
        RuleFor(x => x.RequestedBy).IsWho();
    }
}
