# limit: 180
# scope = "own": a user sees his own processes, and nobody's else.
cat >seen.stp <<'END'
probe begin { println("ready") }
probe syscall.openat { if (filename =~ "/srv/mark_") printf("entry %s %s\n", execname(), filename) }
probe syscall.openat.return { if (user_string_quoted(@entry($arg2)) =~ "/srv/mark_") printf("return %s\n", execname()) }
probe syscall.execve.return { printf("became %s\n", execname()) }
probe timer.s(100) { exit() }
END
mkdir -p /srv/programs
touch /srv/mark_own /srv/mark_two /srv/mark_root /srv/mark_suid /srv/mark_group /srv/mark_capable \
    /srv/mark_hidden /srv/mark_namespace /srv/mark_entered /srv/mark_dropped /srv/mark_shown /srv/mark_unreadable /srv/mark_last
mkfifo /srv/mark_between
chmod 666 /srv/mark_*
# variant NAME OWNER MODE: a copy of the program disguise, with a name that tells in the output.
variant() {
    cp /harness/bin/disguise /srv/programs/"$1"
    chown "$2" /srv/programs/"$1"
    chmod "$3" /srv/programs/"$1"
}
variant v_plain 0:0 755
variant v_root 0:0 4755
variant v_user2 1002:1002 4755
variant v_group 0:1002 2755
variant v_capable 0:0 755
variant v_unreadable 0:0 711
/srv/programs/v_plain give /srv/programs/v_capable

start granted 1001 "scope = own
" seen.stp
first=$session
wait_for '^ready$' out 40
granted 1002 "scope = own
" seen.stp >out2 2>err2 </dev/null &
second=$!
session=$second
wait_for '^ready$' out2 40
session=$first

as user1 /srv/programs/v_plain plain /srv/mark_own
as user2 /srv/programs/v_plain plain /srv/mark_two
/srv/programs/v_plain plain /srv/mark_root
as user1 /srv/programs/v_root plain /srv/mark_suid
as user1 /srv/programs/v_root dropped /srv/mark_dropped
as user1 /srv/programs/v_user2 plain /srv/mark_suid
as user1 /srv/programs/v_group plain /srv/mark_group
as user1 /srv/programs/v_capable plain /srv/mark_capable
as user1 /srv/programs/v_unreadable plain /srv/mark_unreadable
as user1 /srv/programs/v_plain hidden /srv/mark_hidden
[ "$(cat /proc/sys/kernel/unprivileged_userns_clone 2>/dev/null || echo 1)" = 1 ] ||
    echo 1 >/proc/sys/kernel/unprivileged_userns_clone
as user1 /srv/programs/v_plain namespace /srv/mark_namespace
as user1 /srv/programs/v_plain entered /srv/mark_entered
# Each is what one question alone keeps out: user, saved user, group, capabilities.
as user1 /srv/programs/v_user2 shown /srv/mark_shown
as user1 /srv/programs/v_user2 aside /srv/mark_shown
as user1 /srv/programs/v_group shown /srv/mark_shown
as user1 /srv/programs/v_capable shown /srv/mark_shown
as user1 /srv/programs/v_root shown /srv/mark_shown
as user1 /srv/programs/v_plain between /srv/mark_between
as user1 /srv/programs/v_plain plain /srv/mark_last
wait_for 'entry v_plain "/srv/mark_last"' out
end_cleanly

expect_line 'entry v_plain "/srv/mark_own"' out
expect_line 'return v_plain' out
expect_line 'became v_plain' out
expect_no_match 'mark_(two|root|suid|group|capable|hidden|namespace|entered|dropped|shown|unreadable)' out
expect_no_match 'v_(root|user2|group|capable|unreadable)' out
# The entry was his own, the return no longer.
expect_line 'entry v_plain "/srv/mark_between"' out
expect_equal "$(grep -c '^return v_plain$' out)" 2 "returns"

session=$second
stop $second INT
expect_line 'entry v_plain "/srv/mark_two"' out2
expect_no_match 'mark_(own|root|suid|group|capable|hidden|namespace|between|last)' out2
expect_no_runners

# Counted in the kernel, kept from the entry, seen by the tracepoints of all calls: the same question.
variant w_plain 0:0 755
cat >counted.stp <<'END'
global calls, all, times, times_seen, parents
probe begin { println("ready") }
probe syscall.openat { calls[execname()]++ }
probe syscall_any, syscall_any.return { all[execname()]++ }
probe syscall.getppid { parents[execname()]++ }
probe syscall.openat.return {
    times[execname()] <<< gettimeofday_us() - @entry(gettimeofday_us())
}
probe syscall.openat.return { if (@entry($arg1) != 0) times_seen[execname()]++ }
probe end {
    foreach (n in calls) println("calls ", n)
    foreach (n in all) println("all ", n)
    foreach (n in parents) println("parents ", n)
    foreach (n in times) println("times ", n)
    foreach (n in times_seen) println("seen ", n)
}
END
start granted 1001 "scope = own
" counted.stp -x 1
wait_for '^ready$' out 40
as user1 /srv/programs/v_plain plain /srv/mark_own
as user1 sh -c 'echo $PPID' >/dev/null
as user2 /srv/programs/w_plain plain /srv/mark_own
/srv/programs/w_plain plain /srv/mark_own
as user1 /srv/programs/v_user2 shown /srv/mark_own
end_cleanly
for what in calls all times seen; do expect_line "$what v_plain" out; done
expect_no_match ' (w_plain|v_user2|sutap-runner|main.sh|granted)$' out

# What reads the process's memory reads none of the kernel's.
banner=0x$(grep -w linux_banner /proc/kallsyms | cut -d ' ' -f 1)
cat >memory.stp <<END
probe syscall.openat {
    if (pid() != target()) next
    println("tried ", user_string_quoted($banner), user_long($banner), user_buffer_quoted($banner, 9))
    try { println(user_string($banner)) } catch (m) { println(m) }
    try { printf("%#8M\n", $banner) } catch (m) { println(m) }
}
END
expect_status 0 granted 1001 "scope = own
" memory.stp -c '/srv/programs/v_plain plain /srv/mark_own'
expect_line 'tried (address)0(address)' out
expect_line 'read fault [man error::fault] at (address)' out
expect_no_match 'Linux|4c696e7578|^[0-9a-f]+$' out

# What is refused is refused with its place, before anything is attached.
refuse() {
    echo "$1" >refused.stp
    shift
    expect_status 126 granted 1001 "scope = own
$*" refused.stp
    expect_match 'your own processes alone' err
    expect_match 'refused.stp:1:' err
    expect_lines 0 out
}
refuse 'probe kernel.function("vfs_read") { exit() }'
refuse 'probe syscall.read { println(kernel_string($arg2)) exit() }'
refuse 'probe syscall.read { println(@cast($arg2, "task_struct")->comm) exit() }'
refuse 'probe scheduler.cpu_on { exit() }'
refuse 'probe syscall.read { println(task_execname(task_parent(task_current()))) exit() }'
refuse 'probe begin { println(symname(addr())) exit() }' 'kernel_addresses = true
'
# The policy may name fewer points still, and no more.
echo 'probe syscall.read { exit() }' >narrow.stp
expect_status 126 granted 1001 "scope = own
probe = syscall.write
" narrow.stp
echo 'probe vfs.read { exit() }' >wide.stp
expect_status 126 granted 1001 "scope = own
probe = *
" wide.stp
expect_status 125 granted 1001 "scope = own
" narrow.stp -g
expect_match '^sutap-runner: -g does not go with' err

# Through the policy: any script of one's own, and nothing else.
policy own.toml <<END
schema = 1

[[rule]]
name = "own-processes"
effect = "allow"
users = ["user1", "user2"]
scope = "own"
max_seconds = 60
END
cp seen.stp /home/user1/seen.stp
cp refused.stp wide.stp /home/user1/
chown -R 1001:1001 /home/user1
start as user1 sutap /home/user1/seen.stp
wait_for '^ready$' out 40
as user2 /srv/programs/v_plain plain /srv/mark_two
/srv/programs/v_plain plain /srv/mark_root
as user1 /srv/programs/v_root dropped /srv/mark_dropped
as user1 /srv/programs/v_user2 shown /srv/mark_shown
as user1 /srv/programs/v_plain plain /srv/mark_own
wait_for 'entry v_plain "/srv/mark_own"' out
end_cleanly
expect_no_match 'mark_(two|root|dropped|shown)' out
expect_line 'return v_plain' out
expect_status 126 as user1 sutap /home/user1/refused.stp
expect_status 126 as user1 sutap /home/user1/wide.stp
expect_match 'wide.stp:1:7' err
expect_status 126 as user3 sutap /home/user1/seen.stp
