# limit: 300
# The real runner, while it holds rights and after: nobody gets into it, nothing is left of it.
. /harness/attacks/library.sh
lay_note kill.stp /srv/scripts/kill.stp sutap
allow kill-watch /srv/scripts/kill.stp user1
script /srv/scripts/quick.stp <<'END'
probe begin { printf("quick %s\n", @1); exit() }
END
allow quick /srv/scripts/quick.stp user1
echo '/tmp/core.%p' >/proc/sys/kernel/core_pattern
objects=$(bpf_objects)

# nothing_left: no runner, and no object of BPF more than at the start.
nothing_left() {
    local tries=0
    expect_no_runners
    until [ "$(bpf_objects)" = "$objects" ]; do
        tries=$((tries + 1))
        [ $tries -lt 50 ] || fail "left behind: $(bpf_objects), at the start: $objects"
        sleep 0.1
    done
}
started() { # COMMAND…: a session at work; $session, $holder
    start "$@"
    wait_for '^list of kill' out 40
    holder=$(runner_of $session)
}

# One session for all ways into it.
cd /tmp/case
started as user1 sutap kill-watch
watched=$session watched_runner=$holder
into() { # USER HOW
    local status=0
    as "$1" intruder "$2" "$watched_runner" >said || status=$?
    expect_equal 0 "$status" "exit status of the intruder, which said: $(cat said)"
    expect_match '^refused ' said
    ! has_ended "$watched_runner" || fail "the session has ended"
}
# The control: each way leads into a process that nothing guards.
open_door() {
    as user1 sleep 30 3</harness/kernel 4</harness/kernel &
    sleeper=$!
    wait_for '^sleep$' /proc/$sleeper/comm
    as user1 intruder all $sleeper >said || true
    kill $sleeper
    expect_equal stack "$(sed -n 's/^refused \([a-z_]*\):.*/\1/p' said | xargs)" "the ways that did not lead in"
}
attack ways_in "the ways would be refused for another reason" open_door
for way in ptrace seize memory environment maps auxv pagemap stack syscall io descriptors map_files script \
    grant program_file root namespaces core_filter pidfd_getfd process_vm_readv process_vm_writev kcmp; do
    attack "into_runner_$way" "the caller would take its BPF descriptors, or make it run what he likes" \
        into user1 $way
done
attack into_runner_of_another "others would look into the session" into user2 all
attack into_runner_of_a_third "others would look into the session" into user3 all
helpers() { # the translator is gone; what else is there as the caller's child is closed as well
    for process in $(runners); do
        [ "$process" != "$watched_runner" ] || continue
        as user1 intruder memory "$process" >said || fail "$(cat said)"
        as user1 intruder descriptors "$process" >said || fail "$(cat said)"
    done
}
attack into_helpers "the caller would reach the runner through its children" helpers
no_rights() {
    sed -n 's/^Cap\(Inh\|Prm\|Eff\|Amb\):.//p' /proc/$watched_runner/status | sort -u >sets
    expect_equal 0000000000000000 "$(cat sets)" "capabilities of the runner at work"
    expect_line "NoNewPrivs:	1" /proc/$watched_runner/status
    expect_line "Seccomp:	2" /proc/$watched_runner/status
}
attack rights_at_work "whoever takes the runner over would have CAP_BPF" no_rights
no_programs() {
    ls -l /proc/$watched_runner/fd >descriptors
    expect_match 'bpf' descriptors
    expect_no_match 'bpf-prog|bpf_prog' descriptors
}
attack program_descriptors "a program could be attached again without any right" no_programs
no_secrets_held() {
    ls -l /proc/$watched_runner/fd >descriptors
    expect_no_match 'policy.d|^.r.*audit.log|passwd' descriptors
}
attack files_at_work "whoever takes the runner over would read on in root's files" no_secrets_held
limit_on_runner() {
    grep '^Max core file size' /proc/$watched_runner/limits >said
    expect_match 'size +0 ' said
}
attack cores_of_runner "a core file would hold kernel memory" limit_on_runner
storm() {
    local signal
    for signal in CHLD WINCH CONT URG STOP CONT TSTP CONT; do
        as user1 kill -$signal "$watched_runner" 2>/dev/null || true
    done
    as user2 kill -KILL "$watched_runner" 2>/dev/null && fail "user2 may signal it"
    ! has_ended "$watched_runner" || fail "the session has ended"
}
attack signals_of_others "others would end the session" storm
attack into_runner_after_signals "a signal would open it" into user1 all
stop_watched() {
    kill -INT "$watched_runner" 2>/dev/null || true
    wait $watched 2>/dev/null || true
    nothing_left
}
attack end_of_session "programs would stay attached after the end" stop_watched

# Ended at a bad moment.
killed_at_once() { # SIGNAL
    local n
    for n in 1 2 3 4 5; do
        as user1 sutap kill-watch >out 2>err &
        session=$!
        sleep 0.$((n * n % 9))$n
        kill -"$1" $session 2>/dev/null || true
        wait $session 2>/dev/null || true
    done
    nothing_left
    expect_no_match '[^}]$' $audit_log
}
attack killed_at_once "half a session would stay attached" killed_at_once KILL
attack ended_at_once "half a session would stay attached" killed_at_once TERM
crashed_at_work() {
    started as user1 sutap kill-watch
    kill -SEGV "$holder"
    wait $session 2>/dev/null || true
    nothing_left
    for file in /tmp/core.* /tmp/case/core* /core*; do
        [ ! -e "$file" ] || fail "a core file: $file"
    done
}
attack crashed_at_work "a core file would hold kernel memory" crashed_at_work
front_end_crash() { # before the runner: a core of it would hold the policy
    local n
    for n in 1 2 3 4 5 6 7 8; do
        as user1 sutap quick x >out 2>err &
        session=$!
        sleep 0.0$n
        kill -ABRT $session 2>/dev/null || true
        wait $session 2>/dev/null || true
    done
    for file in /tmp/core.* /tmp/case/core* /core*; do
        [ ! -e "$file" ] || [ "$(stat -c %u "$file")" != 0 ] || fail "a core file of root's: $file"
        rm -f "$file"
    done
    expect_no_runners
}
attack front_end_crash "a core file would hold the policy" front_end_crash

# Stopped at some moment while it is root, or holds rights, or has dropped them.
stopped_and_entered() {
    as user1 intruder --start 40 all $sutap quick x >said 2>&1 || fail "$(cat said)"
    expect_match '^stopped [1-9]' said
    expect_no_runners
}
attack stopped_and_entered "the caller would get into it while it is root" stopped_and_entered

runner_alone() {
    printf 'probe kernel.function("vfs_read") { println("READ") exit() }' >mine.stp
    chmod 755 .
    run as user1 $runner mine.stp
    chmod 700 .
    [ "$status" != 0 ] || fail "it ran"
    expect_no_match READ out
    nothing_left
}
attack runner_alone "the runner would give rights that nobody granted" runner_alone
forged_grant() {
    cat >grant <<END
sutap-grant 1
script_descriptor = 3
script_name = mine
uid = 1001
gid = 1001
capability = bpf
capability = perfmon
max_seconds = 0
kernel_addresses = true
END
    printf 'probe kernel.function("vfs_read") { println("READ") exit() }' >mine.stp
    as user1 $runner --grant=4 -- 3<mine.stp 4<grant >out 2>err && fail "it ran"
    expect_no_match READ out
    nothing_left
}
attack forged_grant "a grant of the caller's would give rights" forged_grant
escapes_in_output() { # an argument that a script prints, on a terminal
    run as user1 terminal sutap quick "$(printf 'a\033]0;x\007b')"
    ! LC_ALL=C grep -q "$(printf '\033\\]0')" out || fail "the terminal was steered"
}
attack escapes_in_output "names that strangers choose would steer the caller's terminal" escapes_in_output

# Many at once (1,000 calls, 100 at a time, are too many for an emulated machine: 40, 20 at a time).
many_denied() { # WORKER
    local n
    for n in 1 2; do
        as user2 sutap "nothing-$1-$n" >/dev/null 2>&1 || [ $? = 126 ] || return 1
    done
}
forty() {
    in_parallel 20 many_denied
    # Who meets another's record half written ends the line, which leaves an empty one.
    sed -i '/^$/d' $audit_log
    expect_records 40
    expect_equal 40 "$(sed 's/.*"request":"\([^"]*\)".*/\1/' $audit_log | sort -u | wc -l)" "requests"
}
attack many_calls "records would be lost, or mixed with one another" forty
several_sessions() {
    local n sessions=''
    for n in 1 2 3; do
        as user1 sutap quick "$n" >out.$n 2>err.$n &
        sessions="$sessions $!"
    done
    for n in $sessions; do wait "$n" || fail "exit status $?"; done
    for n in 1 2 3; do expect_line "quick $n" out.$n; done
    expect_records 3 '"decision":"allow"'
    nothing_left
}
attack several_sessions "sessions would meet each other's scripts" several_sessions
deadline_of_stopped() {
    start as user1 sutap -T 1 kill-watch
    wait_for '^list of kill' out 40
    holder=$(runner_of $session)
    kill -STOP "$holder"
    sleep 2
    kill -CONT "$holder"
    wait_for_end
    nothing_left
}
wait_for_end() {
    local tries=0
    until has_ended $session; do
        tries=$((tries + 1))
        [ $tries -lt 100 ] || fail "it goes on"
        sleep 0.1
    done
}
attack deadline_of_stopped "a session that was stopped would outlive its time" deadline_of_stopped
output_closed() {
    rm -f out err
    as user1 sutap kill-watch 2>err | head -n 1 >out &
    session=
    wait_for '^list of kill' out 40
    for _ in 1 2 3 4 5; do
        kill -URG $$
        sleep 0.2
    done
    nothing_left
}
attack output_closed "a session that nobody reads would stay attached" output_closed
end_of_attacks
