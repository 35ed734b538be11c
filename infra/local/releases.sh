# The services of another release, built from its revision, to run beside those of this checkout. Sourced by ./billing.

last_release() { grep -v '^#' "$ROOT/infra/last-release" | head -1; }

# release [REV] - builds its services, unless they are built, and prints their folder; without a word the last release.
release() {
    local revision=${1:-$(last_release)} commit folder source service
    commit=$(git -C "$ROOT" rev-parse --verify --quiet "$revision^{commit}") || die "'$revision' is no revision here; a clone without history has none: git fetch --unshallow --tags"
    folder=$RELEASES/$commit
    if [ ! -f "$folder/built" ]; then
        need_sdk
        say "building the services of $revision"
        source=$folder.source
        rm -rf "$folder" "$source"
        mkdir -p "$folder" "$source"
        git -C "$ROOT" archive "$commit" | tar -x -C "$source"
        for service in Scheduler SeatRefresh MonthClose Notification; do
            run dotnet publish "$source/services/Billing.$service" -c Release -v q -nodeReuse:false -o "$folder/Billing.$service" >&2 || die "the build of $revision failed"
        done
        rm -rf "$source"
        touch "$folder/built"
    fi
    echo "$folder"
}

# The programs that are started again and again, compiled for this machine as they are in their images; prints their folder. What is compiled lies apart from
# the checkout's own build, which would take it for its own.
compiled_ahead() {
    local folder=$DATA/ahead project
    say "compiling the services ahead"
    for project in infra/Billing.SimulatedGateway services/Billing.{Scheduler,SeatRefresh,MonthClose,Notification}; do
        run dotnet publish "$ROOT/$project" -c Release -v q -nodeReuse:false --use-current-runtime --self-contained false -p:PublishReadyToRun=true \
            --artifacts-path "$folder.build" -o "$folder/${project##*/}" >&2 || die "$project cannot be compiled ahead"
    done
    echo "$folder"
}
