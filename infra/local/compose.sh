# Passwords and keys for docker-compose.yml, and how the command line reaches what it starts. Sourced by ./billing.

# the services that have a database, as their variables are named
COMPOSE_SERVICES=(SCHEDULER SEAT_REFRESH MONTH_CLOSE NOTIFICATION)

# Makes .env beside docker-compose.yml, once: the databases are made with its passwords. Then the profile by which ./billing speaks to what runs there.
compose_env() {
    local database=sqlserver otel=false argument
    for argument in "$@"; do
        case $argument in
            sqlserver | postgres) database=$argument ;;
            --otel) otel=true ;;
            *) die "compose-env takes sqlserver or postgres, and --otel, not $argument" ;;
        esac
    done
    if [ -e "$ROOT/.env" ]; then
        [ $# = 0 ] || die ".env is there already, and databases were made with its passwords. To begin anew: docker compose down --volumes, then delete .env"
        say "kept .env"
    else
        (umask 077 && compose_values "$database" "$otel" >"$ROOT/.env.new")
        mv "$ROOT/.env.new" "$ROOT/.env"
        say "made .env, for $database"
    fi
    mkdir -p "$DATA/profiles"
    (umask 077 && compose_profile >"$DATA/profiles/compose")
    say "next: docker compose up --build --detach, then ./billing --profile compose status"
}

# A password that each server takes: letters of both sorts and digits, and no sign that means something to a shell, to compose, in an address or in a
# connection string. 24 of them: 140 bits.
password() {
    local text=
    until [[ ${#text} -ge 24 && $text =~ [[:lower:]] && $text =~ [[:upper:]] && $text =~ [[:digit:]] ]]; do
        text=$(head -c 48 /dev/urandom | base64 -w0 | tr -d '+/=' | cut -c1-24)
    done
    printf '%s' "$text"
}

# a key for HTTP, as "key new" makes it
http_key() { random_key | tr '+/' '-_' | tr -d '='; }
hash_of() { printf '%s' "$1" | sha256sum | cut -c1-64; }

# What signs the certificates of closed months; they are made unsigned where openssl is not there.
certificate_pem() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 2>/dev/null | tr -d '\n' || true; }

compose_values() {
    local name key metrics
    key=$(http_key) metrics=$(http_key)
    echo '# Made by ./billing compose-env, and read by docker compose. Whoever reads it may do everything.'
    [ "$1" = sqlserver ] || echo 'COMPOSE_FILE=docker-compose.postgres.yml'
    ! "$2" || printf '%s\n' 'COMPOSE_PROFILES=otel' 'BILLING_OTLP_ENDPOINT=http://collector:4318'
    echo "BILLING_SQL_PASSWORD=$(password)"
    for name in "${COMPOSE_SERVICES[@]}"; do
        echo "BILLING_SQL_${name}_OWNER_PASSWORD=$(password)"
        echo "BILLING_SQL_${name}_PASSWORD=$(password)"
    done
    for name in BILLING "${COMPOSE_SERVICES[@]}" CONSOLE OPERATOR PUBLISHER; do echo "BILLING_RABBITMQ_${name}_PASSWORD=$(password)"; done
    echo "BILLING_API_KEY=$key"
    echo "BILLING_API_KEY_HASH=$(hash_of "$key")"
    echo "BILLING_METRICS_KEY=$metrics"
    echo "BILLING_METRICS_KEY_HASH=$(hash_of "$metrics")"
    echo "BILLING_SEALING_KEY=$(random_key)"
    echo "BILLING_LINK_KEY=$(random_key)"
    echo "BILLING_CERTIFICATE_KEY=$(certificate_pem)"
    echo "BILLING_GRAFANA_PASSWORD=$(password)"
}

compose_value() { sed -n "s/^$1=//p" "$ROOT/.env"; }

compose_profile() {
    cat <<TEXT
# Made by ./billing compose-env: how the command line reaches what docker compose starts.
BILLING_RABBITMQ=amqp://billing:$(compose_value BILLING_RABBITMQ_BILLING_PASSWORD)@127.0.0.1:5672
BILLING_RABBITMQ_OPERATOR=amqp://operator:$(compose_value BILLING_RABBITMQ_OPERATOR_PASSWORD)@127.0.0.1:5672/billing
BILLING_API_KEY=$(compose_value BILLING_API_KEY)
BILLING_SEALING_KEY=$(compose_value BILLING_SEALING_KEY)
BILLING_SEALING_KEY_NAME=first
BILLING_CONSOLE_URL=http://127.0.0.1:8080
BILLING_SCHEDULER_URL=http://127.0.0.1:8081
BILLING_SEATREFRESH_URL=http://127.0.0.1:8082
BILLING_MONTHCLOSE_URL=http://127.0.0.1:8083
BILLING_NOTIFICATION_URL=http://127.0.0.1:8084
TEXT
}
