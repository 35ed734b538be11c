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

# A node is the whole broker, or one of a cluster of $RABBITMQ_NODES: the first has no number, the others are $BROKER_NODE 2, 3 and so on, and join it. All
# of them share the name server, the cookie and the users.
rabbitmq_home() { printf '%s/rabbitmq%s' "$DATA" "${BROKER_NODE:-}"; }

rabbitmq_running() { running "rabbitmq${BROKER_NODE:-}" "$(rabbitmq_home)"; }

rabbitmq_ready() { http_ok "$(port "MANAGEMENT${BROKER_NODE:-}")" "/api/health/checks/port-listener/$(port "AMQP${BROKER_NODE:-}")" "billing:$(secret RABBITMQ)"; }

start_rabbitmq() {
    local home out=$DATA/log/rabbitmq${BROKER_NODE:-}.out
    home=$(rabbitmq_home)
    rabbitmq_running && return
    mkdir -p "$home/home"
    echo '[rabbitmq_management].' >"$home/enabled_plugins"
    # the users with their rights, in place of guest; kept out of the environment and of the process list
    [ -n "${BROKER_NODE:-}" ] || (umask 077 && rabbitmq_definitions "$ROOT/infra/rabbitmq/definitions.json" broker_password >"$home/definitions.json")
    (umask 077 && cat >"$home/rabbitmq.conf") <<CONF
listeners.tcp.default = 127.0.0.1:$(port "AMQP${BROKER_NODE:-}")
management.tcp.ip = 127.0.0.1
management.tcp.port = $(port "MANAGEMENT${BROKER_NODE:-}")
$([ -n "${BROKER_NODE:-}" ] || echo "load_definitions = $home/definitions.json")
$(rabbitmq_cluster)
$(cat "$ROOT/infra/rabbitmq/20-billing.conf")
CONF
    if [ -n "${BROKER_NODE:-}" ] && [ ! -f "$home/home/.erlang.cookie" ]; then
        install -m 400 "$DATA/rabbitmq/home/.erlang.cookie" "$home/home/.erlang.cookie"
    fi
    rabbitmq_environment setsid "$(rabbitmq_bin)/rabbitmq-server" >"$out" 2>&1 </dev/null 9>&- &
    disown
    wait_until 300 "the start of RabbitMQ (see $out)" rabbitmq_ready || die "RabbitMQ is not there"
}

# What a node of a cluster is told of the others. One that sees fewer than half of them stops until it sees more: it could promise nothing.
rabbitmq_cluster() {
    local node
    [ "${RABBITMQ_NODES:-1}" -gt 1 ] || return 0
    echo 'cluster_partition_handling = pause_minority'
    [ -n "${BROKER_NODE:-}" ] || return 0
    echo 'cluster_formation.peer_discovery_backend = classic_config'
    echo 'cluster_formation.classic_config.nodes.1 = billing@localhost'
    for ((node = 2; node <= RABBITMQ_NODES; node++)); do echo "cluster_formation.classic_config.nodes.$node = billing$node@localhost"; done
}

# Only for a background process: it becomes the server. Every broker of ours has its own name server (epmd), cookie and ports, so that checkouts run side by side.
rabbitmq_environment() {
    local home
    home=$(rabbitmq_home)
    exec env HOME="$home/home" ERL_EPMD_PORT="$(port EPMD)" ERL_EPMD_ADDRESS=127.0.0.1 \
        RABBITMQ_NODENAME="billing${BROKER_NODE:-}@localhost" RABBITMQ_DIST_PORT="$(port "DISTRIBUTION${BROKER_NODE:-}")" \
        RABBITMQ_MNESIA_BASE="$home/mnesia" RABBITMQ_LOG_BASE="$DATA/log" RABBITMQ_PID_FILE="$DATA/run/rabbitmq${BROKER_NODE:-}.pid" \
        RABBITMQ_ENABLED_PLUGINS_FILE="$home/enabled_plugins" RABBITMQ_CONFIG_FILE="$home/rabbitmq" \
        RABBITMQ_CONF_ENV_FILE="$home/none" \
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1}$(rabbitmq_idles)" "$@"
}

# Several on one machine do not wait for work by keeping its cores busy.
rabbitmq_idles() { [ "${RABBITMQ_NODES:-1}" = 1 ] || printf ' +sbwt none +sbwtdcpu none +sbwtdio none +S 1:1'; }

stop_rabbitmq() {
    stop "rabbitmq${BROKER_NODE:-}" "$(rabbitmq_home)"
    # the name server outlives the last node, and stays while there is one; it hears on a port that is only ours
    ERL_EPMD_PORT=$(port EPMD) epmd -kill >/dev/null 2>&1 || true
}

# A queue has the members that there were nodes when it was made, and those of the definitions were made when there was one. Each node gets its member, and
# each node leads its share.
spread_queues() {
    local node
    for ((node = 2; node <= RABBITMQ_NODES; node++)); do rabbitmq_queues grow "billing$node@localhost" all; done
    rabbitmq_queues rebalance quorum
}

rabbitmq_queues() {
    env HOME="$DATA/rabbitmq/home" ERL_EPMD_PORT="$(port EPMD)" RABBITMQ_CONF_ENV_FILE="$DATA/rabbitmq/none" \
        "$(rabbitmq_bin)/rabbitmq-queues" -q -n billing@localhost "$@"
}
