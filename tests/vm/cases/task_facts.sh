# limit: 150
# Tasks: who they are, what they block and handle, how long they ran, where they come from; and what
# functions return, as text.
cat >tasks.stp <<'STP'
probe begin { println("ready") }
probe syscall.write {
    if (pid() != target()) next
    task = task_current()
    printf("ids %d %d %d %d\n", ns_uid(), ns_euid(), ns_gid(), ns_egid())
    printf("of task %d %d %d %d\n", task_ns_uid(task), task_ns_euid(task), task_ns_gid(task),
           task_ns_egid(task))
    printf("ancestry %s\n", task_ancestry(task, 0))
    printf("since %s\n", task_ancestry(task, 1))
    printf("atomic %d %d\n",
           atomic_read(&@cast(task, "task_struct")->files->count),
           atomic_long_read(&@cast(task_fd_lookup(task, 7), "file")->f_count))
    handling = &@cast(task, "task_struct")->sighand->action[0]
    user1 = &@cast(handling, "k_sigaction")[9]
    printf("signals %s %s %d\n",
           sa_handler_str(get_sa_handler(&@cast(handling, "k_sigaction")[14])),
           sa_handler_str(get_sa_handler(&@cast(handling, "k_sigaction")[11])),
           get_sa_handler(user1) > 1)
    printf("flags %d\n", get_sa_flags(user1) == @cast(user1, "k_sigaction")->sa->sa_flags)
    runner = pid2task($1)
    for (number = 1; number <= 64; number++)
        mask |= is_sig_blocked(runner, number) << (number - 1)
    printf("blocked %016x %d %d\n", mask, is_sig_blocked(runner, 0), is_sig_blocked(runner, 65))
}
probe syscall.fsync {
    if (execname() != "odd") next
    printf("odd %d %d %d %d\n", ns_uid(), ns_euid(), ns_gid(), ns_egid())
    printf("task %d %d %d %d\n", task_ns_uid(task_current()), task_ns_euid(task_current()),
           task_ns_gid(task_current()), task_ns_egid(task_current()))
}
probe kernel.function("vfs_write").return {
    if (pid() == target())
        printf("%s returned %s %s\n", probemod(), returnstr(1), returnstr(2))
}
probe syscall.write {
    if (execname() != "spinner") next
    # A tick may come between the two.
    for (tries = 0; tries < 5 && !same; tries++)
        same = task_time_string_tid(tid()) == task_time_string()
    printf("%s %d\n", task_time_string(), same)
}
STP
cat >/home/user1/writer <<'SH'
trap '' TERM
trap 'echo caught' USR1
read -r line <go
exec 7>written 8>&7
echo abcd >&7
SH
mkfifo -m 666 /home/user1/go
chown user1 /home/user1
$runner -e 'probe begin { println("ready") }' >other 2>&1 &
other=$!
wait_for '^ready$' other 20
blocker=$(runner_of $other)
blocked=$(sed -n 's/^SigBlk:[[:space:]]*//p' "/proc/$blocker/status")
echo "$blocked" >mask
expect_match '[1-9a-f]' mask
cd /home/user1
as user1 sh writer &
writer=$!
cd - >/dev/null
ancestors=sh
pid=$(parent_of $writer)
while [ "$pid" -gt 0 ]; do
    ancestors="$(cat "/proc/$pid/comm")=>$ancestors"
    pid=$(parent_of "$pid")
done
start $runner -x $writer tasks.stp "$blocker"
wait_for '^ready$' out 40
echo >/home/user1/go
wait $writer
# All four differ: a user whose group has another number, and a program that is somebody else's.
cp /etc/passwd passwd
echo 'odd:x:1007:1008:odd:/home/user1:/bin/sh' >>/etc/passwd
cp "$(command -v provoke)" /home/user1/odd
chown 1009:1010 /home/user1/odd
chmod 6755 /home/user1/odd
chmod 755 /home/user1
as odd /home/user1/odd fsync /dev/null >/dev/null || true
cp passwd /etc/passwd
provoke --thread spinner spin 500 >provoked
wait_for '^usr' out 20
stop $session INT
expect_equal 0 "$status" "exit status"
stop $other INT
expect_line "ids 1001 1001 1001 1001" out
expect_line "of task 1001 1001 1001 1001" out
expect_line "odd 1007 1009 1008 1010" out
expect_line "task 1007 1009 1008 1010" out
expect_line "ancestry swapper/0=>$ancestors" out
expect_match '^since swapper/0\(0m0\.000000000s\)=>[^=]*\([0-9]+m[0-9]+\.[0-9]{9}s\)=>' out
# The third is the standard output of echo.
expect_line "atomic 1 3" out
expect_line "signals ignored default 1" out
expect_line "flags 1" out
expect_line "kernel returned 5 0x5" out
expect_line "blocked $blocked 0 0" out
expect_match '^usr: 0m[0-9]\.[0-9]{3}s, sys: 0m[0-9]\.[0-9]{3}s 1$' out
spun=$(sed -n 's/^spin //p' provoked)
used=$(sed -n 's/^usr: 0m\([0-9]\)\.0*\([0-9]*\)s.*/\1 \2/p' out | tail -n 1)
used=$((${used% *} * 1000 + ${used#* }))
[ "$used" -ge $((spun / 2)) ] && [ "$used" -le $((spun * 2)) ] ||
    fail "the time used: $used ms, not about $spun"
