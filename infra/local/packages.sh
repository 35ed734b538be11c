# What must be on the machine. Sourced by ./billing.

need_sdk() {
    command -v dotnet >/dev/null && dotnet --list-sdks 2>/dev/null | grep -q '^10\.' ||
        die "the .NET SDK 10 is needed: https://dotnet.microsoft.com/download (on Debian and Ubuntu: apt-get install dotnet-sdk-10.0)"
}

need_servers() {
    local missing=() become=()
    [ -n "$(postgres_bin)" ] || on_sqlserver || missing+=(postgresql)
    [ -n "$(rabbitmq_bin)" ] || missing+=(rabbitmq-server)
    [ ${#missing[@]} -gt 0 ] || return 0
    if [ "$(id -u)" != 0 ]; then
        sudo -n true 2>/dev/null && become=(sudo) || cannot_install "${missing[@]}"
    fi
    command -v apt-get >/dev/null || cannot_install "${missing[@]}"
    say "installing ${missing[*]}"
    "${become[@]}" apt-get update -qq
    "${become[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >"$DATA/log/apt.log" 2>&1 ||
        die "apt-get install ${missing[*]} failed, see $DATA/log/apt.log"
}

# Only tests ask for these: Stripe's own library, which checks our webhooks, runs on Node.
need_node() {
    command -v node >/dev/null && command -v npm >/dev/null || install_for_tests nodejs npm
}

# The browser in which the console is looked at: the distribution's own.
need_browser() {
    command -v chromium >/dev/null || install_for_tests chromium
}

# A client of the bus that is not of .NET.
need_amqp_tools() {
    command -v amqp-publish >/dev/null || install_for_tests amqp-tools
}

# Checks the alert rules. It is taken out of its package: installed, that would start a Prometheus on this machine.
promtool_path() { command -v promtool || echo "$DATA/promtool/usr/bin/promtool"; }

need_promtool() {
    local folder=$DATA/promtool
    [ ! -x "$(promtool_path)" ] || return 0
    say "getting promtool"
    mkdir -p "$folder"
    take_promtool "$folder" || { update_packages && take_promtool "$folder"; } || die "promtool cannot be had: apt-get download prometheus failed, see $DATA/log/apt.log"
}

take_promtool() {
    (cd "$1" && apt-get download -qq prometheus && dpkg -x prometheus_*.deb . && rm -f prometheus_*.deb usr/bin/prometheus) >>"$DATA/log/apt.log" 2>&1
}

update_packages() {
    if [ "$(id -u)" = 0 ]; then apt-get update -qq; else sudo -n apt-get update -qq; fi >>"$DATA/log/apt.log" 2>&1
}

install_for_tests() {
    local become=()
    if [ "$(id -u)" != 0 ]; then
        sudo -n true 2>/dev/null && become=(sudo) || cannot_install "$@"
    fi
    command -v apt-get >/dev/null || cannot_install "$@"
    say "installing $*"
    "${become[@]}" apt-get update -qq
    "${become[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >"$DATA/log/apt.log" 2>&1 ||
        die "apt-get install $* failed, see $DATA/log/apt.log"
}

cannot_install() {
    die "these are needed and cannot be installed from here: $*
  on Debian or Ubuntu:  sudo apt-get install $*
  or without them, in containers:  docker compose up"
}
