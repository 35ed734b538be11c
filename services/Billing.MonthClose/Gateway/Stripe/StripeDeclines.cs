namespace Billing.MonthClose.Gateway.Stripe;

/// <summary>
/// Which of Stripe's decline codes a later try may overcome (<c>docs.stripe.com/declines/codes</c>). Hard are those where the card is gone, wrong or
/// forbidden, and those where the customer has to do something first: nobody is there to do it while we charge off session.
/// </summary>
static class StripeDeclines
{
    /// <summary>The bank wants the customer to authenticate, which he can only do himself.</summary>
    public const string AuthenticationRequired = "authentication_required";

    static readonly HashSet<string> Hard = new(StringComparer.Ordinal)
    {
        // the card is gone, or must not be used
        "stolen_card", "lost_card", "pickup_card", "restricted_card", "fraudulent", "merchant_blacklist", "security_violation",
        // it is over, wrong, or not for this
        "expired_card", "incorrect_number", "invalid_number", "invalid_account", "new_account_information_available", "card_not_supported",
        "currency_not_supported", "transaction_not_allowed", "testmode_decline", "invalid_expiry_month", "invalid_expiry_year", "incorrect_cvc", "invalid_cvc",
        // the customer said no, or the network says not to come again
        "revocation_of_authorization", "revocation_of_all_authorizations", "stop_payment_order", "do_not_try_again", "no_action_taken",
        // the customer has to act first
        AuthenticationRequired, "authentication_not_handled", "offline_pin_required", "online_or_offline_pin_required", "mobile_device_authentication_required",
        "payment_method_missing"
    };

    /// <param name="code">The decline code, or the error's code where there is none.</param>
    /// <param name="advice">What the network advises, where it does: it knows more than the code says.</param>
    public static bool IsHard(string code, string? advice) => advice switch
    {
        "do_not_try_again" or "confirm_card_data" => true,
        "try_again_later" => false,
        _ => Hard.Contains(code)
    };
}
