# A private RabbitMQ from $DATA, on loopback, with its management page. Never the system's own. Sourced by ./billing.

rabbitmq_bin() {
    local bin
    for bin in /usr/lib/rabbitmq/bin /usr/local/sbin /opt/homebrew/sbin; do
        [ -x "$bin/rabbitmq-server" ] && printf '%s' "$bin" && return
    done
}

. "$ROOT/infra/rabbitmq/definitions.sh"

# broker_password USER - of definitions.json: billing is the administrator, each service has its own.
broker_password() {
    local name=RABBITMQ_${1^^}
    if [ "$1" = billing ]; then secret RABBITMQ; else secret "${name//-/_}"; fi
}

rabbitmq_running() { running rabbitmq "$DATA/rabbitmq"; }

rabbitmq_ready() { http_ok "$(port MANAGEMENT)" "/api/health/checks/port-listener/$(port AMQP)" "billing:$(secret RABBITMQ)"; }

start_rabbitmq() {
    local home=$DATA/rabbitmq
    rabbitmq_running && return
    mkdir -p "$home/home"
    echo '[rabbitmq_management].' >"$home/enabled_plugins"
    # the users with their rights, in place of guest; kept out of the environment and of the process list
    (umask 077 && rabbitmq_definitions "$ROOT/infra/rabbitmq/definitions.json" broker_password >"$home/definitions.json")
    (umask 077 && cat >"$home/rabbitmq.conf") <<CONF
listeners.tcp.default = 127.0.0.1:$(port AMQP)
management.tcp.ip = 127.0.0.1
management.tcp.port = $(port MANAGEMENT)
load_definitions = $home/definitions.json
$(cat "$ROOT/infra/rabbitmq/20-billing.conf")
CONF
    rabbitmq_environment setsid "$(rabbitmq_bin)/rabbitmq-server" >"$DATA/log/rabbitmq.out" 2>&1 </dev/null 9>&- &
    disown
    wait_until 300 "the start of RabbitMQ (see $DATA/log/rabbitmq.out)" rabbitmq_ready || die "RabbitMQ is not there"
}

# Only for a background process: it becomes the server. Every node of ours has its own name server (epmd), cookie and ports, so that checkouts run side by side.
rabbitmq_environment() {
    local home=$DATA/rabbitmq
    exec env HOME="$home/home" ERL_EPMD_PORT="$(port EPMD)" ERL_EPMD_ADDRESS=127.0.0.1 \
        RABBITMQ_NODENAME=billing@localhost RABBITMQ_DIST_PORT="$(port DISTRIBUTION)" \
        RABBITMQ_MNESIA_BASE="$home/mnesia" RABBITMQ_LOG_BASE="$DATA/log" RABBITMQ_PID_FILE="$DATA/run/rabbitmq.pid" \
        RABBITMQ_ENABLED_PLUGINS_FILE="$home/enabled_plugins" RABBITMQ_CONFIG_FILE="$home/rabbitmq" \
        RABBITMQ_CONF_ENV_FILE="$home/none" \
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1}' "$@"
}

stop_rabbitmq() {
    stop rabbitmq "$DATA/rabbitmq"
    # the name server outlives its node; it hears on a port that is only ours
    ERL_EPMD_PORT=$(port EPMD) epmd -kill >/dev/null 2>&1 || true
}
