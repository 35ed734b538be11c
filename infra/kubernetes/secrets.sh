# The secrets that the manifests refer to, with new passwords and keys each time. Sourced by ./billing.

kubernetes_secrets() {
    local user key metrics
    declare -A BROKER=()
    : "${BILLING_GATEWAY_API_KEY:?set it to the secret key of the payment gateway}" "${BILLING_GATEWAY_WEBHOOK_SECRET:?set it to the signing secret of its webhooks}" \
        "${BILLING_SMTP_PASSWORD:?set it to the password of the mail server}"
    command -v openssl >/dev/null || die "kubernetes-secrets needs openssl, for the key that signs certificates"
    key=$(http_key) metrics=$(http_key)
    echo '# Made by ./billing kubernetes-secrets. Whoever reads it may do everything.'
    for user in $(broker_users); do BROKER[$user]=$(password); done
    manifest billing-broker Opaque $(for user in "${!BROKER[@]}"; do echo "$user" "${BROKER[$user]}"; done)
    manifest billing-broker-definitions Opaque
    echo '  definitions.json: |'
    rabbitmq_definitions "$ROOT/infra/rabbitmq/definitions.json" broker_password_of | sed 's/^/    /'
    manifest billing-queues Opaque month-close "amqp://month-close:${BROKER[month-close]}@billing-rabbitmq.billing.svc:5672/billing" \
        notification "amqp://notification:${BROKER[notification]}@billing-rabbitmq.billing.svc:5672/billing"
    for user in monthclose notification seatrefresh scheduler; do
        manifest "billing-database-$user" kubernetes.io/basic-auth username "billing_$user" password "$(password)"
        manifest "billing-database-$user-owner" kubernetes.io/basic-auth username "billing_${user}_owner" password "$(password)"
    done
    manifest billing-http Opaque operator-key "$key" operator-hash "$(hash_of "$key")" metrics-key "$metrics" metrics-hash "$(hash_of "$metrics")"
    manifest billing-sealing Opaque first "$(random_key)"
    manifest billing-links Opaque key "$(random_key)"
    manifest billing-certificates Opaque private-key "$(certificate_pem)"
    manifest billing-gateway Opaque api-key "$BILLING_GATEWAY_API_KEY" webhook-secret "$BILLING_GATEWAY_WEBHOOK_SECRET"
    manifest billing-mail Opaque password "$BILLING_SMTP_PASSWORD"
}

broker_users() { sed -n 's/.*"password_hash": "@\([a-z-]*\)@".*/\1/p' "$ROOT/infra/rabbitmq/definitions.json"; }
broker_password_of() { printf '%s' "${BROKER[$1]}"; }

# manifest NAME TYPE [KEY VALUE]...
manifest() {
    local value
    printf -- '---\napiVersion: v1\nkind: Secret\nmetadata: { name: %s, namespace: billing }\ntype: %s\nstringData:\n' "$1" "$2"
    shift 2
    while [ $# -gt 0 ]; do
        value=${2//\\/\\\\}
        printf '  %s: "%s"\n' "$1" "${value//\"/\\\"}"
        shift 2
    done
}
