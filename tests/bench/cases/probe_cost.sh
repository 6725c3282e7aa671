# limit: 300
# What a probe adds to a system call, beside bpftrace's and a program written by hand; how many
# events a second reach the output; how long it takes to attach to many functions.
. /harness/bpftrace.sh
calls=20000
traced=__do_sys_getppid

# cost COMMAND…: nanoseconds of a getppid() while COMMAND runs, which says "ready" first. bpftrace
# says so before it has attached, and may miss a signal until then.
cost() {
    start "$@"
    wait_for '^ready$' out 120
    sleep 2
    system_calls $calls >/tmp/case/cost
    until has_ended $session; do
        kill -INT $session
        sleep 1
    done
    status=0
    wait $session || status=$?
    expect_equal 0 "$status" "exit status of $1" >&2
    cat /tmp/case/cost
}
bpftrace='chroot /bpftrace /usr/bin/bpftrace -B line -e'

free=$(system_calls $calls)
ours_empty=$(cost $runner -e "probe begin { println(\"ready\") }
    probe kernel.function(\"$traced\") { next }")
ours_guard=$(cost $runner -x 1 -e "probe begin { println(\"ready\") }
    probe kernel.function(\"$traced\") { if (pid() == target()) println(\"never\") }")
ours_count=$(cost $runner -e "global n probe begin { println(\"ready\") }
    probe kernel.function(\"$traced\") { n++ } probe end { println(\"count \", n) }")
expect_line "count $calls" out
ours_keyed=$(cost $runner -e "global n probe begin { println(\"ready\") }
    probe kernel.function(\"$traced\") { n[execname(), pid()]++ }
    probe end { foreach ([name, p] in n) println(\"count \", name, \" \", n[name, p]) }")
expect_line "count system_calls $calls" out
their_empty=$(cost $bpftrace "BEGIN { printf(\"ready\n\"); } kfunc:$traced { pid; }")
their_guard=$(cost $bpftrace "BEGIN { printf(\"ready\n\"); }
    kfunc:$traced /pid == 1/ { printf(\"never\n\"); }")
their_count=$(cost $bpftrace "BEGIN { printf(\"ready\n\"); } kfunc:$traced { @n = count(); }")
expect_line "@n: $calls" out
their_keyed=$(cost $bpftrace "BEGIN { printf(\"ready\n\"); } kfunc:$traced { @n[comm, pid] = count(); }")
expect_match "^@n\[system_calls, [0-9]*\]: $calls\$" out
least_empty=$(cost hand_written empty $traced)
least_count=$(cost hand_written count $traced)
expect_line "count $calls" out

# compare WHAT OURS THEIRS LEAST BOUND: nanoseconds beyond those without a probe; ours may be BOUND
# hundredths of bpftrace's.
slow=false
compare() {
    echo "$1: sutap-runner $(($2 - free)) ns, bpftrace $(($3 - free)) ns, by hand ${4:+$(($4 - free)) ns}"
    [ $((100 * ($2 - free))) -le $(($5 * ($3 - free))) ] || { slow=true; echo "slower than the bound"; }
}
compare "empty probe" "$ours_empty" "$their_empty" "$least_empty" 105
compare "guarded probe" "$ours_guard" "$their_guard" "" 125
compare "counting probe" "$ours_count" "$their_count" "$least_count" 105
compare "counting by name and process" "$ours_keyed" "$their_keyed" "" 120

# From the start until the probes are at work.
attached=$(measure --repeat 3 --until ready -- $runner \
    -e 'probe begin { println("ready") } probe kernel.function("vfs_*") ? { next }' 2>/dev/null)
attached=$((${attached% *} / 1000000))
functions=$($runner -l 'kernel.function("vfs_*")' | wc -l)
echo "attached to $functions functions: $attached ms"
[ $attached -le 2000 ] || { slow=true; echo "slower than the bound"; }

# One line an event, as fast as one process makes them, and none is lost.
cost $runner -e "probe begin { println(\"ready\") }
    probe kernel.function(\"$traced\") { printf(\"%s %d\n\", execname(), pid()) }" >each
expect_equal $calls "$(grep -c '^system_calls [0-9]*$' out)" "lines"
echo "one printf an event: $((1000000000 / $(cat each))) events a second"

# Many more than the buffer holds, on the one processor that both share: printed or reported as lost.
many=400000
start $runner -e "probe begin { println(\"ready\") }
    probe kernel.function(\"$traced\") { printf(\"%s %d\n\", execname(), pid()) }"
wait_for '^ready$' out 60
begun=$(cut -d . -f 1,2 /proc/uptime | tr -d . | cut -d ' ' -f 1)
system_calls $many >each
stop $session INT
ended=$(cut -d . -f 1,2 /proc/uptime | tr -d . | cut -d ' ' -f 1)
printed=$(grep -c '^system_calls [0-9]*$' out)
lost=$(sed -n 's/.*skipped probes: \([0-9]*\).*/\1/p' err)
expect_equal $many $((printed + ${lost:-0})) "printed and lost events"
echo "one printf an event, without a pause: $((printed * 100 / (ended - begun))) events a second printed, ${lost:-0} of $many lost"
expect_equal false $slow "slower than a bound"
