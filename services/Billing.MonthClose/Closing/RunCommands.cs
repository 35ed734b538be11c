using Billing.Contracts.MonthClose.V1;
using Billing.Hosting.Validation;
using FluentValidation;

namespace Billing.MonthClose.Closing;

sealed class StartMonthCloseValidator : AbstractValidator<StartMonthClose>
{
    public StartMonthCloseValidator()
    {
        RuleFor(x => x.Period).IsPeriod();
        RuleFor(x => x.RequestedBy).MaximumLength(200).Expected("at most 200 characters");
    }
}

sealed class CancelMonthCloseValidator : AbstractValidator<CancelMonthClose>
{
    public CancelMonthCloseValidator()
    {
        RuleFor(x => x.Period).IsPeriod();
        RuleFor(x => x.Reason).IsId(400);
    }
}

sealed class UnparkAccountsValidator : AbstractValidator<UnparkAccounts>
{
    public UnparkAccountsValidator()
    {
        RuleFor(x => x.Period).IsPeriod();
        RuleFor(x => x.AccountIds).Must(ids => ids is null or { Length: > 0 and <= 1000 }).Expected("1 to 1,000 accounts, or none named for all");
        RuleFor(x => x.ReasonCode).MaximumLength(64).Expected("at most 64 characters");
    }
}
