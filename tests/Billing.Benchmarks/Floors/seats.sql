-- One subscription: claim the one that waits longest, count who takes a seat, write what came of it. Three commits.
update subscription set claimed_at = now()
where id = (
    select id from subscription
    where claimed_at is null or claimed_at < now() - interval '1 day'
    order by claimed_at nulls first
    limit 1
    for update skip locked)
returning id as claimed \gset
select count(*)::int as taken from member where subscription_id = :claimed::bigint and role > 10 and state = 'active' \gset
update subscription
set in_use = :taken::int, max_used = greatest(max_used, :taken::int), owed = greatest(0, greatest(max_used, :taken::int) - seats), counted_at = clock_timestamp()
where id = :claimed::bigint;
