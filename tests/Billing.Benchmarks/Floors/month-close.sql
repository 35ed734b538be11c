-- One account, in four commits: invoice with its lines; charge under the account's lock, with ledger and balance; letter; end.
\set turn :turn + 1
\set account :client_id * :each + :turn
begin;
insert into invoice (account_id, month, total, state)
    select :account::bigint, '2026-10-01'::date, sum(quantity * unit_price), 'open'
    from usage_record where account_id = :account::bigint and month = '2026-10-01'::date
    on conflict (account_id, month) do nothing
    returning invoice_id as invoice, total as total \gset
insert into invoice_line (invoice_id, price_code, quantity, amount)
    select :invoice::bigint, price_code, sum(quantity), sum(quantity * unit_price)
    from usage_record where account_id = :account::bigint and month = '2026-10-01'::date
    group by price_code order by price_code;
commit;
begin;
select account.balance as balance, invoice.invoice_id as invoice, invoice.total as total
    from account join invoice on invoice.account_id = account.account_id and invoice.month = '2026-10-01'::date
    where account.account_id = :account::bigint for update of account \gset
insert into charge (invoice_id, account_id, amount, idempotency_key, state)
    values (:invoice::bigint, :account::bigint, :total::bigint, 'charge-' || :account::text, 'succeeded')
    on conflict (idempotency_key) do nothing
    returning charge_id as charge \gset
insert into ledger_entry (account_id, charge_id, amount, reference)
    values (:account::bigint, :charge::bigint, -(:total::bigint), 'taken-' || :charge::text);
update account set balance = balance - :total::bigint where account_id = :account::bigint;
commit;
insert into letter (account_id, invoice_id, template, state, sent_at)
    select :account::bigint, invoice_id, 'invoice', 'sent', clock_timestamp()
    from invoice where account_id = :account::bigint and month = '2026-10-01'::date
    on conflict (invoice_id, template) do nothing;
with ended as (
    update account_close set closed_at = clock_timestamp()
    where account_id = :account::bigint and month = '2026-10-01'::date and closed_at is null returning run_id)
update run set left_to_close = left_to_close - 1 where run_id = (select run_id from ended) returning run_id;
