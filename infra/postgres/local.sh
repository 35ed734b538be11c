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
postgres_home() { remember folders POSTGRES find_postgres_home; }
find_postgres_home() {
    if [ "$(id -u)" != 0 ] || as_postgres test -x "$DATA"; then
        printf '%s' "$DATA/postgres"
    else
        printf '/var/tmp/billing-%s/postgres' "$(printf '%s' "$DATA" | sha256sum | cut -c1-12)"
    fi
}

postgres_running() { [ -f "$DATA/run/postgres.pid" ] && running postgres "$(postgres_home)"; }

start_postgres() {
    local bin home port password
    postgres_running && return
    bin=$(postgres_bin) home=$(postgres_home) port=$(port POSTGRES) password=$(secret POSTGRES)
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
        -c shared_buffers=256MB -c max_wal_size=4GB ${POSTGRES_OPTIONS:-}" >"$DATA/log/postgres-start.log" 2>&1 9>&-) ||
        die "PostgreSQL did not start, see $DATA/log/postgres-start.log and $home/log"
    as_postgres head -1 "$home/data/postmaster.pid" >"$DATA/run/postgres.pid"
}

# "Fast": sessions are ended, what was committed is kept.
stop_postgres() { stop postgres "$(postgres_home)" INT; }

sql() { PGPASSWORD=$(secret POSTGRES) "$(postgres_bin)/psql" -h 127.0.0.1 -p "$(port POSTGRES)" -U postgres -XAtq -v ON_ERROR_STOP=1 "$@"; }

create_database() {
    [ "$(sql -c "select 1 from pg_database where datname = '$1'")" = 1 ] || sql -c "create database $1"
}
