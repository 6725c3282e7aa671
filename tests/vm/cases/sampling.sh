# limit: 280
# Perf events: the processors' clock, software counters, and breakpoints on the kernel's variables,
# each against what a process is known to have done.

# session TEXT: as root, with the right to open perf events; the session's pid lands in $session.
session() {
    echo 'probe begin { println("ready") }' "$1" >script.stp
    start $runner script.stp
    wait_for '^ready$' out 40
}
# expect_near WANTED GOT WHAT: an emulated processor on a busy machine loses ticks, but gains none.
expect_near() {
    [ "$2" -ge $(($1 / 4)) ] && [ "$2" -le $(($1 * 14 / 10)) ] ||
        fail "$3: $2, not about $1"
}

# The clocks see a thread that computes as often as it had the processor.
# Debian's kernels tick at 250 Hz.
session 'global n, here, there
    probe timer.profile { if (execname() == "spinner") n["tick"]++ }
    probe timer.profile.freq.hz(50) { if (execname() == "spinner") n["freq"]++ }
    probe perf.sw.cpu_clock.sample(10000000) { if (execname() == "spinner") n["sample"]++ }
    probe perf.type(1).config(1).hz(100) { if (execname() == "spinner") n["hz"]++ }
    probe perf.sw.cpu_clock.hz(100) {
        if (execname() != "spinner") next
        if (user_mode()) { here++; if (addr() == uaddr() && addr() > 0) there++ }
        else if (addr() < 0) there++
        else println("odd ", addr()) }
    probe end {
        foreach (kind in n) printf("%s %d\n", kind, n[kind])
        printf("user %d of %d\n", here, there) }'
provoke --thread spinner spin 2000 >provoked
end_cleanly
spun=$(sed -n 's/^spin //p' provoked)
expect_near $((spun * 250 / 1000)) "$(sed -n 's/^tick //p' out)" "ticks"
expect_near $((spun * 50 / 1000)) "$(sed -n 's/^freq //p' out)" "samples at 50 Hz"
expect_near $((spun * 100 / 1000)) "$(sed -n 's/^sample //p' out)" "samples each 10 ms"
expect_near $((spun * 100 / 1000)) "$(sed -n 's/^hz //p' out)" "samples of the task clock at 100 Hz"
expect_no_match '^odd' out
user=$(sed -n 's/^user \([0-9]*\) of.*/\1/p' out)
expect_near $((spun * 100 / 1000)) "$user" "samples in user mode"
[ "$(sed -n 's/^user .* of //p' out)" -ge "$user" ] || fail "addresses that are not where the mode says"

# Both processors are sampled, idle or not.
session 'global seen probe timer.profile { seen[cpu()]++ }
    probe timer.s(2) { foreach (c+ in seen) printf("processor %d: %d\n", c, seen[c] > 100); exit() }'
wait $session || fail "exit status $?"
expect_line "processor 0: 1" out
expect_line "processor 1: 1" out

# Each page that is touched first is a fault.
session 'global faults
    probe perf.sw.page_faults.sample(1) { if (execname() == "toucher") faults++ }
    probe end { printf("faults %d\n", faults) }'
provoke --thread toucher fault 1000 >provoked
end_cleanly
faults=$(sed -n 's/^faults //p' out)
[ "$faults" -ge 1000 ] && [ "$faults" -le 1040 ] || fail "$faults faults, not 1000 and a few"
# … or each hundredth is.
session 'global faults
    probe perf.type(1).config(2).sample(100) { if (execname() == "toucher") faults++ }
    probe end { printf("faults %d\n", faults) }'
provoke --thread toucher fault 10000 >provoked
end_cleanly
expect_near 100 "$(sed -n 's/^faults //p' out)" "hundreds of faults"

# A breakpoint on a variable of the kernel, by its name and by its address.
address=$(sed -n 's/ [bBdD] vm_swappiness$//p' /proc/kallsyms)
session "probe kernel.data(\"vm_swappiness\").write {
        printf(\"%s wrote, %d %d %s\n\", execname(), user_mode(), is_return(), pp()) }
    probe kernel.data(0x$address).length(3).rw { printf(\"%s touched\n\", execname()) }"
echo 61 >/proc/sys/vm/swappiness
cat /proc/sys/vm/swappiness >read
end_cleanly
expect_equal 61 "$(cat read)" "swappiness"
expect_equal 1 "$(grep -c 'wrote, 0 0 kernel.data("vm_swappiness").write' out)" "writes"
[ "$(grep -c '^cat touched' out)" -ge 1 ] || fail "the read was not seen"

# The length counts: of two neighbours in eight bytes the second is written.
address=$(sed -n 's/ [bBdD] lease_break_time$//p' /proc/kallsyms)
expect_match "^${address%?}[4c] [bBdD] leases_enable$" /proc/kallsyms
session "probe kernel.data(0x$address).length(8).write { println(\"one of eight\") }
    probe kernel.data(0x$address).length(4).write { println(\"one of four\") }"
echo 1 >/proc/sys/fs/leases-enable
end_cleanly
expect_equal 1 "$(grep -c -x 'one of eight' out)" "writes to eight bytes"
expect_no_match 'one of four' out

# is_return() and addr() elsewhere.
echo "probe begin { if (is_return() || addr() || uaddr() || user_mode()) println(\"NO\") }
    probe kernel.function(\"vfs_fsync_range\") ?, syscall.fsync { printf(\"in %d %x\n\", is_return(), addr()) }
    probe syscall.fsync.return { printf(\"out %d %d %d\n\", is_return(), user_mode(), uaddr() > 0) }
    probe syscall.fsync, syscall.fsync.return { if (is_return()) printf(\"guarded %d\n\", pid() == target()) }" >script.stp
: >file
expect_status 0 $runner -c 'provoke fsync file' script.stp
expect_match '^in 0 ffffffff[0-9a-f]{8}$' out
expect_line "out 1 0 1" out
expect_equal 1 "$(grep -c '^guarded 1$' out)" "lines behind is_return()"
expect_no_match NO out

# What the machine does not have, and what is not permitted, is said.
expect_status 1 $runner -e 'probe perf.hw.cache_misses { println("x") }'
expect_match 'ERROR: cannot open the perf event perf.hw.cache_misses on processor 0: .*hardware counters' err
expect_status 0 $runner -T 1 -e 'probe perf.hw.cache_misses ?, begin { println("ready") }'
expect_line ready out
expect_status 1 $runner -e 'probe kernel.data(0xffffffffffffff01).length(8).write { println("x") }'
expect_match 'a multiple of its length' err
expect_status 1 $runner -e 'probe kernel.data("no_such_variable").write { println("x") }'
expect_match "this kernel has no variable 'no_such_variable'" err

# The kernel's functions under the samples have names; the function of a point is its own.
session 'probe timer.profile { if (!user_mode() && execname() == "toucher") println("in ", probefunc()) }
    probe syscall.kill { if (sig == 18) println("at ", probefunc()) }'
start_victim user1
provoke --thread toucher --count 3 fault 20000 >provoked
kill -18 "$victim"
end_cleanly
expect_match '^in [a-z_]+' out
expect_line 'at __x64_sys_kill' out

# An ordinary user samples where the policy lists the points, and only those: the front end opens
# the events. They count no more than root's own.
script /srv/scripts/clocks.stp <<'EOF'
global n
probe begin { println("ready") }
probe timer.profile { if (execname() == "spinner") n["tick"]++ }
probe timer.profile.freq.hz(50) { if (execname() == "spinner") n["freq"]++ }
probe perf.sw.cpu_clock.sample(10000000) { if (execname() == "spinner") n["sample"]++ }
probe perf.type(1).config(1).hz(100) { if (execname() == "spinner") n["hz"]++ }
probe end { foreach (kind in n) printf("%s %d\n", kind, n[kind]) }
EOF
allow clocks /srv/scripts/clocks.stp user1 \
    'probes = ["begin", "end", "timer.profile", "timer.profile.freq.hz(50)", "perf.type(1).config(0).sample(10000000)", "perf.type(1).config(1).hz(100)"]'
start as user1 sutap clocks
wait_for '^ready$' out 40
provoke --thread spinner spin 2000 >provoked
stop $session INT
expect_equal 0 "$status" "exit status"
spun=$(sed -n 's/^spin //p' provoked)
expect_near $((spun * 250 / 1000)) "$(sed -n 's/^tick //p' out)" "a user's ticks"
expect_near $((spun * 50 / 1000)) "$(sed -n 's/^freq //p' out)" "a user's samples at 50 Hz"
expect_near $((spun * 100 / 1000)) "$(sed -n 's/^sample //p' out)" "a user's samples each 10 ms"
expect_near $((spun * 100 / 1000)) "$(sed -n 's/^hz //p' out)" "a user's samples at 100 Hz"
script /srv/scripts/other.stp <<'EOF'
probe timer.profile.freq.hz(51) { println("x") }
EOF
allow other /srv/scripts/other.stp user1 'probes = ["timer.profile", "timer.profile.freq.hz(50)"]'
expect_status 126 as user1 sutap other
expect_lines 0 out
# Likewise breakpoints, by name and by address, one of the four that a processor has each.
address=$(sed -n 's/ [bBdD] lease_break_time$//p' /proc/kallsyms)
script /srv/scripts/watches.stp <<EOF
probe begin { println("ready") }
probe kernel.data("vm_swappiness").write { printf("%s by %d wrote, %s\n", execname(), uid(), pp()) }
probe kernel.data("vm_swappiness").rw { if (execname() == "cat") println("cat touched") }
probe kernel.data(0x$address).length(4).write { println("lease") }
EOF
allow watches /srv/scripts/watches.stp user1 \
    "probes = ['begin', 'kernel.data(\"vm_swappiness\").write', 'kernel.data(\"vm_swappiness\").rw', 'kernel.data(0x$address).length(4).write']"
start as user1 sutap watches
wait_for '^ready$' out 60
echo 62 >/proc/sys/vm/swappiness
cat /proc/sys/vm/swappiness >read
cat /proc/sys/fs/lease-break-time >written
cat written >/proc/sys/fs/lease-break-time
stop $session INT
expect_equal 0 "$status" "exit status"
expect_equal 62 "$(cat read)" "swappiness"
expect_equal 1 "$(grep -c ' by 0 wrote, kernel.data("vm_swappiness").write' out)" "writes that a user sees"
expect_line 'cat touched' out
expect_equal 1 "$(grep -c '^lease$' out)" "writes to the address"
echo 60 >/proc/sys/vm/swappiness
# What the rule does not name, and what is no variable.
allow watches /srv/scripts/watches.stp user1 "probes = ['begin', 'kernel.data(\"vm_swappiness\").write']"
expect_status 126 as user1 sutap watches
allow watches /srv/scripts/watches.stp user1
expect_status 1 as user1 sutap watches
expect_match "needs the point among the script's .probes. in the policy" err
echo 'probe kernel.data("vm_swappiness").write { println("x") }' | script /srv/scripts/wrong.stp
allow wrong /srv/scripts/wrong.stp user1 "probes = ['kernel.data(\"vm_swappiness\").*', 'kernel.data(\"vfs_read\").write']"
expect_status 1 as user1 sutap wrong
rm /etc/sutap/policy.d/watches.toml /etc/sutap/policy.d/wrong.toml

# Many events: all of them, or a word and nothing.
# many FIRST LAST: the points of as many rates, on two processors each.
many() { seq "$1" "$2" | sed 's/.*/"perf.type(1).config(0).sample(&000000)",/' | tr -d '\n'; }
echo 'probe perf.type(1).config(0).sample(11000000) { println("sampled"); exit() }' | script /srv/scripts/one.stp
allow one /srv/scripts/one.stp user1 "probes = [$(many 11 1300)]"
expect_output sampled as user1 sutap -T 60 one
# All of them at once, more than the usual soft limit.
seq 11 525 | sed 's/.*/probe perf.type(1).config(0).sample(&000000) { n++; if (n > 1) exit() }/' >all.stp
(echo 'global n'; cat all.stp; echo 'probe end { println(n > 1) }') | script /srv/scripts/all.stp
allow all /srv/scripts/all.stp user1 "probes = [\"end\", $(many 11 525)]"
expect_output 1 as user1 sh -c 'ulimit -S -n 1024; exec sutap -T 60 all'
rm /etc/sutap/policy.d/all.toml
allow one /srv/scripts/one.stp user1 "probes = [$(many 11 2200)]"
expect_status 125 as user1 sutap one
expect_match 'need too many perf events' err
expect_lines 0 out
rm /etc/sutap/policy.d/one.toml

# Root's timer.profile needs no policy.
expect_output sampled sutap -T 20 -e 'probe timer.profile { println("sampled"); exit() }'

# Without them a user has neither the descriptors nor the addresses: both are said, nothing is shown.
echo 'probe timer.profile { println("x") }' | script /srv/scripts/profile.stp
allow profile /srv/scripts/profile.stp user1
expect_status 1 as user1 sutap profile
expect_match 'cannot open the perf event timer.profile on processor 0: .*CAP_SYS_ADMIN' err
expect_lines 0 out
echo 'probe syscall.kill { println(addr()) }' | script /srv/scripts/address.stp
allow address /srv/scripts/address.stp user1
expect_status 126 as user1 sutap address
expect_match 'address:1:30' err
expect_match 'an address of the kernel would be shown: the policy does not allow it' err
expect_lines 0 out
