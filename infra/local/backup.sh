# Backup of what runs here, and the way back. Sourced by ./billing. The programs do the work (infra/Billing.Cli/Backups); here the services are
# stopped and started.

# The gateway is not among them: it is somebody else's, and what it did stays done. The console keeps nothing.
KEEPING=(scheduler seatrefresh monthclose notification)

# Ports, and settings that this shell gives the services; nothing that opens anything.
settings_without_secrets() {
    cat "$DATA/ports"
    ! has_test_clock || echo "Clock__Test=true"
    env | grep -E '^[A-Za-z]+__' | grep -viE 'key|password|secret|token|connection' | sort || true
}

stop_keeping() {
    local service
    for service in "${KEEPING[@]}"; do stop_service "$service" & done
    wait
}

# backup FOLDER - the services stand still until everything is read or held fast, some seconds; then they work while the databases are written.
backup() {
    local folder=${1:-} copied=$DATA/run/copied settings=$DATA/run/settings.env service ran=() status=0 pid
    [ $# = 1 ] && [[ $folder != -* ]] || die "backup needs a folder: ./billing backup FOLDER"
    ! on_sqlserver || die "on SQL Server its own BACKUP DATABASE is used, see docs/operations.md"
    folder=$(realpath -m "$folder")
    lock
    need_sdk
    postgres_running && rabbitmq_running || die "the servers are down; ./billing up starts them"
    for service in "${KEEPING[@]}"; do ! service_running "$service" || ran+=("$service"); done
    rm -f "$copied"
    settings_without_secrets >"$settings"
    stop_keeping
    cli backup "$folder" --copied "$copied" --with "$settings" 9>&- &
    pid=$!
    while [ ! -e "$copied" ] && kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
    for service in "${ran[@]}"; do start_service "$service"; done
    wait "$pid" || status=$?
    rm -f "$copied" "$settings"
    for service in "${ran[@]}"; do wait_for_service "$service"; done
    return $status
}

# restore FOLDER [--replace] [--skip-numbers N] [--verify] - afterwards everything runs, and nothing leaves until "restored release".
restore() {
    local arguments=() verify=false service
    while [ $# -gt 0 ]; do
        if [ "$1" = --verify ]; then verify=true; else arguments+=("$1"); fi
        shift
    done
    [ ${#arguments[@]} -gt 0 ] && [[ ${arguments[0]} != -* ]] || die "restore needs a folder: ./billing restore FOLDER [--replace] [--verify]"
    ! on_sqlserver || die "on SQL Server its own RESTORE DATABASE is used, see docs/operations.md"
    arguments[0]=$(realpath -m "${arguments[0]}")
    lock
    need_sdk
    start_servers
    [ -f "$ROOT/infra/Billing.Cli/bin/Release/net10.0/Billing.Cli.dll" ] || build
    for service in "${KEEPING[@]}"; do create_database "$service"; done
    cli restore "${arguments[@]}" --check || die "nothing was touched"
    stop_keeping
    cli restore "${arguments[@]}" || die "the services stay down; ./billing up starts them on what is there"
    for service in "${SERVICES[@]}"; do start_service "$service"; done
    for service in "${SERVICES[@]}"; do wait_for_service "$service"; done
    ! $verify || cli restored verify
}
