# Programs that are published: the services of another release, built from its revision, to run beside those of this checkout; and this checkout's, compiled
# ahead. Sourced by ./billing.

# publish PROJECT FOLDER [OPTION...] - into the folder of the project's name in FOLDER
publish() {
    local project=$1 folder=$2
    shift 2
    run dotnet publish "$project" -c Release -v q -nodeReuse:false -o "$folder/${project##*/}" "$@" >&2
}

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
            publish "$source/services/Billing.$service" "$folder" || die "the build of $revision failed"
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
        publish "$ROOT/$project" "$folder" --artifacts-path "$folder.build" --use-current-runtime --self-contained false -p:PublishReadyToRun=true \
            || die "$project cannot be compiled ahead"
    done
    echo "$folder"
}
