# limit: 600
# How long until "Hello World" is out and the program gone, and until kill calls are reported.
. /harness/bpftrace.sh
bpftrace="--root /bpftrace -- /usr/bin/bpftrace -B line -e"
lay_note kill.stp /srv/scripts/kill.stp sutap

# compare WHAT BOUND "NANOSECONDS KILOBYTES" (ours) "NANOSECONDS KILOBYTES" (bpftrace's)
compare() {
    echo "$1|$2|$3|$4" | awk -F'|' '{
        split($3, ours, " "); split($4, theirs, " ")
        printf "%-22s sutap-runner %7.1f ms %5.1f MB   bpftrace %7.1f ms %5.1f MB   time 1/%.1f (at most 1/%d)   memory 1/%.1f\n",
            $1, ours[1] / 1e6, ours[2] / 1024, theirs[1] / 1e6, theirs[2] / 1024,
            theirs[1] / ours[1], $2, theirs[2] / ours[2]
        exit ours[1] * $2 > theirs[1] }' || {
        echo "slower than the bound"
        slow=true
    }
}

slow=false
ours=$(measure -- $runner -e 'probe oneshot { println("Hello World") }')
theirs=$(measure $bpftrace 'BEGIN { printf("Hello World\n"); exit(); }')
compare "Hello World" 10 "$ours" "$theirs"

ours=$(measure --traffic --until 'list of kill() calls:' --until 'kill 23' -- \
    $runner /srv/scripts/kill.stp)
theirs=$(measure --traffic --until 'list of kill() calls:' --until 'kill 23' $bpftrace '
    BEGIN { printf("list of kill() calls:\n"); }
    tracepoint:syscalls:sys_enter_kill /args->sig/ {
        printf("kill %d %d from %s(%d)\n", args->sig, args->pid, comm, pid); }')
compare "kill.stp is ready" 5 "$ours" "$theirs"
expect_equal false $slow "slower than a bound"
