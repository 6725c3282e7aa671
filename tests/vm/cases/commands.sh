# limit: 90
# -c and -x with probes in the kernel, as root; system() as an ordinary user.
cat >filter.stp <<'EOF'
global mine, others
probe syscall.kill {
    if (pid() == target()) mine++
    else others++
}
probe begin { println("ready") }
probe end { printf("%d by the target, %s\n", mine, others ? "others too" : "no others") }
EOF
# The command's own calls are all seen, from its first on: the probes are at work before it starts.
cat >first.stp <<'EOF'
probe syscall.execve if (1) { if (pid() == target()) println("execve of the target") }
EOF
expect_output "execve of the target" sutap -c /bin/true first.stp
expect_status 0 sutap -c 'sh -c "provoke --count 3 kill 1 0; exit 0" ' filter.stp
expect_line ready out

# -c: status, signal, the environment that the front end keeps, and no capability.
expect_status 1 sutap -c 'sh -c "exit 5"' first.stp
expect_line "WARNING: Child process exited with status 5" err
expect_status 1 sutap -c 'kill -9 $$' first.stp
expect_line "WARNING: Child process exited with signal 9 (Killed)" err
expect_status 0 env -i PATH=/bin:/usr/bin SECRET=1 TZ=UTC sutap -c 'env' filter.stp
expect_line "PATH=/bin:/usr/bin" out
expect_line "TZ=UTC" out
expect_no_match SECRET out
expect_status 0 sutap -c 'grep -E "^(Cap|NoNew)" /proc/self/status' filter.stp
expect_match '^CapEff:.0000000000000000' out
expect_match '^CapBnd:.000000[0-9a-f]{10}' out
expect_match '^NoNewPrivs:.1' out
expect_status 0 sutap -c 'ls -l /proc/self/fd' filter.stp
expect_no_match 'bpf|memfd|anon_inode' out

# -x: the calls of one process.
start_victim user1
start sutap -x "$$" filter.stp
wait_for '^ready$' out 40
kill -CONT "$victim"
provoke --count 2 kill "$victim" 18 >provoked
stop $session
expect_equal 0 "$status" "exit status"
expect_line "2 by the target, others too" out  # the second stops the session

# system() of a script that the policy allows: as the caller, without capabilities.
script /srv/scripts/commands.stp <<'EOF'
probe begin { system("id -un; grep CapEff /proc/self/status; ls -l /proc/self/fd"); exit() }
probe syscall.kill { next }
EOF
allow commands /srv/scripts/commands.stp user1
run as user1 sutap commands
sleep 1
expect_equal 0 "$status" "exit status"
expect_line user1 out
expect_match '^CapEff:.0000000000000000' out
expect_no_match 'bpf|memfd|anon_inode' out
expect_no_runners
