# A private PostgreSQL from $DATA, on loopback. Never the system's own. Sourced by ./billing.

postgres_bin() {
    local newest
    newest=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
    if [ -x "$newest/initdb" ]; then printf '%s' "$newest"; else dirname "$(readlink -f "$(command -v initdb)")" 2>/dev/null; fi
}

# PostgreSQL refuses to run as root, so root lends it to the user postgres.
as_postgres() {
    if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

# The data live in $DATA/postgres, unless root's checkout lies where the user postgres cannot go (such as /root).
# Of two servers, one of which follows the other, the second is $DATABASE_SERVER 2.
postgres_home() { printf '%s%s' "$(remember folders POSTGRES find_postgres_home)" "${DATABASE_SERVER:-}"; }
find_postgres_home() {
    if [ "$(id -u)" != 0 ] || as_postgres test -x "$DATA"; then
        printf '%s' "$DATA/postgres"
    else
        printf '/var/tmp/billing-%s/postgres' "$(printf '%s' "$DATA" | sha256sum | cut -c1-12)"
    fi
}

postgres_running() { [ -f "$DATA/run/postgres${DATABASE_SERVER:-}.pid" ] && running "postgres${DATABASE_SERVER:-}" "$(postgres_home)"; }

start_postgres() {
    local bin home port password
    postgres_running && return
    bin=$(postgres_bin) home=$(postgres_home) port=$(port "POSTGRES${DATABASE_SERVER:-}") password=$(secret POSTGRES)
    mkdir -p "$home"
    [ "$(id -u)" != 0 ] || chown postgres: "$home"
    chmod 700 "$home"
    if [ ! -f "$home/data/PG_VERSION" ]; then
        say "making a PostgreSQL in $home"
        printf '%s' "$password" | as_postgres sh -c "umask 077; cat > '$home/password'"
        as_postgres "$bin/initdb" -D "$home/data" -U postgres --auth=scram-sha-256 --pwfile="$home/password" \
            -E UTF8 --locale=C.UTF-8 >"$DATA/log/postgres-init.log" 2>&1 || die "initdb failed, see $DATA/log/postgres-init.log"
        as_postgres rm -f "$home/password"
    fi
    (cd / && as_postgres "$bin/pg_ctl" -D "$home/data" -l "$home/log" -w -t 300 start -o "-p $port \
        -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=400 \
        -c shared_buffers=256MB -c max_wal_size=4GB ${POSTGRES_OPTIONS:-}" >"$DATA/log/postgres${DATABASE_SERVER:-}-start.log" 2>&1 9>&-) ||
        die "PostgreSQL did not start, see $DATA/log/postgres${DATABASE_SERVER:-}-start.log and $home/log"
    as_postgres head -1 "$home/data/postmaster.pid" >"$DATA/run/postgres${DATABASE_SERVER:-}.pid"
}

# "Fast": sessions are ended, what was committed is kept.
stop_postgres() { stop "postgres${DATABASE_SERVER:-}" "$(postgres_home)" INT; }

# follow PRIMARY - makes $DATABASE_SERVER anew as a standby of another server ('' for the first), which from then on waits with each commit until this one has it.
follow() {
    local home
    home=$(postgres_home)
    mkdir -p "$home"
    [ "$(id -u)" != 0 ] || chown postgres: "$home"
    chmod 700 "$home"
    as_postgres rm -rf "$home/data"
    (cd / && PGPASSWORD=$(secret POSTGRES) as_postgres "$(postgres_bin)/pg_basebackup" -D "$home/data" -R -c fast \
        -d "host=127.0.0.1 port=$(port "POSTGRES$1") user=postgres application_name=billing_standby" >"$DATA/log/postgres${DATABASE_SERVER:-}-copy.log" 2>&1) ||
        die "no standby could be made, see $DATA/log/postgres${DATABASE_SERVER:-}-copy.log"
    start_postgres
    DATABASE_SERVER=$1 sql -c "alter system set synchronous_standby_names = 'billing_standby'" -c "select pg_reload_conf()" >/dev/null
    wait_until 60 "the standby is synchronous" is_followed "$1"
}

is_followed() { [ "$(DATABASE_SERVER=$1 sql -c "select count(*) from pg_stat_replication where sync_state = 'sync'")" = 1 ]; }

# The standby $DATABASE_SERVER is the primary from here on, and waits for nobody until somebody follows it.
promote() {
    (cd / && as_postgres "$(postgres_bin)/pg_ctl" -D "$(postgres_home)/data" -w -t 60 promote >"$DATA/log/postgres${DATABASE_SERVER:-}-promote.log" 2>&1) ||
        die "the standby was not promoted, see $DATA/log/postgres${DATABASE_SERVER:-}-promote.log"
    sql -c "alter system reset synchronous_standby_names" -c "select pg_reload_conf()" >/dev/null
}

# keep_log - from here on the server keeps its log, so that with a copy of its base it can go back to any moment: what docs/operations.md says, done.
keep_log() {
    local log
    log=$(postgres_home)/archive
    as_postgres mkdir -p "$log"
    sql -c "alter system set archive_mode = on" -c "alter system set archive_timeout = 60" \
        -c "alter system set archive_command = 'test ! -f $log/%f && cp %p $log/%f'"
    stop_postgres
    start_postgres
}

# copy_base - what a way back begins with; services work meanwhile.
copy_base() {
    as_postgres rm -rf "$(postgres_home)/base"
    (cd / && PGPASSWORD=$(secret POSTGRES) as_postgres "$(postgres_bin)/pg_basebackup" -D "$(postgres_home)/base" -X none -c fast \
        -d "host=127.0.0.1 port=$(port "POSTGRES${DATABASE_SERVER:-}") user=postgres" >"$DATA/log/postgres${DATABASE_SERVER:-}-base.log" 2>&1) ||
        die "no base was copied, see $DATA/log/postgres${DATABASE_SERVER:-}-base.log"
}

# go_back_to MOMENT - all databases of the server are what they were then. The log has to reach beyond the moment, or recovery ends with an error.
go_back_to() {
    local home last
    home=$(postgres_home)
    last=$(sql -c "select pg_walfile_name(pg_current_wal_lsn())")
    sql -c "select pg_switch_wal()" >/dev/null
    wait_until 60 "the log is kept up to $last" as_postgres test -f "$home/archive/$last"
    stop_postgres
    as_postgres rm -rf "$home/data"
    as_postgres cp -a "$home/base" "$home/data"
    as_postgres sh -c "cat >>'$home/data/postgresql.auto.conf'" <<CONF
restore_command = 'cp $home/archive/%f %p'
recovery_target_time = '$1'
recovery_target_action = 'promote'
CONF
    as_postgres touch "$home/data/recovery.signal"
    start_postgres
    wait_until 300 "the server has gone back" is_promoted
    sql -c "alter system reset restore_command" -c "alter system reset recovery_target_time" -c "alter system reset recovery_target_action" >/dev/null
}

is_promoted() { [ "$(sql -c "select pg_is_in_recovery()")" = f ]; }

sql() { PGPASSWORD=$(secret POSTGRES) "$(postgres_bin)/psql" -h 127.0.0.1 -p "$(port "POSTGRES${DATABASE_SERVER:-}")" -U postgres -XAtq -v ON_ERROR_STOP=1 "$@"; }

# The database of a service, and its two users: the owner makes and changes the tables, the service works with them. The service itself grants what it needs.
# An installation from before there were two hands its tables over.
create_database() {
    local database=billing_$1 role
    for role in "$database" "${database}_owner"; do
        [ "$(sql -c "select 1 from pg_roles where rolname = '$role'")" = 1 ] || sql -c "create role $role login"
        sql <<<"alter role $role password '$(secret "POSTGRES_${role^^}")'"        # not where the list of processes shows it
    done
    [ "$(sql -c "select 1 from pg_database where datname = '$database'")" = 1 ] || sql -c "create database $database"
    sql -c "alter database $database owner to ${database}_owner" -c "revoke all on database $database from public" \
        -c "grant connect on database $database to $database"
    sql -d "$database" <<SQL
do \$\$ declare one record; begin
    for one in select format('alter %s %s owner to %I', case relkind when 'S' then 'sequence' else 'table' end, oid::regclass, '${database}_owner') as act
        from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'S') and relowner <> '${database}_owner'::regrole
            and not exists (select from pg_depend where objid = pg_class.oid and deptype in ('a', 'i') and relkind = 'S')
        union all select format('alter function %s owner to %I', oid::regprocedure, '${database}_owner')
        from pg_proc where pronamespace = 'public'::regnamespace and proowner <> '${database}_owner'::regrole
    loop execute one.act; end loop;
end \$\$
SQL
}

# database_uri SERVICE [owner] - how a service connects to its database, or the owner of its tables.
database_uri() {
    local role=billing_$1${2:+_$2}
    printf 'Host=127.0.0.1;Port=%s;Database=billing_%s;Username=%s;Password=%s' "$(port POSTGRES)" "$1" "$role" "$(secret "POSTGRES_${role^^}")"
}
