#!/usr/bin/env bash
# The container that makes the databases and their users on PostgreSQL, and ends; run again it makes what is missing, and sets the passwords.
# PGHOST, PGUSER and PGPASSWORD are the administrator's; for each service there are <SERVICE>_OWNER and <SERVICE>, its two passwords.
set -euo pipefail

make() {
    # by the environment: a list of processes shows arguments
    OWNER_PASSWORD=$2 SERVICE_PASSWORD=$3 psql -X -q -v ON_ERROR_STOP=1 -v name="billing_$1" -d postgres -f "$(dirname "${BASH_SOURCE[0]}")/users.sql"
}

make scheduler "$SCHEDULER_OWNER" "$SCHEDULER"
make seatrefresh "$SEAT_REFRESH_OWNER" "$SEAT_REFRESH"
make monthclose "$MONTH_CLOSE_OWNER" "$MONTH_CLOSE"
make notification "$NOTIFICATION_OWNER" "$NOTIFICATION"
