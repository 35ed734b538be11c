-- :n subscriptions, half of them never counted and half counted two days ago, each with 20 members of all roles and states.
create table subscription (
    id bigint primary key,
    seats int not null,
    in_use int,
    max_used int not null,
    owed int not null default 0,
    claimed_at timestamptz,
    counted_at timestamptz
);
create index on subscription (claimed_at nulls first);
create table member (
    id bigint generated always as identity primary key,
    subscription_id bigint not null,
    person bigint not null,
    role smallint not null,
    state text not null
);

insert into subscription (id, seats, max_used, claimed_at)
select n, 5 + n % 10, 3 + n % 7, case when n % 2 = 0 then now() - interval '2 days' + n * interval '1 millisecond' end
from generate_series(1, :n) n;
insert into member (subscription_id, person, role, state)
select n, n * 100 + m, (array[5, 10, 20, 30, 40, 50])[1 + (n * 7 + m * 5) % 6],
       case (n + m) % 10 when 0 then 'awaiting' when 1 then 'blocked' else 'active' end
from generate_series(1, :n) n, generate_series(1, 20) m
order by n, m;
create index on member (subscription_id);
