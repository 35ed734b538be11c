# Runs the test projects side by side. Sourced by ./billing.

# The longest come first, so that none of them is left over at the end. "format" is the check of the code's format.
SLOWEST_TESTS=(format Billing.Hosting.Tests Billing.Limits.Tests Billing.Scheduler.Tests Billing.Chaos.Tests Billing.Scenarios Billing.MonthClose.Tests
    Billing.Console.Tests Billing.Simulation.Tests MassTransit.EntityFrameworkCore.Tests Billing.SeatRefresh.Tests Billing.Notification.Tests)

# These start whole installations and keep every core busy by themselves: none that works runs beside them.
TESTS_ALONE=(Billing.Scenarios)

# These wait far more than they work, for a broker that is cut off or for the next second, or can wait for the processor as the check of the format can. They
# run one after the other, beside whatever else runs.
TESTS_THAT_WAIT=(format Billing.Hosting.Tests Billing.Limits.Tests Billing.Scheduler.Tests Billing.Chaos.Tests)

runs_alone() { [[ " ${TESTS_ALONE[*]} " == *" $1 "* ]]; }
sort_of() { if [[ " ${TESTS_THAT_WAIT[*]} " == *" $1 "* ]]; then echo waits; else echo works; fi; }

# How many that work run at a time: one for each core, from two to four. With three on two cores the tests wait for the processor instead of for their conditions.
test_jobs() {
    local cores
    cores=$(nproc)
    printf '%s' "${BILLING_TEST_JOBS:-$((cores < 2 ? 2 : cores > 4 ? 4 : cores))}"
}

test_project() { printf '%s/tests/%s/%s.csproj' "$ROOT" "$1" "$1"; }

# Every test project by its name, the slowest first.
test_projects() {
    local name
    for name in "${SLOWEST_TESTS[@]}"; do
        if [ "$name" = format ] || [ -f "$(test_project "$name")" ]; then echo "$name"; fi
    done
    for name in $(grep -l '<IsTestProject>true' "$ROOT"/tests/*/*.csproj); do
        name=$(basename "$name" .csproj)
        [[ " ${SLOWEST_TESTS[*]} " == *" $name "* ]] || echo "$name"
    done
}

# test_project_named NAME - a project by its full name or its short one: Billing.MonthClose.Tests, MonthClose, monthclose.
test_project_named() {
    local name wanted=${1,,}
    for name in $(test_projects); do
        case ${name,,} in
            "$wanted" | "$wanted.tests" | "billing.$wanted" | "billing.$wanted.tests" | "masstransit.$wanted.tests")
                echo "$name"
                return
                ;;
        esac
    done
    die "there is no test project '$1'; there are: $(test_projects | tr '\n' ' ')"
}

tests() {
    local projects=() argument servers passed=0 failed=0
    for argument in "$@"; do
        case $argument in
            --fast) FILTER=(--filter "Category!=Slow&Category!=Long") ;;
            --long)
                export BILLING_LONG_TESTS=1
                FILTER=()
                ;;
            -*) die "test takes --fast, --long and names of projects" ;;
            *) projects+=("$(test_project_named "$argument")") || exit 1 ;;
        esac
    done
    # servers of its own, so that what is up is not disturbed
    DATA=$DATA/test
    lock
    stop_on_exit
    need_sdk
    prepare_servers &
    servers=$!
    build "${projects[@]}"
    if [ "${BILLING_LONG_TESTS:-}" = 1 ]; then
        BILLING_LAST_RELEASE=$(release) || die "the last release cannot be built"
        export BILLING_LAST_RELEASE
    fi
    [ ${#projects[@]} -gt 0 ] || mapfile -t projects < <(test_projects)
    wait "$servers" || exit 1
    export_environment
    # what a test starts with folders of its own; see clean_up_after_tests
    export BILLING_TEST_SERVERS=$DATA/private
    mkdir -p "$BILLING_TEST_SERVERS"
    chmod 755 "$BILLING_TEST_SERVERS"
    # a process that breaks down says where it was; see tell_crashes
    rm -f "$DATA"/log/crash-*
    export DOTNET_DbgEnableMiniDump=1 DOTNET_EnableCrashReportOnly=1 DOTNET_DbgMiniDumpName=$DATA/log/crash-%e-%p

    WAITING=("${projects[@]}")
    while [ ${#WAITING[@]} -gt 0 ] || [ ${#JOBS[@]} -gt 0 ]; do
        start_those_that_may_run
        finish_test_job
    done

    trap - EXIT INT TERM
    clean_up_after_tests
    stop_all
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ]
}

# While the build works.
prepare_servers() {
    exec 9>&-
    start_servers
    need_node
    need_amqp_tools
    need_promtool
    need_browser
}

# The projects that have not begun, in their order.
WAITING=()

# What every project's tests are chosen by.
FILTER=(--filter "Category!=Long")

start_those_that_may_run() {
    local name later=()
    for name in "${WAITING[@]}"; do
        if is_full_for "$name"; then later+=("$name"); else start_test_job "$name" "${FILTER[@]}"; fi
    done
    WAITING=("${later[@]}")
}

# is_full_for NAME - no more of its sort may run beside what runs.
is_full_for() {
    local running beside=0 most
    most=$([ "$(sort_of "$1")" = waits ] && echo 1 || test_jobs)
    for running in "${JOBS[@]}"; do
        [ "$(sort_of "$running")" = "$(sort_of "$1")" ] || continue
        if runs_alone "$1" || runs_alone "$running"; then return 0; fi
        beside=$((beside + 1))
    done
    [ "$beside" -ge "$most" ]
}

# By process id: the name of each project that is being tested. Each has a session of its own, so that it can be ended with all that it started.
declare -A JOBS=() STARTED=()

# What "dotnet format" looks at beside the rules that the build has just made errors of: to ask all analyzers again would take three times as long.
FORMAT='dotnet format whitespace "$1" --verify-no-changes --no-restore &&
    dotnet format style "$1" --verify-no-changes --no-restore --diagnostics IMPORTS'

start_test_job() {
    local name=$1 report=$DATA/log/tests-$1.out command
    shift
    if [ "$name" = format ]; then
        command=(nice bash -c "$FORMAT" format "$ROOT/Billing.sln")
    else
        command=(dotnet test "$ROOT/tests/$name/bin/Release/net10.0/$name.dll" "$@")
    fi
    setsid "${command[@]}" >"$report" 2>&1 </dev/null 9>&- &
    JOBS[$!]=$name STARTED[$!]=$SECONDS
}

finish_test_job() {
    local ended='' status=0
    wait -n -p ended "${!JOBS[@]}" || status=$?
    [ -n "$ended" ] || return 0
    count "${JOBS[$ended]}" "$DATA/log/tests-${JOBS[$ended]}.out" "$status" $((SECONDS - STARTED[$ended]))
    end_group "$ended"
    unset "JOBS[$ended]"
}

end_group() { kill -"${2:-KILL}" -- "-$1" 2>/dev/null || true; }

# What is still at work when the script has to end: asked first, and killed if it does not hear.
end_test_jobs() {
    local pid deadline=$((SECONDS + 20))
    for pid in "${!JOBS[@]}"; do end_group "$pid" TERM; done
    for pid in "${!JOBS[@]}"; do
        while kill -0 -- "-$pid" 2>/dev/null && ((SECONDS < deadline)); do sleep 0.2; done
        end_group "$pid"
    done
    JOBS=()
    clean_up_after_tests
}

# Servers that a test started for itself alone, and could not stop because it was ended.
clean_up_after_tests() {
    local folder file BROKER_NODE='' DATABASE_SERVER=''
    for folder in "$DATA"/private/*/; do
        [ -d "$folder/run" ] || continue
        (
            DATA=${folder%/}
            for file in "$DATA"/run/rabbitmq*.pid; do
                BROKER_NODE=${file##*/rabbitmq} BROKER_NODE=${BROKER_NODE%.pid}
                [ ! -f "$file" ] || stop_rabbitmq
            done
            for file in "$DATA"/run/postgres*.pid; do
                DATABASE_SERVER=${file##*/postgres} DATABASE_SERVER=${DATABASE_SERVER%.pid}
                [ ! -f "$file" ] || stop_postgres
            done
            DATABASE_SERVER=
            # some give it a disk of its own
            ! mountpoint -q "$(postgres_home)" || umount "$(postgres_home)"
        )
    done
    rm -rf "$DATA/private"
}

# Adds one project's result to passed and failed. A project that broke down counts as failed, and so does a skipped test.
count() {
    local line ok bad skipped
    if [ "$1" = format ]; then
        ok=$(($3 == 0)) bad=$(($3 != 0))
    else
        line=$(grep -E 'Failed: +[0-9]+, Passed: +[0-9]+, Skipped: +[0-9]+' "$2" | tail -1 || true)
        ok=$(number Passed "$line") bad=$(number Failed "$line") skipped=$(number Skipped "$line")
        bad=$((bad + skipped))
        if [ "$3" != 0 ] && [ "$bad" = 0 ]; then bad=1; fi
    fi
    passed=$((passed + ok)) failed=$((failed + bad))
    printf '%-40s %4d passed %4d failed %6d s\n' "$1" "$ok" "$bad" "$4"
    # all of it is read: a reader that stops early would break the pipe, and with it this script
    if [ "$bad" != 0 ]; then
        grep -vE '^\s*$|^Passed' "$2" | cut -c1-400 | sed -n 1,80p
        tell_crashes
    fi
}

# What the runtime wrote down about processes that broke down: the frames of the thread that did, the innermost first. Who was killed writes nothing.
tell_crashes() {
    local report
    for report in "$DATA"/log/crash-*.crashreport.json; do
        [ -f "$report" ] || continue
        echo "--- $(basename "$report")"
        sed -nE '/"crashed": "true"/,/^    \]/s/ *"(unmanaged_name|native_module|method_name|filename)": "(.*)",?$/    \2/p' "$report" | sed -n 1,60p
        mv "$report" "$report.told"
    done
}

number() {
    local value
    value=$(printf '%s' "$2" | sed -nE "s/.*$1: +([0-9]+).*/\1/p")
    printf '%s' "${value:-0}"
}
