using Billing.Contracts.MonthClose.V1;
using Billing.Hosting.Validation;
using FluentValidation;

namespace Billing.MonthClose.Close.Running;

sealed class StartMonthCloseValidator : AbstractValidator<StartMonthClose>
{
    public StartMonthCloseValidator()
    {
        RuleFor(x => x.Period).IsPeriod();
        RuleFor(x => x.RequestedBy).IsText(200);
        RuleFor(x => x.CommitToken).Must(token => token is null || (token.Length == 64 && token.All(char.IsAsciiHexDigitLower)))
            .Expected("the commit token of a preview: 64 characters from 0 to 9 and a to f");
        RuleFor(x => x.AcceptChanges).Must((start, accept) => !accept || start.CommitToken is not null)
            .Expected("a commit token beside it: without one nothing was looked at");
    }
}

sealed class CancelMonthCloseValidator : AbstractValidator<CancelMonthClose>
{
    public CancelMonthCloseValidator()
    {
        RuleFor(x => x.Period).IsPeriod();
        RuleFor(x => x.Reason).IsId(400);
        RuleFor(x => x.RequestedBy).IsText(200);
    }
}

sealed class UnparkAccountsValidator : AbstractValidator<UnparkAccounts>
{
    public UnparkAccountsValidator()
    {
        RuleFor(x => x.Period).IsPeriod();
        RuleFor(x => x.AccountIds).Must(ids => ids is null || (ids is { Length: > 0 and <= 1000 } && ids.All(id => id is not null && id.IsStorable())))
            .Expected("1 to 1,000 accounts, or none named for all");
        RuleFor(x => x.ReasonCode).IsText(64);
        RuleFor(x => x.RequestedBy).IsText(200);
    }
}
