namespace Billing.Contracts.MonthClose.V1;

/// <summary>Command. Makes an account known, or brings what is known of it up to date; the same facts twice change nothing.</summary>
/// <remarks>
/// Sent by people and importers. Answered by <see cref="AccountRegistered"/>. An optional member that is left out stays as it was; told as null, it is cleared.
/// </remarks>
public sealed record RegisterAccount
{
    ToldMembers<RegisterAccount> _told;

    /// <summary>The customer's own key: 1 to 256 printable characters without blanks at the ends. Case matters.</summary>
    public required string AccountId { get; init; }

    /// <summary>The name on the invoice, at most 200 characters.</summary>
    public required string Name { get; init; }

    /// <summary>ISO 4217 code of the one currency that the account is billed in. It cannot change once an invoice was issued.</summary>
    public required string Currency { get; init; }

    /// <summary>IANA time zone whose calendar decides the account's days; UTC when there is none.</summary>
    public string? TimeZone
    {
        get;
        init
        {
            field = value;
            _told.Add();
        }
    }

    /// <summary>
    /// Where the invoices go; a domain may be in any script, the part before the @ is plain ASCII without quotes. Without it none is mailed, and the close says
    /// so.
    /// </summary>
    [Confidential]
    public string? Email
    {
        get;
        init
        {
            field = value;
            _told.Add();
        }
    }

    /// <summary>The gateway's handle of the card or mandate; without it, nothing can be charged.</summary>
    [Confidential]
    public string? PaymentMethod
    {
        get;
        init
        {
            field = value;
            _told.Add();
        }
    }

    /// <summary>The gateway's own id of the customer to whom the payment method belongs, such as <c>cus_…</c>; the account's id when left out.</summary>
    public string? GatewayCustomer
    {
        get;
        init
        {
            field = value;
            _told.Add();
        }
    }

    /// <summary>
    /// True when the customer pays by bank transfer: invoices are issued and never charged. Who has not paid by the end of his terms is reminded, and
    /// goes on hold, by the dunning policy of his tier.
    /// </summary>
    public bool? ManualPayment
    {
        get;
        init
        {
            field = value;
            _told.Add();
        }
    }

    /// <summary>
    /// Days that a customer who pays by bank transfer has from the day of the invoice, 0 to 365; those of the dunning policy of his tier when left out.
    /// </summary>
    public int? PaymentTermsDays
    {
        get;
        init
        {
            field = value;
            _told.Add();
        }
    }

    /// <summary>Price code of the recurring monthly fee, if the account has one.</summary>
    public string? FeePriceCode
    {
        get;
        init
        {
            field = value;
            _told.Add();
        }
    }

    /// <summary>Day of the month, 1 to 31, on which a term of the recurring fee begins; 31 is the last day of a shorter month. 1 when there is none.</summary>
    public int? AnchorDay
    {
        get;
        init
        {
            field = value;
            _told.Add();
        }
    }

    /// <summary>First billed day, in the account's time zone; open when left out.</summary>
    public DateOnly? JoinedOn
    {
        get;
        init
        {
            field = value;
            _told.Add();
        }
    }

    /// <summary>Last billed day, in the account's time zone. No charge is made once the account is closed.</summary>
    public DateOnly? ClosedOn
    {
        get;
        init
        {
            field = value;
            _told.Add();
        }
    }

    /// <summary>
    /// The account's tier, such as <c>enterprise</c>: whose dunning policy applies. The default one when left out, or when there is none of that
    /// name.
    /// </summary>
    public string? Tier
    {
        get;
        init
        {
            field = value;
            _told.Add();
        }
    }

    /// <summary>Where the account is taxed: ISO 3166-1 code of two capital letters, such as <c>DE</c>. Without it no tax can be computed.</summary>
    public string? Country
    {
        get;
        init
        {
            field = value;
            _told.Add();
        }
    }

    /// <summary>State or province in the country, where rates differ by it; as <see cref="SetTaxRate"/> names it, at most 64 characters.</summary>
    public string? Region
    {
        get;
        init
        {
            field = value;
            _told.Add();
        }
    }

    /// <summary>The customer's tax number, such as <c>ATU12345678</c>, at most 64 characters. With it, rates that may be reversed are.</summary>
    public string? TaxId
    {
        get;
        init
        {
            field = value;
            _told.Add();
        }
    }

    /// <summary>The id of the certificate that the customer pays no tax, at most 128 characters.</summary>
    public string? TaxExemption
    {
        get;
        init
        {
            field = value;
            _told.Add();
        }
    }

    /// <summary>The certificate's last day; open when left out.</summary>
    public DateOnly? TaxExemptThrough
    {
        get;
        init
        {
            field = value;
            _told.Add();
        }
    }

    /// <summary>Who asks; kept in the audit trail.</summary>
    public string? RequestedBy { get; init; }

    /// <summary>True when the sender told the member, null included; false for a member that is required.</summary>
    /// <param name="member">Its name in C#.</param>
    public bool Tells(string member) => _told.Has(member);

    /// <summary>The same command without what it says of these members.</summary>
    /// <param name="members">Their names in C#.</param>
    public RegisterAccount LeavingOut(IEnumerable<string> members)
    {
        var copy = this with { };
        copy._told.Remove(members);
        return copy;
    }
}

/// <summary>Command. Many accounts in one message, for importers; one that is bad rejects only itself.</summary>
/// <remarks>Answered by <see cref="AccountsRegistered"/>.</remarks>
public sealed record RegisterAccounts
{
    /// <summary>At most 1,000.</summary>
    [EachAlone]
    public required RegisterAccount[] Accounts { get; init; }

    /// <summary>What the sender calls this delivery; comes back in the answer.</summary>
    public string? Reference { get; init; }

    /// <summary>Who asks; kept in the audit trail.</summary>
    public string? RequestedBy { get; init; }
}

/// <summary>Event. The account is known as it was last told. Not said when nothing was new.</summary>
public sealed record AccountRegistered
{
    public required string AccountId { get; init; }

    /// <summary>Counts the changes of the account, from 1.</summary>
    public required int Version { get; init; }
}

/// <summary>Event. The answer to <see cref="RegisterAccounts"/>.</summary>
public sealed record AccountsRegistered
{
    public string? Reference { get; init; }

    /// <summary>Accounts that are new or have changed.</summary>
    public required int Registered { get; init; }

    /// <summary>Accounts of which nothing was new.</summary>
    public required int Unchanged { get; init; }

    public required RejectedAccount[] Rejected { get; init; }
}

/// <summary>An account that was not taken, and why.</summary>
public sealed record RejectedAccount
{
    /// <summary>Its place in the command, from 0.</summary>
    public int? Index { get; init; }

    /// <summary>Empty when it was not told, or cannot be read.</summary>
    public required string AccountId { get; init; }

    /// <summary>One sentence for each field: what it held and what was expected.</summary>
    public required string[] Reasons { get; init; }
}

/// <summary>Command. Puts a price on a price code from now on. Runs that have started keep the price that they started with.</summary>
public sealed record SetPrice
{
    /// <summary>What is priced, 1 to 64 characters: <c>storage-gb</c>, <c>seat</c>.</summary>
    public required string PriceCode { get; init; }

    /// <summary>ISO 4217.</summary>
    public required string Currency { get; init; }

    /// <summary>What the invoice line says, at most 200 characters.</summary>
    public required string Description { get; init; }

    /// <summary><c>unit</c>, <c>hourly</c>, <c>graduated</c> or <c>volume</c>.</summary>
    public required string Model { get; init; }

    /// <summary>Price of one unit (or one started hour), full precision, in the currency's major unit. For <c>unit</c> and <c>hourly</c>.</summary>
    public decimal? UnitPrice { get; init; }

    /// <summary>For <c>hourly</c>: the hours of a month after which one resource costs no more; 672 when left out.</summary>
    public int? MonthlyCapHours { get; init; }

    /// <summary>For <c>graduated</c> and <c>volume</c>: the tiers from the lowest; the last one is open above.</summary>
    public PriceTier[]? Tiers { get; init; }

    /// <summary>The kind of product, by which tax rates differ, at most 64 characters; <c>standard</c> when left out.</summary>
    public string? TaxCategory { get; init; }

    /// <summary>Who asks; kept in the audit trail.</summary>
    public string? RequestedBy { get; init; }
}

/// <summary>One tier of a graduated or volume price.</summary>
public sealed record PriceTier
{
    /// <summary>The last quantity that belongs to the tier; left out for the last tier.</summary>
    public decimal? UpTo { get; init; }

    /// <summary>Price of one unit in the tier, full precision, in the currency's major unit.</summary>
    public required decimal UnitPrice { get; init; }

    /// <summary>Added once when the tier is reached, in the currency's major unit.</summary>
    public decimal FlatPrice { get; init; }
}

/// <summary>Command. Says what the tax of one kind of product is in one place, from a day on. The same rate twice changes nothing.</summary>
/// <remarks>
/// A later word about the same place, category and day takes the place of the earlier one, for what is invoiced from then on. A rate of zero has to be told.
/// </remarks>
public sealed record SetTaxRate
{
    /// <summary>ISO 3166-1 code of two capital letters, such as <c>DE</c>.</summary>
    public required string Country { get; init; }

    /// <summary>State or province, at most 64 characters; the whole country when left out. A region's rate goes before the country's.</summary>
    public string? Region { get; init; }

    /// <summary>The kind of product, as prices name it, at most 64 characters; <c>standard</c> when left out.</summary>
    public string? Category { get; init; }

    /// <summary>What the invoice says, such as <c>VAT 19 %</c>, at most 100 characters.</summary>
    public required string Name { get; init; }

    /// <summary>As a fraction, from 0 to 1 with at most six decimals: 0.19 is 19 %. One that is left out is no rate of zero: the command is refused.</summary>
    public required decimal? Rate { get; init; }

    /// <summary>True when prices hold the tax: it is taken out of them, and what is to be paid stays. False when it is added.</summary>
    public bool Inclusive { get; init; }

    /// <summary>True when a customer with a tax number owes it to his own state: none is asked for then.</summary>
    public bool ReverseCharge { get; init; }

    /// <summary>The first day on which it is in force. A line is taxed by the rate of the last day that it bills.</summary>
    public required DateOnly ValidFrom { get; init; }

    /// <summary>Who asks; kept in the audit trail.</summary>
    public string? RequestedBy { get; init; }
}

/// <summary>Command. Gives an account credit that later invoices use up first.</summary>
public sealed record GrantCredit
{
    /// <summary>The sender's own id of the grant: the same id twice counts once, for ever.</summary>
    public required string CreditId { get; init; }

    public required string AccountId { get; init; }

    /// <summary>Above zero, in the currency's major unit, with no more decimals than the currency has.</summary>
    public required decimal Amount { get; init; }

    /// <summary>ISO 4217; must be the account's.</summary>
    public required string Currency { get; init; }

    public required string Reason { get; init; }

    /// <summary>Who asks; kept in the audit trail.</summary>
    public string? RequestedBy { get; init; }
}

/// <summary>
/// Command. Erases what identifies the person behind an account everywhere, and keeps the books: invoices, ledger and certificates stay as they are. Only an
/// account that is over can be erased: its last day has passed, its last invoice was issued, and nothing is open.
/// </summary>
/// <remarks>
/// Answered by <see cref="Contacts.V1.ContactErased"/>. The account takes no contact data any more; who comes back gets another account. Asked for again, as
/// after a backup was restored, it erases what is there anew.
/// </remarks>
public sealed record EraseContact
{
    public required string AccountId { get; init; }

    /// <summary>Why, at most 400 characters; kept in the audit trail. It must not name the person.</summary>
    public required string Why { get; init; }

    /// <summary>Who asks; kept in the audit trail.</summary>
    public string? RequestedBy { get; init; }
}
