# The aliases of scheduler.* and kprocess.* with what a shell's child does.
cat >life.stp <<'STP'
probe begin { println("ready") }
probe kprocess.create { if (pid() == target()) printf("create %d %d\n", new_pid == new_tid, new_pid) }
probe kprocess.start { if (ppid() == target()) printf("start %d\n", pid()) }
probe kprocess.exec { if (ppid() == target()) printf("exec %d %s\n", pid(), filename) }
probe kprocess.exec_complete { if (ppid() == target()) printf("complete %d %d %d %s\n", pid(), success, errno, execname()) }
probe kprocess.exit { if (ppid() == target()) printf("exit %d %d\n", pid(), code) }
probe kprocess.release { if (task_pid(task_parent(task)) == target()) printf("release %d %d\n", released_pid, pid == released_tid) }
probe scheduler.process_fork { if (parent_pid == target()) printf("fork %d\n", child_pid) }
probe scheduler.wakeup_new { if (ppid() == target() || pid() == target()) printf("new %d %s\n", task_pid, name) }
probe scheduler.process_exit { if (ppid() == target()) printf("gone %d %s\n", pid, name) }
probe scheduler.ctxswitch { if (next_task_name == "wanted" && prev_pid != next_pid) printf("switch %d %s\n", next_pid, name) }
probe scheduler.cpu_off { if (task_execname(task_next) == "wanted") printf("off %d\n", idle >= 0) }
STP
printf '#!/bin/sh\nsleep 0.1\nexit $1\n' >wanted
chmod +x wanted
mkfifo go
sh -c 'read -r line <go; ./wanted 0; ./wanted 1; exit 0' &
parent=$!
start sutap -x $parent life.stp
wait_for '^ready$' out 40
echo >go
wait $parent || true
wait_for '^release' out 20
sleep 1
stop $session INT
expect_equal 0 "$status" "exit status"
child=$(sed -n 's/^create 1 //p' out | head -n 1)
for line in "fork $child" "new $child wakeup_new" "start $child" "exec $child \"./wanted\"" \
    "complete $child 1 0 wanted" "gone $child process_exit" "exit $child 0" "release $child 1"; do
    expect_line "$line" out
done
expect_equal 2 "$(grep -c '^release' out)" "children"
expect_match '^exit [0-9]* 256$' out  # the second one's status is 1
expect_match '^switch [0-9]* ctxswitch$' out
expect_match '^off 1$' out
