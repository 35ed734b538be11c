#!/usr/bin/env bash
# The broker's container: passwords come from the environment (BILLING_RABBITMQ_<USER>_PASSWORD), users and their rights from definitions.json.
set -euo pipefail
. /billing/definitions.sh
password_of() {
    local name=BILLING_RABBITMQ_${1^^}_PASSWORD
    name=${name//-/_}
    printf '%s' "${!name:?set $name}"
}
(umask 077 && rabbitmq_definitions /billing/definitions.json password_of >/var/lib/rabbitmq/definitions.json)
chown rabbitmq: /var/lib/rabbitmq/definitions.json
exec docker-entrypoint.sh rabbitmq-server
