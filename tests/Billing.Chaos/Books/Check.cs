namespace Billing.Chaos.Books;

/// <summary>What must never be found in a service's database: each row is a sentence about what is wrong.</summary>
/// <param name="Invariant">Its number, such as <c>I3</c>.</param>
/// <param name="Service">Whose database is asked.</param>
/// <param name="Sql">Asks for what is wrong, as one text column.</param>
/// <param name="AfterRefresh">Only once every subscription was due after its last change; by itself that takes a day.</param>
sealed record Check(string Invariant, string Service, string Sql, bool AfterRefresh = false)
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new("I1", "monthclose", """
            select format('%s has %s invoices of %s', "AccountId", count(*), "Period") from "Invoice" where "Status" <> 'Voided'
            group by "AccountId", "Period" having count(*) > 1
            """),
        new("I1", "monthclose", """
            select format('%s was closed as %s in %s without an invoice', c."AccountId", c."Outcome", r."Period")
            from "AccountClose" c join "Run" r on r."CorrelationId" = c."RunId" left join "Invoice" i on i."InvoiceId" = c."InvoiceId"
            where c."Step" = 'Closed' and c."Outcome" not in ('NothingToBill', 'AutoInvoicingOff') and i."InvoiceId" is null
            """),
        new("I3", "monthclose", """
            select format('debits and credits of %s differ by %s', "TransactionId", sum("Amount"))
            from "LedgerEntry" group by "TransactionId" having sum("Amount") <> 0
            """),
        new("I3", "monthclose", """
            select format('the balance of %s is %s and %s, its entries make %s and %s',
                b."AccountId", b."Owed", b."Credit", coalesce(e.owed, 0), coalesce(e.credit, 0))
            from "AccountBalance" b left join (
                select "AccountId", sum("Amount") filter (where "Account" = 'receivable') as owed,
                    -sum("Amount") filter (where "Account" = 'customer-credit') as credit
                from "LedgerEntry" group by "AccountId") e on e."AccountId" = b."AccountId"
            where b."Owed" <> coalesce(e.owed, 0) or b."Credit" <> coalesce(e.credit, 0)
            """),
        new("I3", "monthclose", """
            select format('%s owes %s, and its invoices have %s open', b."AccountId", b."Owed", coalesce(i.open, 0)) from "AccountBalance" b left join (
                select "AccountId", sum("AmountDue" - "AmountPaid" - "AmountReduced") as open from "Invoice"
                where "Status" = 'Open' or ("Status" = 'CarriedForward' and "CarriedTo" is null) group by "AccountId") i on i."AccountId" = b."AccountId"
            where b."Owed" <> coalesce(i.open, 0)
            """),
        new("I3", "monthclose", """
            select format('the lines of %s make %s, and its total is %s', i."Number", coalesce(sum(l."Amount"), 0), i."Total")
            from "Invoice" i left join "InvoiceLine" l on l."InvoiceId" = i."InvoiceId" group by i."InvoiceId" having coalesce(sum(l."Amount"), 0) <> i."Total"
            """),
        new("I4", "monthclose", """
            select format('%s letters %s of attempt %s were asked for about invoice %s', count(*), "Template", "Attempt", "InvoiceId") from "Letter"
            group by "InvoiceId", "Template", "Attempt", "Cause" having count(*) > 1
            """),
        new("I4", "monthclose", """
            select format('nobody was sent %s', i."Number") from "AccountClose" c join "Invoice" i on i."InvoiceId" = c."InvoiceId"
            where c."Step" = 'Closed' and not exists (select 1 from "Letter" l where l."InvoiceId" = i."InvoiceId" and l."Template" = 'invoice')
            """),
        new("I4", "monthclose", """
            select format('the charge of %s went through, and nobody was sent a receipt', i."Number")
            from "Charge" c join "Invoice" i on i."InvoiceId" = c."InvoiceId"
            where c."State" = 'Succeeded' and not exists (select 1 from "Letter" l where l."InvoiceId" = i."InvoiceId"
                and (l."Template" = 'receipt' or (l."Template" = 'payment-credited' and l."Cause" = c."ChargeId")))
            """),
        new("I5", "monthclose", """
            select format('the run of %s stands still in %s: %s', "Period", "CurrentState", "HaltReason") from "Run"
            where "CurrentState" not in ('Succeeded', 'Completed')
            """),
        new("I5", "monthclose", """
            select format('%s stands still in %s in the run of %s', c."AccountId", c."Step", r."Period")
            from "AccountClose" c join "Run" r on r."CorrelationId" = c."RunId"
            where c."Step" not in ('Closed', 'Cancelled', 'Parked') or (c."Step" = 'Parked' and c."ReasonCode" is null)
            """),
        new("I5", "monthclose", """
            select format('%s was parked for %s: %s', c."AccountId", c."ReasonCode", c."Reason") from "AccountClose" c
            where c."Step" = 'Parked' and c."ReasonCode" <> 'PriceMissing'
            """),
        new("I5", "monthclose", """
            select format('a collection of %s stands still in %s', c."AccountId", c."CurrentState") from "Collection" c
            where (c."CurrentState" in ('Dunning', 'AwaitingPayment') and not exists (select 1 from "OutboxMessage" m where m."MessageId" = c."RetryToken"))
                or c."CurrentState" in ('Initial', 'Charging') or (c."CurrentState" in ('NeedsAttention', 'Waiting') and c."Reason" is null)
            """),
        new("I5", "monthclose", """
            select format('an inquiry of %s stands still in %s', "AccountId", "CurrentState") from "ChargeInquiry"
            where "CurrentState" not in ('Known', 'Unresolved')
            """),
        new("I5", "monthclose", """
            select format('a charge of %s stands still, %s', c."AccountId", c."State") from "Charge" c
            where c."State" = 'Pending' or (c."State" = 'Unknown' and not exists
                (select 1 from "ChargeInquiry" q where q."CorrelationId" = c."ChargeId" and q."CurrentState" = 'Unresolved'))
            """),
        new("I5", "monthclose", """
            select format('%s has %s open, and its collection is %s',
                i."Number", i."AmountDue" - i."AmountPaid" - i."AmountReduced", coalesce(c."CurrentState", 'not there'))
            from "Invoice" i join "AccountClose" a on a."InvoiceId" = i."InvoiceId" left join "Collection" c on c."CorrelationId" = i."InvoiceId"
            where i."Status" = 'Open' and a."Step" = 'Closed' and coalesce(c."CurrentState", 'Ended') in ('Paid', 'CarriedOver', 'Ended')
                and a."Outcome" not in ('ManualPayment', 'AccountClosed', 'AutoPayOff', 'AlreadyPaid', 'WrittenOff')
            """),
        new("I5", "monthclose", """
            select format('nothing is open of %s, and its collection is %s', i."Number", c."CurrentState")
            from "Invoice" i join "Collection" c on c."CorrelationId" = i."InvoiceId"
            where i."Status" <> 'Open' and c."CurrentState" not in ('Paid', 'CarriedOver', 'Ended')
            """),
        new("I7", "seatrefresh", """
            select format('slot %s was held by %s and by %s at the same time', a."Slot", a."Holder", b."Holder") from "SlotLease" a
            join "SlotLease" b on a."Slot" = b."Slot" and a."TakenAt" < b."TakenAt" and coalesce(a."ReleasedAt", a."LeasedUntil") > b."TakenAt"
            """),
        new("I7", "seatrefresh", """
            select format('the subscription %s has version %s and %s changes', s."SubscriptionId", s."Version", count(h."Version")) from "Subscription" s
            left join "SeatHistory" h on h."SubscriptionId" = s."SubscriptionId" group by s."SubscriptionId" having count(h."Version") <> s."Version"
            """),
        new("I7", "seatrefresh", """
            with edge as (select "TakenAt" as at, 1 as step from "SlotLease" union all select coalesce("ReleasedAt", "LeasedUntil"), -1 from "SlotLease"),
                most as (select max(running) as running from (select sum(step) over (order by at, step) as running from edge) x)
            select format('%s slots were held at the same time', running) from most
            where running > (select coalesce(max("MaxRunning"), 6) from "RefreshSettings")
            """),
        new("I7", "seatrefresh", """
            select format('%s is counted as %s, and has %s members', s."SubscriptionId", s."SeatsInUse", count(m."UserId")) from "Subscription" s
            left join "Membership" m on m."NamespaceId" = s."NamespaceId" and m."State" = 'active'
            group by s."SubscriptionId" having count(m."UserId") <> s."SeatsInUse"
            """, AfterRefresh: true),
        new("I8", "monthclose", """
            select format('%s is on hold for an invoice of which nothing is open', h."AccountId")
            from "Hold" h join "Invoice" i on i."InvoiceId" = h."InvoiceId"
            where h."LiftedAt" is null and not h."ByHand" and i."Status" not in ('Open', 'WrittenOff')
            """),
        new("I8", "monthclose", """
            select format('the collection of %s is on hold, and the account is not', c."AccountId") from "Collection" c
            where c."CurrentState" = 'OnHold' and not exists (select 1 from "Hold" h where h."InvoiceId" = c."CorrelationId" and h."LiftedAt" is null)
            """),
        new("I8", "monthclose", """
            select format('the plan of %s says suspended, and there is no hold', p."AccountId")
            from "DunningPlan" p join "Invoice" i on i."InvoiceId" = p."InvoiceId"
            where p."Overdue" = 'Suspended' and i."Status" = 'Open'
                and not exists (select 1 from "Hold" h where h."InvoiceId" = p."InvoiceId" and h."LiftedAt" is null)
            """)
    ];
}
