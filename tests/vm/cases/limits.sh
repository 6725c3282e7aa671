# limit: 120
# The limits of a grant hold against whoever wants to evade them, nothing stays attached, and the
# end of each session is recorded.
before=$(bpf_objects)
log=/var/log/sutap/end.log
mkdir -p "$(dirname $log)" /srv/place
touch $log /srv/place/slot

cat >kills.stp <<'EOF'
probe begin { println("ready") }
probe syscall.kill { printf("signal %d\n", sig) }
probe end { println("end") }
EOF
cat >flood.stp <<'EOF'
probe begin { println("ready") }
probe syscall.kill { next }
probe timer.ms(1) { for (i = 0; i < 20; i++) println("0123456789012345678901234567890123456789") }
probe end { println("end") }
EOF

# limited LINES SCRIPT [OPTION…]: as user1, with the log and the slot of a front end.
limited() {
    local lines=$1
    shift
    (exec granted 1001 "policy_script = watch
descriptor = audit 8 log
descriptor = slot 7
$lines
" "$@" 7>>/srv/place/slot 8>>$log)
}
# The processes that hold the slot: a lock lives as long as any of them.
holders() { ls -l /proc/[0-9]*/fd 2>/dev/null | grep -c '/srv/place/slot$'; }
expect_free_slot() { expect_equal 0 "$(holders)" "holders of the slot"; }
expect_taken_slot() { expect_equal 1 "$(holders)" "holders of the slot"; }
expect_nothing_attached() {
    local tries=0
    until [ "$(bpf_objects)" = "$before" ]; do
        tries=$((tries + 1))
        [ $tries -lt 100 ] || fail "left behind: $(bpf_objects)"
        sleep 0.1
    done
    checked
}
# expect_end REASON STATUS: of the last record, which is all that the log got since.
expect_end() {
    expect_lines 1 $log
    expect_match "^\\{\"time\":\"[0-9TZ:.-]+\",\"decision\":\"end\",\"by\":\"runner\",\"uid\":1001,\"pid\":[0-9]+,\"script\":\"watch\",\"reason\":\"$1\",\"seconds\":[0-9.]+,\"output_bytes\":[0-9]+,\"status\":$2\\}$" $log
    : >$log
}

# The deadline, with the last word also in quiet mode.
start limited 'max_seconds = 3' kills.stp -q
wait_for '^ready$' out 40
expect_taken_slot
kill -WINCH $$
wait_for '^signal 28$' out
status=0
wait $session || status=$?
expect_equal 0 "$status" "exit status at the deadline"
expect_equal end "$(tail -n 1 out)"
expect_equal 'sutap: stopped: 3 s limit of watch' "$(tail -n 1 err)"
expect_end 'time limit' 0
expect_free_slot
expect_nothing_attached

# Who stops the runner sees nothing of what happens after the deadline …
start limited 'max_seconds = 3' kills.stp
wait_for '^ready$' out 40
kill -WINCH $$
wait_for '^signal 28$' out
stopped=$(runner_of $session)
kill -STOP "$stopped"
sleep 4
kill -CONT $$
kill -CONT "$stopped"
wait $session || fail "exit status $?"
expect_line 'signal 19' out
expect_no_match '^signal 18$' out
expect_end 'time limit' 0

# … and keeps nothing attached; the kernel's word leaves no record.
start limited 'max_seconds = 2' kills.stp
wait_for '^ready$' out 40
kill -STOP "$(runner_of $session)"
expect_taken_slot
expect_nothing_attached
wait $session && fail "exit status 0 after SIGKILL"
expect_no_runners
expect_lines 0 $log
expect_free_slot

# A reader that never reads.
mkfifo nobody
sleep 100 <nobody &
reader=$!
begun=$(date +%s)
limited 'max_seconds = 2' flood.stp >nobody 2>err || fail "exit status $?"
[ $(($(date +%s) - begun)) -lt 14 ] || fail "the deadline came late"
expect_line 'sutap: stopped: 2 s limit of watch' err
expect_nothing_attached
: >$log
kill $reader

# One that goes away, and a full disk.
limited 'max_seconds = 60' flood.stp 2>err | head -n 1 >out
expect_line ready out
expect_end interrupted 0
expect_nothing_attached
mkdir full
mount -t tmpfs -o size=64k none full
chmod 777 full
status=0
limited 'max_seconds = 60' flood.stp >full/out 2>err || status=$?
expect_equal 1 "$status" "exit status for a full disk"
expect_match 'cannot write the output: No space left' err
expect_end error 1
expect_nothing_attached
umount full

# Too much output.
expect_status 1 limited 'max_output = 4096' flood.stp
expect_equal 'sutap: stopped: 4 KiB output limit of watch' "$(tail -n 1 err)"
[ "$(wc -c <out)" -le 4096 ] || fail "$(wc -c <out) bytes"
expect_no_match '^end$' out
expect_end 'output limit' 1
expect_nothing_attached

# Too much of the kernel: nothing is attached.
expect_status 126 limited 'max_memory = 65536' kills.stp
expect_match "^sutap-runner: refused: it needs [0-9]+, and the policy's max_memory is 65536$" err
echo 'probe syscall.kill, syscall.tgkill { exit() }' >two.stp
expect_status 126 limited 'max_probes = 1' two.stp
expect_match "refused: it needs 2, and the policy's max_probes is 1$" err
expect_nothing_attached
expect_status 0 limited 'max_probes = 2
max_memory = 536870912' two.stp -c 'sh -c "kill -0 0"'
: >$log

# Commands get neither the log nor the slot.
expect_status 0 limited 'max_seconds = 60' kills.stp -c 'ls -l /proc/self/fd'
expect_match ' 1 -> ' out
expect_no_match 'end.log|slot' out
expect_end exit 0
echo 'probe begin { system("ls -l /proc/self/fd >/tmp/descriptors; echo done") } probe timer.s(1) { exit() }' >commands.stp
expect_status 0 limited 'max_seconds = 60' commands.stp
expect_line done out
expect_no_match 'end.log|slot' /tmp/descriptors
expect_end exit 0

# Nobody but root sets other limits, whatever the policy's options.
expect_status 125 limited 'max_seconds = 60' kills.stp -DMAXMAPENTRIES=1000000
expect_match '-D sets the limits' err
: >$log
