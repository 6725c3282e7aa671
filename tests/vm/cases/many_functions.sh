# limit: 120
# One handler for many functions: by one link where the kernel can (6.12), and the same either way.
script /srv/scripts/calls.stp <<'END'
global calls, returns
probe kernel.function("vfs_*") { if (execname() == "provoke") calls[ppfunc()]++ }
probe kernel.function("vfs_*").return { if (execname() == "provoke") returns[ppfunc()]++ }
probe begin { println("ready") }
probe end {
    println("opened ", calls["vfs_open"], " ", returns["vfs_open"])
    println("written ", calls["vfs_write"] == returns["vfs_write"] && calls["vfs_write"] > 0)
    println("flushed ", calls["vfs_fsync_range"], " ", returns["vfs_fsync_range"])
    delete calls
    delete returns
}
END
allow calls /srv/scripts/calls.stp user1
start as user1 sutap calls
wait_for '^ready$' out 60
provoke fsync file >provoked
stop $session INT
expect_equal 0 "$status" "exit status"
expect_match '^opened 1 1$' out
expect_match '^written 1$' out
expect_match '^flushed 1 1$' out
[ "$KERNEL" = 6.1 ] || expect_lines 0 err
session=''

# Parameters and results; each function's own.
cat >calls.stp <<'END'
probe kernel.function("__x64_sys_[f-k]*") {
    if (@defined($regs)) if (execname() == "provoke") println(ppfunc(), " ", $regs->di)
}
probe kernel.function("__x64_sys_[f-k]*").return {
    if (execname() == "provoke") println(ppfunc(), " = ", $return)
}
probe begin { println("ready") }
END
start $runner -v calls.stp
wait_for '^ready$' out 60
provoke kill 1 0 >provoked
stop $session INT
expect_equal 0 "$status" "exit status"
expect_match '^__x64_sys_kill 1$' out
expect_match '^__x64_sys_kill = 0$' out
case $KERNEL in
6.12) expect_match '^one link for [1-9][0-9]* functions' err ;;
*) ! grep -q '^one link for' err || fail "this kernel has no such links" ;;
esac
session=''

# The policy names functions; each of the link's is looked at.
allow narrow /srv/scripts/calls.stp user1 'probes = ["kernel.function(\"vfs_r*\")*", "begin", "end"]'
expect_status 126 as user1 sutap narrow
expect_match 'the policy does not allow the probe point kernel.function\("vfs_[^r].*"\)$' err

# What takes longer than a second says how far it is, on a terminal alone, and can be interrupted.
many='probe kernel.function("__x64_sys_*").return { if (execname() == "provoke") println($return,
    $$parms) } probe begin { println("ready"); exit() }'
expect_status 1 terminal --limit 60 --wait 'attaching: ' --send '^C' -- $runner -e "$many"
expect_match 'attaching: [0-9]* of [0-9]* programs' out
expect_match '^.*ERROR: interrupted when [0-9]* of [0-9]* programs were attached' out

# What the kernel missed is told: more calls at once than there is place for their returns.
if [ "$KERNEL" != 6.1 ]; then
    cat >calls.stp <<'END'
global returns
probe kernel.function("__x64_sys_[a-c]*").return { returns[ppfunc()]++ }
probe begin { println("ready") }
probe end { delete returns }
END
    start $runner calls.stp
    wait_for '^ready$' out 60
    sleepers=''
    for n in $(seq 300); do
        sleep 100 &
        sleepers="$sleepers $!"
    done
    sleep 2
    kill $sleepers
    stop $session INT
    expect_match '^WARNING: Number of errors: 0, skipped probes: [1-9]' err
    expect_match '^WARNING: [1-9][0-9]* events missed by the kernel' err
fi
