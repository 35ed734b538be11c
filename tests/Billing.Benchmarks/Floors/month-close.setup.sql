-- The tables of the floor of a month's close, and :n accounts with 20 usage records each. The same wherever it is run.
create table account (account_id bigint primary key, balance bigint not null);
create table usage_record (
    usage_id bigint generated always as identity primary key,
    account_id bigint not null,
    month date not null,
    price_code text not null,
    quantity int not null,
    unit_price bigint not null);
create index on usage_record (account_id, month);
create table invoice (
    invoice_id bigint generated always as identity primary key,
    account_id bigint not null references account,
    month date not null,
    total bigint not null,
    state text not null,
    unique (account_id, month));
create table invoice_line (
    line_id bigint generated always as identity primary key,
    invoice_id bigint not null references invoice,
    price_code text not null,
    quantity bigint not null,
    amount bigint not null);
create index on invoice_line (invoice_id);
create table charge (
    charge_id bigint generated always as identity primary key,
    invoice_id bigint not null references invoice,
    account_id bigint not null,
    amount bigint not null,
    idempotency_key text not null unique,
    state text not null);
create table ledger_entry (
    entry_id bigint generated always as identity primary key,
    account_id bigint not null,
    charge_id bigint not null references charge,
    amount bigint not null,
    reference text not null);
create table letter (
    letter_id bigint generated always as identity primary key,
    account_id bigint not null,
    invoice_id bigint not null,
    template text not null,
    state text not null,
    sent_at timestamptz not null,
    unique (invoice_id, template));
create table run (run_id bigint primary key, left_to_close int not null);
create table account_close (
    account_id bigint not null,
    month date not null,
    run_id bigint not null,
    closed_at timestamptz,
    primary key (account_id, month));

insert into account select a, 0 from generate_series(1, :n) a;
insert into usage_record (account_id, month, price_code, quantity, unit_price)
    select a, '2026-10-01', 'price-' || u % 5, 1 + (2 * a + u) % 9, 10 + (a * 11 + u * 17) % 90 from generate_series(1, :n) a, generate_series(1, 20) u order by a, u;
update account set balance = used.total
    from (select account_id, sum(quantity * unit_price) as total from usage_record group by account_id) used where used.account_id = account.account_id;
insert into run values (1, :n);
insert into account_close (account_id, month, run_id) select a, '2026-10-01', 1 from generate_series(1, :n) a;
