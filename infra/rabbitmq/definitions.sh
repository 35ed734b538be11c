# Fills the passwords of the users into infra/rabbitmq/definitions.json. Sourced by local.sh, and run by the container of docker-compose.yml.

# The hash that RabbitMQ keeps of a password: four bytes of salt, and the SHA-256 of salt and password, in base64.
rabbitmq_hash() {
    local salt hash
    salt=$(od -An -N4 -tx1 /dev/urandom | tr -d ' \n')
    # shellcheck disable=SC2059
    hash=$({ printf "$(printf '%s' "$salt" | sed 's/../\\x&/g')" && printf '%s' "$1"; } | sha256sum | cut -c1-64)
    # shellcheck disable=SC2059
    printf "$(printf '%s' "$salt$hash" | sed 's/../\\x&/g')" | base64 -w0
}

# rabbitmq_definitions FILE PASSWORD_OF - the definitions with the hash of `PASSWORD_OF USER` for each user. Nobody is called guest.
rabbitmq_definitions() {
    local text user
    text=$(cat "$1")
    for user in $(sed -n 's/.*"password_hash": "@\([a-z-]*\)@".*/\1/p' "$1"); do
        text=${text//@$user@/$(rabbitmq_hash "$("$2" "$user")")}
    done
    printf '%s\n' "$text"
}
