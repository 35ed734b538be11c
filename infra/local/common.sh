# Small helpers of ./billing: ports, secrets, processes. Sourced, never run.

say() { printf '%s\n' "$*" >&2; }
die() { say "billing: $*"; exit 1; }

# A value that is made once and remembered in a file under $DATA: remember FILE KEY COMMAND...
remember() {
    local file=$DATA/$1 key=$2 value
    shift 2
    value=$(sed -n "s/^$key=//p" "$file" 2>/dev/null || true)
    if [ -z "$value" ]; then
        value=$("$@")
        (umask 077 && printf '%s=%s\n' "$key" "$value" >>"$file")
    fi
    printf '%s' "$value"
}

# A port of ours: the environment's (BILLING_<NAME>_PORT), or a free one that is kept for this checkout.
port() {
    local override=BILLING_$1_PORT
    if [ -n "${!override:-}" ]; then printf '%s' "${!override}"; else remember ports "$1" free_port; fi
}

# Below the range from which the kernel takes ports for outgoing connections.
free_port() {
    local candidate
    while true; do
        candidate=$((20000 + RANDOM % 12000))
        if ! grep -qs "=$candidate\$" "$DATA/ports" && ! listens "$candidate"; then
            printf '%s' "$candidate"
            return
        fi
    done
}

secret() { remember secrets "$1" random_text; }
# the first key under which contact data is kept here: 32 bytes in base64. Others are in .data/sealing-keys, one NAME=KEY to a line, and the current one's name
# in .data/sealing-key.
first_sealing_key() { remember secrets SEALING random_key; }
sealing_keys() {
    grep -qsx local "$DATA/sealing-keys-gone" || echo "local=$(first_sealing_key)"
    cat "$DATA/sealing-keys" 2>/dev/null || true
}
sealing_key_name() { cat "$DATA/sealing-key" 2>/dev/null || echo local; }
sealing_key() { sealing_keys | sed -n "s/^$(sealing_key_name)=//p"; }
# the key of the addresses at which customers find their papers
link_key() { remember secrets LINKS random_key; }
random_key() { head -c 32 /dev/urandom | base64 -w0; }
random_text() { od -An -N18 -tx1 /dev/urandom | tr -d ' \n'; }

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# http_ok PORT PATH [USER:PASSWORD] - is the answer 200?
http_ok() {
    local status
    status=$({
        exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 0
        printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n%s\r\n' "$2" \
            "${3:+Authorization: Basic $(printf '%s' "$3" | base64 -w0)$'\r\n'}" >&3
        IFS= read -r -t 5 line <&3 && printf '%s' "$line"
    } 2>/dev/null)
    [[ $status == *" 200"* ]]
}

# http_header PORT PATH NAME - the value of a header of the answer; its name in small letters.
http_header() {
    local line name found=
    {
        exec 3<>"/dev/tcp/127.0.0.1/$1" || return 1
        printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "$2" >&3
        while IFS= read -r -t 5 line <&3 && [ "$line" != $'\r' ]; do
            name=${line%%:*}
            [ "${name,,}" != "$3" ] || found=${line#*: }
        done
    } 2>/dev/null
    exec 3>&-
    printf '%s' "${found%$'\r'}"
    [ -n "$found" ]
}

# wait_until SECONDS WHAT COMMAND... - fails with a clear word when the time is up.
wait_until() {
    local deadline=$((SECONDS + $1)) what=$2
    shift 2
    until "$@"; do
        if ((SECONDS > deadline)); then
            say "billing: $what did not happen in time"
            return 1
        fi
        sleep 0.2
    done
}

# A process id that was written down counts only while it is still the program we started.
running() {
    local pid
    pid=$(cat "$DATA/run/$1.pid" 2>/dev/null) && [ -n "$pid" ] && tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF -- "$2"
}

# stop NAME WORD [SIGNAL] - ends exactly that process, gently first.
stop() {
    local pid i
    if running "$1" "$2"; then
        pid=$(cat "$DATA/run/$1.pid")
        kill -"${3:-TERM}" "$pid" 2>/dev/null || true
        for ((i = 0; i < 200; i++)); do
            [ -d "/proc/$pid" ] && ! grep -qs '^State:.Z' "/proc/$pid/status" || break
            sleep 0.2
        done
        kill -KILL "$pid" 2>/dev/null || true
    fi
    rm -f "$DATA/run/$1.pid"
}
