# limit: 3000
# Random handlers on kernel events (tests/generate/probes.cpp), ten in a session, load and attach:
# the verifier takes whatever the translator makes. `RANDOM_PROBES=2000 tests/vm/run
# random_handlers` tries more of them than a run of all cases does.
handlers=/harness/random

# attach OUTPUT FILE…: true when the handlers of the files are attached.
attach() {
    local output=$1
    shift
    cat "$@" >"$output.stp"
    echo 'probe begin(-0x8000000000000000) { println("all attached"); exit() }' >>"$output.stp"
    timeout 300 /usr/libexec/sutap/sutap-runner -w -s 1 "$output.stp" \
        </dev/null >"$output" 2>&1 3>&- || true
    grep -q -x 'all attached' "$output"
}

# work N: every second ten.
work() {
    local worker=$1 first=$(($1 * 10)) file
    while [ -f "$handlers/$first.stp" ]; do
        set --
        for file in "$handlers/${first%0}"[0-9].stp; do set -- "$@" "$file"; done
        echo "$(cut -d ' ' -f 1 /proc/uptime) handlers from $first" >&3
        if ! attach "out.$worker" "$@"; then
            for file; do
                attach "out.$worker" "$file" && continue
                echo "$file does not attach:"
                tail -n 12 "out.$worker"
            done
        fi >>"problems.$worker"
        first=$((first + 20))
    done
}

in_parallel 2 work
cat problems.*
failed=$(cat problems.* | grep -c ' does not attach:$' || true)
all=$(find "$handlers" -name '*.stp' | wc -l)
[ "$failed" = 0 ] || fail "$failed of $all handlers do not attach"
[ "$all" -ge 40 ] || fail "only $all handlers were made"
