# A SQL Server that somebody else runs, in the place of the private PostgreSQL. Sourced by ./billing.

# its connection string without a database, as "up" was told; an installation keeps it
on_sqlserver() { [ -f "$DATA/sqlserver" ]; }

# begin_on_sqlserver CONNECTION - books that were begun on PostgreSQL stay there.
begin_on_sqlserver() {
    [ -n "$1" ] || on_sqlserver || die 'a SQL Server needs --connection "Server=HOST;User Id=USER;Password=...;TrustServerCertificate=true", or BILLING_SQLSERVER'
    [ -n "$1" ] || return 0
    if on_sqlserver; then
        [ "$(cat "$DATA/sqlserver")" = "${1%;}" ] || die "this installation is on another SQL Server; a new one needs an empty .data (move it away)"
        return 0
    fi
    [ ! -e "$DATA/environment" ] || die "this installation began on PostgreSQL; SQL Server needs an empty .data (move it away)"
    [[ ! ${1,,} =~ (^|;)[[:space:]]*(database|initial catalog)[[:space:]]*= ]] || die "the connection names a database; each service has one of its own, billing_<service>"
    mkdir -p "$DATA"
    (umask 077 && printf '%s\n' "${1%;}" >"$DATA/sqlserver")
}

# sqlserver_uri SERVICE - how it connects to its database, which it makes itself: the user of the connection may make one.
sqlserver_uri() { printf '%s;Database=billing_%s' "$(cat "$DATA/sqlserver")" "$1"; }

# where it is, without user and password
sqlserver_name() { tr ';' '\n' <"$DATA/sqlserver" | sed -nE 's/^ *(server|data source|address|addr) *= *//Ip' | head -1; }
