# limit: 240
# What is inherited: descriptors, signals, timers, limits, the folder, the umask.
. /harness/attacks/library.sh
replace_the_runner show_start
lay_hello
# Programs that start without a stack or memory end by a signal; that is no fault of the kernel.
echo 0 >/proc/sys/debug/exception-trace

# hello_from OPTION…: user1 runs the script, started in that way.
hello_from() { unharmed as user1 hostile "$@" -- $sutap hello; }

attack closed_0 "the first file opened, perhaps the audit log, would be standard input" hello_from --close 0
closed_output() { # FD…
    local each options='' before
    before=$(records)
    for each in "$@"; do options="$options --close $each"; done
    # shellcheck disable=SC2086 # words are wanted
    run as user1 hostile $options -- $sutap hello
    expect_equal 0 "$status" "exit status"
    expect_records $((before + 1))
    expect_no_match 'word |script<' $audit_log
}
attack closed_1 "the output would be written into the file that got its number" closed_output 1
attack closed_2 "messages would be written into the audit log" closed_output 2
attack closed_all "the output would be written into the file that got its number" closed_output 0 1 2
closed_2_and_refused() {
    expect_status 126 as user2 hostile --close 2 -- $sutap hello
    expect_records 1
    expect_no_match 'sutap: not allowed' $audit_log
}
attack closed_2_and_refused "the refusal would be written into the audit log"
attack leaked_40 "the caller's descriptors would reach the runner" hello_from --descriptors 40
leaked_numbers() {
    echo 'sutap-grant 1' >forged
    unharmed as user1 $sutap hello 3<forged 4<forged 9<>forged
    expect_match 'uid = 1001' out
}
attack leaked_numbers "a descriptor of the caller's would be taken for the grant"
leaked_secret() {
    echo secret >secret
    as user1 $sutap hello 7<secret 8<>$audit_log >out
    hello_as 1001 1001
}
attack leaked_secret "a privileged parent's files would reach the script's session"
read_only_output() {
    touch readable
    as user1 $sutap hello 1<readable 2<readable || fail "exit status $?"
    expect_records 1
    expect_equal 0 "$(stat -c %s readable)" size
}
attack read_only_output "a write that fails would be taken for one that is done"
full_output() {
    as user2 $sutap hello >/dev/full 2>/dev/full && fail "it ran"
    expect_records 1
    expect_match '"decision":"deny"' $audit_log
}
attack full_output "a refusal that can't be told would not be one"
broken_pipe() {
    as user2 $sutap hello 2>&1 | true
    wait_for '"decision":"deny"' $audit_log
    expect_records 1
}
attack broken_pipe "SIGPIPE would end it before the record is written"
input_is_folder() {
    as user1 $sutap hello </srv >out
    hello_as 1001 1001
}
attack input_is_folder "it would stumble over a folder"
input_hangs() {
    mkfifo -m 666 hang
    timeout 20 as user1 $sutap hello <>hang >out || fail "exit status $?"
    hello_as 1001 1001
}
attack input_hangs "it would wait for its input for ever"

attack signals_ignored "SIGPIPE, SIGXFSZ and SIGCHLD ignored would change what fails" hello_from --ignore 0
attack signals_blocked "a deadline's signal would never come" hello_from --block 0
attack both "one of the two would be forgotten" hello_from --ignore 0 --block 0
for number in 1 13 14 25 64; do
    attack ignored_$number "the runner could not be told by signal $number" hello_from --ignore $number
    attack blocked_$number "the runner could not be told by signal $number" hello_from --block $number
done
pending() { # SIGNAL
    run as user1 hostile --pending "$1" -- $sutap hello
    [ "$status" != 0 ] || fail "the signal was lost"
    nothing_ran
    expect_records 0
}
attack pending_15 "a run would begin that a signal has already ended" pending 15
attack pending_14 "a run would begin that a signal has already ended" pending 14
attack timer "SIGALRM would end the front end between record and run" hello_from --timer 20000
attack timer_at_once "a run without a record" harmless as user1 hostile --timer 1 -- $sutap hello
attack death_signal "the parent's end would end the run unseen" hello_from --death-signal 9

umask_is() { # OCTAL
    rm -f $audit_log
    hello_from --umask "$1"
    expect_line "caller.umask = $1" out
    expect_equal "600 0 0" "$(stat -c '%a %u %g' $audit_log)" "the audit log's mode and owner"
}
for octal in 000 077 377 777; do
    attack umask_$octal "everybody could read, or nobody write, the audit log" umask_is $octal
done
attack folder_deleted "a path that can't be told would be taken for another" hello_from --deleted-folder
folder_unreadable() {
    mkdir -m 111 /tmp/there
    hello_from --folder /tmp/there
}
attack folder_unreadable "the current folder would be read with rights that the caller lacks"
hello_in_folder() {
    mkdir -p /home/user1/etc/sutap/policy.d
    printf 'probe begin { println("MINE") }\n' >/home/user1/hello
    cp /home/user1/hello /home/user1/hello.stp
    hello_from --folder /home/user1
}
attack hello_in_folder "a file that lies about would take the place of the policy's script"

limit() { # NAME VALUE
    harmless hostile --limit "$1=$2" -- /harness/bin/as user1 $sutap hello
}
limit_fsize() { # VALUE
    hostile --limit "fsize=$1" -- /harness/bin/as user1 $sutap hello | cat >out
    hello_as 1001 1001
    expect_line "limit fsize $1" out
    expect_records 1
}
attack limit_fsize_0 "the record would be cut short" limit_fsize 0
attack limit_fsize_1 "the record would be cut short" limit_fsize 1
for name in as core cpu data memlock nofile nproc sigpending stack; do
    for value in 0 1 unlimited; do
        [ $name$value != nofileunlimited ] || value=1048576
        attack limit_${name}_$value "a step would fail half way, or run without a record" limit $name $value
    done
done
limits_of_little_use() {
    hello_from --limit locks=0 --limit msgqueue=0 --limit nice=0 --limit rss=0 --limit rtprio=0 \
        --limit rttime=0
}
attack limits_of_little_use "a step would fail half way" limits_of_little_use
limit_between() {
    local kilobytes
    for kilobytes in 64 256 1024 1500 2048 2500 3072 4096 6144; do
        harmless as user1 hostile --limit as=$((kilobytes * 1024)) -- $sutap hello
    done
}
attack limit_between "memory would run out after the decision"
descriptors_between() {
    local number
    for number in 6 7 8 9 10 12 16; do
        harmless as user1 hostile --limit nofile=$number -- $sutap hello
    done
}
attack descriptors_between "descriptors would run out after the decision"
end_of_attacks
