#!/usr/bin/env bash
# The container that makes the databases and their users on SQL Server, and ends; run again it makes what is missing.
# SQLCMDPASSWORD is that of sa; for each service there are <SERVICE>_OWNER and <SERVICE>, its two passwords.
set -euo pipefail

make() {
    /opt/mssql-tools18/bin/sqlcmd -C -S sqlserver -U sa -b -i /billing/users.sql -v Name="$1" OwnerPassword="$2" ServicePassword="$3"
}

make scheduler "$SCHEDULER_OWNER" "$SCHEDULER"
make seatrefresh "$SEAT_REFRESH_OWNER" "$SEAT_REFRESH"
make monthclose "$MONTH_CLOSE_OWNER" "$MONTH_CLOSE"
make notification "$NOTIFICATION_OWNER" "$NOTIFICATION"
