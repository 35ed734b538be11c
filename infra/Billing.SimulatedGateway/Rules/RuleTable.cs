using System.Collections.Concurrent;
using Billing.SimulatedGateway.Payments;
using Billing.SimulatedGateway.Recording;

namespace Billing.SimulatedGateway.Rules;

/// <summary>Says what happens to a payment: the rules that were set, then the payment method's own name.</summary>
public sealed class RuleTable
{
    static readonly GatewayRule Succeed = new();
    volatile Page _page = new(new GatewayRules());

    public GatewayRules Rules => _page.Rules;

    /// <summary>Replaces all rules and starts their counts anew.</summary>
    public void Set(GatewayRules rules) => _page = new Page(rules);

    public GatewayRule Choose(PaymentForm form, string key) =>
        _page.Choose(Operation.Payment, form.PaymentMethod, form.Customer ?? key) ?? ByName(form.PaymentMethod);

    /// <summary>By the method that was paid with. Its name says nothing here: a refund goes well unless a rule says otherwise.</summary>
    public GatewayRule ChooseForRefund(PaymentEntry payment, string key) =>
        _page.Choose(Operation.Refund, payment.PaymentMethod, payment.Customer ?? key) ?? Succeed;

    /// <summary>Names that say what they do, so that sample data needs no rules.</summary>
    public static GatewayRule ByName(string method) => method switch
    {
        _ when method.StartsWith("pm_ok", StringComparison.Ordinal) => Succeed,
        "pm_declined_hard" => new GatewayRule { Behaviour = Behaviour.Decline, Code = "stolen_card" },
        "pm_declined_soft" => new GatewayRule { Behaviour = Behaviour.Decline, Code = "insufficient_funds" },
        _ when method.StartsWith("pm_declined_", StringComparison.Ordinal) =>
            new GatewayRule { Behaviour = Behaviour.Decline, Code = method["pm_declined_".Length..] },
        "pm_timeout_after_success" => new GatewayRule { Behaviour = Behaviour.TimeOutAfterSuccess },
        "pm_cut_after_success" => new GatewayRule { Behaviour = Behaviour.CutAfterSuccess },
        "pm_error_before" => new GatewayRule { Behaviour = Behaviour.ErrorBefore },
        "pm_error_after_success" => new GatewayRule { Behaviour = Behaviour.ErrorAfterSuccess },
        "pm_missing" => new GatewayRule { Behaviour = Behaviour.Missing },
        _ => method.StartsWith("pm_", StringComparison.Ordinal) ? Succeed : new GatewayRule { Behaviour = Behaviour.Missing }
    };

    sealed class Page(GatewayRules rules)
    {
        readonly ConcurrentDictionary<(int Rule, string Who), int> _times = new();

        public GatewayRules Rules { get; } = rules;

        public GatewayRule? Choose(Operation operation, string paymentMethod, string who)
        {
            for (var i = 0; i < Rules.Rules.Length; i++)
            {
                var rule = Rules.Rules[i];
                if (rule.On == operation && Fits(rule.PaymentMethod, paymentMethod)
                    && (rule.Rate is not { } rate || Chance(i, who) < rate)
                    && (rule.FirstTimes is not { } times || Count(i, who) <= times))
                    return rule;
            }

            return null;
        }

        static bool Fits(string? pattern, string method) =>
            pattern is null || (pattern.EndsWith('*') ? method.StartsWith(pattern[..^1], StringComparison.Ordinal) : method == pattern);

        int Count(int rule, string who) => _times.AddOrUpdate((rule, who), 1, (_, n) => n + 1);

        double Chance(int rule, string who) => Luck.Of(Rules.Seed, $"rule {rule}", who, Count(~rule, who));
    }
}
