#!/bin/sh
# Plays every target of cargo-fuzz from its seeds: `fuzz/run.sh [SECONDS EACH] [TARGET…]`.
# Needs a nightly toolchain and cargo-fuzz.
set -eu
cd "$(dirname "$0")"
seconds="${1:-20}"
[ $# -eq 0 ] || shift
(cd .. && cargo run --quiet --package vigie-fuzz-properties --example corpus)
[ $# -ne 0 ] || set -- $(cargo +nightly fuzz list)
cargo +nightly fuzz build
status=0
for target in "$@"; do
    log=$(mktemp)
    if cargo +nightly fuzz run "$target" -- -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 \
        -print_final_stats=1 >"$log" 2>&1; then
        outcome=held
    else
        outcome=BROKEN
        status=1
    fi
    executed=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    printf '%-28s %-7s %s executions\n' "$target" "$outcome" "${executed:-?}"
    [ "$outcome" = held ] || tail -n 40 "$log"
    rm -f "$log"
done
exit $status
