# limit: 200
# Handlers that only count: the kernel counts events alike, and every reader has what was added
# before, the same as when each event is posted (--place=user).
cat >counting.stp <<'END'
global calls, urgent, by, sizes, sums, down = 100, level = 20, kept, syncs
@define not_ours %( if (execname() == "timeout" || execname() == "sh") next; %)  # of the harness
probe begin { println("ready") }
probe syscall.kill { @not_ours calls++ }
probe syscall.kill { @not_ours if (sig == 23) urgent += 2 }
probe syscall.kill { @not_ours if (sig > level) down -= sig; else down-- }
probe syscall.kill { @not_ours by[execname(), sprint(sig)]++ }
probe syscall.kill { @not_ours sizes <<< sig; sums[pid()] <<< sig * 1000 }
probe syscall.kill.return { @not_ours kept[retval < 0 ? "failed" : "done"] += retval < 0 ? 1 : 3 }
probe syscall.fsync { syncs++ }
probe timer.ms(500) {
    if (calls >= 9 && !kept["seen"]) {
        kept["seen"] = 1
        foreach ([name, number] in by) printf("%s %s %d\n", name, number, by[name, number])
        delete by
        println("read")
    }
}
probe end {
    printf("calls %d urgent %d down %d syncs %d\n", calls, urgent, down, syncs)
    foreach ([name, number] in by) printf("%s %s %d\n", name, number, by[name, number])
    printf("sizes %d %d %d %d %d\n", @count(sizes), @sum(sizes), @min(sizes), @max(sizes), @avg(sizes))
    print(@hist_linear(sizes, 0, 30, 10))
    foreach (p in sums) printf("sums %d %d %d\n", @count(sums[p]), @sum(sums[p]), @variance(sums[p]))
    foreach (k+ in kept) printf("kept %s %d\n", k, kept[k])
}
END

# session OPTIONS…: one run, with the same calls
session() {
    start $runner "$@" counting.stp
    wait_for '^ready$' out 60
    start_victim root
    provoke --thread zeta --count 3 kill "$victim" 18 >provoked
    provoke --thread alpha --count 5 kill "$victim" 23 >provoked
    provoke kill 2000000 0 >provoked || true
    wait_for '^read$' out 30
    provoke --thread beta --count 2 kill "$victim" 18 >provoked
    provoke --thread alpha --count 4 kill "$victim" 23 >provoked
    provoke --count 7 fsync file >provoked
    stop $session INT
    expect_equal 0 "$status" "exit status"
    expect_equal '' "$(cat err)" "what it says on standard error"
}
session
cp out counted
cat >wanted <<'END'
ready
zeta 18 3
alpha 23 5
provoke 0 1
read
calls 15 urgent 18 down -113 syncs 7
beta 18 2
alpha 23 4
sizes 15 297 0 23 19
END
expect_equal "$(cat wanted)" "$(head -9 counted)" "what was counted"
expect_match '^kept done 42$' counted
expect_match '^kept failed 1$' counted
expect_equal 5 "$(grep -c '^sums' counted)" "processes"
expect_line 'sums 5 115000 0' counted
session --place=user
expect_equal "$(cat counted)" "$(cat out)" "what is posted, and what is counted"
session --place=kernel
expect_equal "$(cat counted)" "$(cat out)" "what is counted with --place=kernel"

# The session ends by itself.
await_end() {
    for _ in $(seq 100); do
        if has_ended $session; then return; fi
        sleep 0.1
    done
    show out err
    fail "the session goes on"
}

# Events of which no two are alike: what has no place in the kernel's table is posted.
start $runner -DMAXMAPENTRIES=6000 -e 'global when, all probe begin { println("ready") }
    probe syscall.kill { if (sig == 23) { when[ktime_get_ns()]++; all++ } }
    probe end { foreach (t in when) n++; println("entries ", n, " of ", all) }'
wait_for '^ready$' out 60
provoke --count 5000 kill "$victim" 23 >provoked
stop $session INT
expect_line 'entries 5000 of 5000' out

# A full array is an error as soon as it is noticed.
start $runner -e 'global when[10] probe begin { println("ready") }
    probe syscall.kill { if (sig == 23) when[ktime_get_ns()]++ }'
wait_for '^ready$' out 60
provoke --count 11 kill "$victim" 23 >provoked
await_end
expect_match 'Array overflow, check size limit \(10\)' err

# What fails is not counted, and each failure is heard of.
for handler in 'n[kernel_int(sig)]++' 'println(kernel_int(sig))'; do
    start $runner -DMAXERRORS=3 -e "global n probe begin { println(\"ready\") }
        probe syscall.kill { if (sig == 23) $handler }"
    wait_for '^ready$' out 60
    provoke --count 4 kill "$victim" 23 >provoked
    await_end
    expect_equal 4 "$(grep -c 'read fault.* at 0x0*17' err)" "errors"
done

# Who reads in a handler on a kernel event has each event in its order, and nothing comes behind
# the one that ends the session.
for refused in 'probe syscall.kill { n++ } probe syscall.kill { println(n) }' \
    'probe syscall.kill { n++ } probe syscall.getpid { exit() }'; do
    if $runner -p4 --place=kernel -e "global n $refused" >text 2>&1; then
        fail "--place=kernel: $refused"
    fi
    expect_match 'place=kernel, but it uses the global variable' text
done

# A reader of a procfs file has what was counted until then.
start $runner -e 'global n probe begin { println("ready") } probe syscall.kill { if (sig == 23) n++ }
    probe procfs("n").read { $value = sprintf("%d\n", n) }'
wait_for '^ready$' out 60
for wanted in 3 6 9 12; do
    provoke --count 3 kill "$victim" 23 >provoked
    expect_output $wanted timeout 10 cat /tmp/sutap-0/*/n
done
stop $session INT
