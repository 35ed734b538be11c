# The keys under which contact data is kept here: a new one, and the end of an old one. Sourced by ./billing.

SEALING_SERVICES=(seatrefresh monthclose notification)

seal() {
    case ${1:-} in
        rotate) seal_rotate ;;
        drop)
            cli seal "$@" || exit $?
            seal_forget "$2"
            ;;
        *) cli seal "$@" ;;
    esac
}

# First every service knows the new key, and only then anybody seals under it: else one would get what it cannot open.
seal_rotate() {
    everything_runs || die "everything has to run: the services get the new key one after the other (./billing up)"
    local name
    name=k$(date -u +%Y%m%d%H%M%S)
    (umask 077 && printf '%s=%s\n' "$name" "$(random_key)" >>"$DATA/sealing-keys")
    say "every service learns the key $name"
    restart_sealing_services
    (umask 077 && echo "$name" >"$DATA/sealing-key")
    say "every service seals under $name"
    restart_sealing_services
    (umask 077 && environment >"$DATA/environment")
    cli seal rewrap
}

restart_sealing_services() {
    local service
    lock
    for service in "${SEALING_SERVICES[@]}"; do
        stop_service "$service"
        start_service "$service"
        wait_for_service "$service"
    done
    exec 9>&-
}

seal_forget() {
    if [ "$1" = local ]; then echo local >"$DATA/sealing-keys-gone"; else sed -i "/^$1=/d" "$DATA/sealing-keys"; fi
    say "$1 is gone from the settings here"
    restart_sealing_services
}
