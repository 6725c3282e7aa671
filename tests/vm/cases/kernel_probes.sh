# limit: 120
# Each kind of probe on real events whose numbers the case knows, as an ordinary user.

# session TEXT: a script of root's that user1 may run; the session's pid lands in $session.
session() {
    { echo 'probe begin { println("ready") }' && echo "$1"; } | script /srv/scripts/probes.stp
    allow probes /srv/scripts/probes.stp user1
    start as user1 sutap probes
    wait_for '^ready$' out 40
}

# A system call's name, arguments and result.
session 'probe syscall.kill { if (sig == 18) printf("%s %s %s\n", name, argstr, sig_name) }
    probe syscall.kill.return { if (execname() == "provoke") printf("%s %d\n", name, retval) }'
start_victim user1
as user1 provoke kill "$victim" 18 >provoked
as user1 provoke kill 1 15 >provoked || true
end_cleanly
expect_line "kill $victim, SIGCONT SIGCONT" out
expect_line "kill 0" out
expect_line "kill -1" out
expect_lines 4 out

# The other names of its points; a wildcard among the exported functions.
session 'probe nd_syscall.kill, tp_syscall.kill { if (sig == 18) println(argstr) }
    probe nd_syscall.kill.return, tp_syscall.kill.return { if (execname() == "provoke") println(retval) }
    probe kernel.function("vfs_rea*").exported { n++ } global n'
start_victim user1
as user1 provoke kill "$victim" 18 >provoked
end_cleanly
expect_equal 2 "$(grep -c -x "$victim, SIGCONT" out)" "calls"
expect_equal 2 "$(grep -c -x 0 out)" "returns"
expect_status 0 sutap -l 'kernel.function("vfs_rea*").exported'
expect_match 'vfs_readlink' out
expect_no_match 'vfs_read"|vfs_readv' out

# A function's parameters at its entry, its result and its parameters at its return.
session 'probe kernel.function("vfs_read").call { if (execname() == "dd") printf("entry %d\n", $count) }
    probe kernel.function("vfs_read").return {
        if (execname() == "dd") printf("return %d of %d\n", $return, @entry($count)) }'
as user2 dd if=/dev/zero of=/dev/null bs=1234 count=5 2>/dev/null
end_cleanly
expect_equal 5 "$(grep -c -x 'entry 1234' out)" "entries"
expect_equal 5 "$(grep -c -x 'return 1234 of 1234' out)" "returns"

# A tracepoint's arguments, and a field behind a pointer.
session 'probe kernel.trace("signal_generate") {
    if ($sig == 18) printf("signal %d to %d(%s)\n", $sig, $task->pid, task_execname($task)) }'
start_victim user1
as user1 provoke --count 3 kill "$victim" 18 >provoked
end_cleanly
expect_equal 3 "$(grep -c -x "signal 18 to $victim(sleep)" out)" "signals"

# Timers; exit() from one.
echo 'global n probe timer.ms(100) { n++ } probe timer.s(2) { printf("%d\n", n); exit() }
    probe end { println("the end") }' | script /srv/scripts/timers.stp
allow timers /srv/scripts/timers.stp user1
expect_status 0 as user1 sutap timers
expect_line "the end" out
count=$(head -n 1 out)
if [ "$count" -lt 15 ] || [ "$count" -gt 21 ]; then fail "$count ticks of 100 ms in 2 s"; fi

# A walk over the task's parents, as only the kernel can do it at that moment.
session 'function depth:long(task:long) {
        n = 0
        while (task_pid(task) > 1 && n < 20) { n++; task = task_parent(task) }
        return n }
    probe syscall.kill { if (sig == 18) printf("depth %d\n", depth(task_current())) }'
start_victim user1
as user1 provoke kill "$victim" 18 >provoked
wanted=$(lineage $$ | awk '{ print NF + 1 }')
end_cleanly
expect_line "depth $wanted" out

# A result that points to pointers, which the verifier lets no program load by itself.
session 'probe kernel.function("rtc_get_dev_attribute_groups").return { println($return != 0) }'
end_cleanly

# A function that can't be probed says why, to root of both ways.
echo 'probe kernel.function("argv_split") { println(pn()) }' | script /srv/scripts/lib.stp
allow lib /srv/scripts/lib.stp user1
expect_status 1 as user1 sutap lib
expect_match '^ERROR: cannot attach to argv_split for .*: the kernel lets no program be linked .*notrace' err
expect_no_match 'kprobe' err
expect_status 1 $runner /srv/scripts/lib.stp
expect_match '^and then: cannot open a kprobe on argv_split .*: the kernel lets no kprobe be set .*blacklist' err
