-- The database of one service and its two users: the owner makes and changes the tables, the service works with them; it is granted what it needs by the owner.
-- OWNER_PASSWORD=... SERVICE_PASSWORD=... psql -v name=billing_monthclose -f users.sql
\getenv owner_password OWNER_PASSWORD
\getenv service_password SERVICE_PASSWORD
select :'name' || '_owner' as owner \gset
select format('create role %I login', role) from unnest(array[:'name', :'owner']) role where not exists (select from pg_roles where rolname = role) \gexec
-- the server's log keeps no password
set log_statement = 'none';
alter role :"owner" password :'owner_password';
alter role :"name" password :'service_password';
select format('create database %I owner %I', :'name', :'owner') where not exists (select from pg_database where datname = :'name') \gexec
revoke all on database :"name" from public;
grant connect on database :"name" to :"name";
