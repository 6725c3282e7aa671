# limit: 120
# What sutap-policy suggests for a script is what its user needs, and no more.
cat >watch.stp <<'STP'
global n
probe begin { println("ready") }
probe timer.profile { if (execname() == "spinner") n++ }
probe syscall.kill { if (sig == 18) { printf("kill %p\n", task_current()); exit() } }
probe syscall.getpid.return ? { n++ }
probe kernel.trace("sched_process_exit") { if (pid() == 1) n++ }
probe kernel.function("vfs_fsync_range").return { if (@entry($file) == 0) n++ }
probe end { println(n > 10) }
STP
script /srv/scripts/watch.stp <watch.stp
cp /srv/scripts/watch.stp /tmp/watch.stp
expect_status 0 as user1 sutap --check /tmp/watch.stp
expect_line 'perf_event: timer.profile' out
expect_line 'attaches: timer.profile' out
expect_line 'attaches: syscall.kill' out
expect_line 'attaches: kernel.trace("sched_process_exit")' out
expect_line 'attaches: kernel.function("vfs_fsync_range").return' out
expect_line 'kernel_addresses: shown at /tmp/watch.stp:4:59' out

expect_line 'scope: system, because of /tmp/watch.stp:4:59' out

expect_status 0 as user1 sutap-policy suggest /srv/scripts/watch.stp
expect_line 'path = "/srv/scripts/watch.stp"' out
expect_line 'kernel_addresses = true' out
expect_match '^# timer.profile: nobody keeps the right' out
expect_match '^# Capabilities: bpf perfmon' out
policy watch.toml <out
expect_status 0 sutap-policy check
expect_status 126 as user1 sutap watch
sutap-policy suggest /srv/scripts/watch.stp |
    sed -e '/^# \[\[rule/,$s/^# //' -e 's/^users.*/users = ["user1"]/' | policy watch.toml
expect_status 0 sutap-policy check
start as user1 sutap watch
wait_for '^ready$' out 60
provoke --thread spinner spin 2000 >provoked
start_victim user1
kill -18 "$victim"
wait $session || fail "$(cat err)"
expect_match '^kill 0xff' out
expect_line 1 out
# Less is too little.
sed -i '/"timer.profile",/d' /etc/sutap/policy.d/watch.toml
expect_status 126 as user1 sutap watch
expect_match 'does not allow the probe point' err
sutap-policy suggest /srv/scripts/watch.stp |
    sed -e '/^# \[\[rule/,$s/^# //' -e 's/^users.*/users = ["user1"]/' -e '/^kernel_addr/d' | policy watch.toml
expect_status 126 as user1 sutap watch
expect_match 'an address of the kernel would be shown' err

# Arguments are the script's; what fails is said.
echo 'probe kernel.function(@1) { println("x") }' >argument.stp
expect_status 0 sutap-policy suggest argument.stp vfs_read
expect_line '    "kernel.function(\"vfs_read\")",' out
expect_status 1 sutap-policy suggest argument.stp
expect_match 'parse error' err
expect_lines 0 out
expect_status 1 sutap-policy suggest /nowhere.stp
expect_match '/nowhere.stp' err
expect_status 2 sutap-policy suggest
# Watchpoints, and counters by their type.
echo 'probe kernel.data("vm_swappiness").write, perf.sw.page_faults.sample(7), timer.profile.freq.hz(50) { println("x") }' >events.stp
expect_status 0 sutap --check events.stp
expect_line 'perf_event: kernel.data("vm_swappiness").write' out
expect_line 'perf_event: perf.type(1).config(2).sample(7)' out
expect_line 'perf_event: timer.profile.freq.hz(50)' out
