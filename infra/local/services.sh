# The four services, the console and the simulated gateway as processes of this checkout. Sourced by ./billing.

SERVICES=(gateway scheduler seatrefresh monthclose notification console)

service_dll() {
    case $1 in
        gateway) echo infra/Billing.SimulatedGateway/bin/Release/net10.0/Billing.SimulatedGateway.dll ;;
        scheduler) echo services/Billing.Scheduler/bin/Release/net10.0/Billing.Scheduler.dll ;;
        seatrefresh) echo services/Billing.SeatRefresh/bin/Release/net10.0/Billing.SeatRefresh.dll ;;
        monthclose) echo "${MONTHCLOSE:-services/Billing.MonthClose/bin/Release/net10.0/Billing.MonthClose.dll}" ;;   # a benchmark has another host of it
        notification) echo services/Billing.Notification/bin/Release/net10.0/Billing.Notification.dll ;;
        console) echo services/Billing.Console/bin/Release/net10.0/Billing.Console.dll ;;
    esac
}

# the key that signs the certificates here; the build has made what makes it
certificate_key() { remember secrets CERTIFICATES dotnet "$ROOT/infra/Billing.Cli/bin/Release/net10.0/Billing.Cli.dll" certificate key; }

# as whom a service speaks with the broker
broker_user() {
    case $1 in
        seatrefresh) echo seat-refresh ;;
        monthclose) echo month-close ;;
        *) echo "$1" ;;
    esac
}

# the gateway keeps files, and the console owns nothing
has_database() { [ "$1" != gateway ] && [ "$1" != console ]; }

# which database it works with, and as whom
export_database() {
    export Database__Provider Database__ConnectionString
    if on_sqlserver; then
        Database__Provider=SqlServer Database__ConnectionString=$(sqlserver_uri "$1")
    else
        export Database__OwnerConnectionString
        Database__Provider=Postgres Database__ConnectionString=$(database_uri "$1") Database__OwnerConnectionString=$(database_uri "$1" owner)
    fi
}

# the keys of contact data, and which is the current one
export_sealing_keys() {
    local line
    export Sealing__CurrentKey
    Sealing__CurrentKey=$(sealing_key_name)
    while IFS= read -r line; do export "Sealing__Keys__${line?}"; done < <(sealing_keys)
}

service_url() { printf 'http://127.0.0.1:%s' "$(port "${1^^}")"; }
service_running() { running "$1" "$(service_dll "$1")"; }
service_ready() { http_ok "$(port "${1^^}")" /health/ready; }

# Stands in for an orchestrator: starts a service again that ended with exit code 75, because its bus could not be healed
# (infra/Billing.Hosting/Bus/BusWatch.cs); any other end is its own end too. A stop is handed on and waited for.
SUPERVISE='
    child= stopping=
    trap "stopping=yes; kill -TERM \$child 2>/dev/null" TERM INT
    while true; do
        dotnet "$1" & child=$!
        [ -z "$stopping" ] || kill -TERM $child
        while wait $child; status=$?; kill -0 $child 2>/dev/null; do :; done
        [ $status = 75 ] && [ -z "$stopping" ] || exit $status
    done'

start_service() {
    local dll log=$DATA/log/$1.log
    dll=$ROOT/$(service_dll "$1")
    service_running "$1" && return
    [ -f "$dll" ] || die "$dll is missing; the build did not make it"
    (
        export Urls DOTNET_ENVIRONMENT=${DOTNET_ENVIRONMENT:-Production}
        Urls=$(service_url "$1")
        ! has_test_clock || export Clock__Test=true
        case $1 in
            gateway) ;;
            *)
                ! has_database "$1" || export_database "$1"
                export RabbitMq__Host=127.0.0.1 RabbitMq__Port RabbitMq__VirtualHost=billing RabbitMq__Username RabbitMq__Password
                RabbitMq__Port=$(port AMQP) RabbitMq__Username=$(broker_user "$1") RabbitMq__Password=$(broker_password "$(broker_user "$1")")
                ;;
        esac
        case $1 in
            seatrefresh | monthclose | notification) export_sealing_keys ;;
        esac
        case $1 in
            gateway) export Gateway__Folder=$DATA/gateway ;;
            monthclose)
                export Certificates__PrivateKey && Certificates__PrivateKey=$(certificate_key)
                export Invoices__LinkKey Invoices__PublicUrl=${Invoices__PublicUrl:-$(service_url monthclose)} && Invoices__LinkKey=$(link_key)
                export Seller__Name=${Seller__Name:-Example Cloud Ltd}
                export Gateway__BaseAddress
                Gateway__BaseAddress=$(service_url gateway)
                # the simulated gateway knows at once what became of a charge: nobody has to wait five minutes to see it found out
                export Gateway__Timeout=${Gateway__Timeout:-00:00:02} Gateway__AskAfter__0=${Gateway__AskAfter__0:-00:00:02}
                export Gateway__AskAfter__1=${Gateway__AskAfter__1:-00:00:15} Gateway__AskAfter__2=${Gateway__AskAfter__2:-00:01:00}
                export Gateway__AskAfter__3=${Gateway__AskAfter__3:-01:00:00}
                export Gateway__AskWithin=${Gateway__AskWithin:-00:00:10} Gateway__NotFoundIsBelievedAfter=${Gateway__NotFoundIsBelievedAfter:-00:00:01}
                export Limits__gateway=${Limits__gateway:-unlimited}      # it stands for no one's contract
                ;;
            notification) export Mail__PickupFolder=$DATA/mail ;;
            console)
                export Console__MonthClose Console__Notification Console__SeatRefresh Console__Scheduler
                Console__MonthClose=$(service_url monthclose) Console__Notification=$(service_url notification)
                Console__SeatRefresh=$(service_url seatrefresh) Console__Scheduler=$(service_url scheduler)
                ;;
            scheduler) ! has_test_clock || export Clock__Followers__0="$(service_url gateway)/simulator/clock" ;;
        esac
        cd "$(dirname "$dll")"
        exec setsid bash -c "$SUPERVISE" supervise "$dll" >"$log" 2>&1 </dev/null 9>&-
    ) &
    echo $! >"$DATA/run/$1.pid"
    # until it has become the program it is not known by its name
    while ! service_running "$1" && kill -0 $! 2>/dev/null; do sleep 0.05; done
    disown
}

# Ready, or gone: a service that ended at once has said why in its log.
wait_for_service() {
    if ! wait_until 300 "$1 becoming ready" service_ready_or_gone "$1" || ! service_running "$1"; then
        say "--- the last lines of $DATA/log/$1.log"
        tail -15 "$DATA/log/$1.log" >&2
        die "$1 is not ready"
    fi
}
service_ready_or_gone() { service_ready "$1" || ! service_running "$1"; }

stop_service() {
    local pid
    pid=$(cat "$DATA/run/$1.pid" 2>/dev/null || true)
    stop "$1" "$(service_dll "$1")"
    # it leads a group of its own: when it had to be killed, its service goes with it
    [ -z "$pid" ] || kill -KILL -- "-$pid" 2>/dev/null || true
}
