# limit: 120
# Kernel stacks from a function, its return, a tracepoint and a system call; symbols; the memory that
# a process was started with; the set of a target's descendants.
cat >stacks.stp <<'STP'
probe begin { println("ready") }
probe kernel.function("vfs_write") {
    if (pid() != target()) next
    println("entry"); print_backtrace()
    printf("top %s %s %d\n", symname(stack(0)), modname(stack(0)), stack(200))
    printf("called by %s\n", caller())
    printf("same %d\n", backtrace() == sprintf("0x%x %s", stack(0), callers(-1)) || strlen(backtrace()) > 120)
    printf("one %d\n", callers(1) == sprintf("0x%x", stack(1)))
    println(sprint_backtrace())
    printf("data %s\n", symdata(stack(0)))
    for (round = 0; round < 2; round++) if (symname(stack(0)) == "vfs_write") printf("round %d\n", round)
}
probe kernel.function("vfs_write").return {
    if (pid() != target()) next
    println("return"); print_backtrace()
}
probe kernel.trace("sys_enter") {
    if (pid() != target() || $id != 1) next
    println("tracepoint"); print_stack(backtrace()); println("end")
}
probe syscall.write {
    if (pid() != target()) next
    printf("bytes %s\n", user_buffer_quoted(buf_uaddr, 3, 20))
    printf("short %s\n", user_buffer_quoted(buf_uaddr, 4, 8))
    printf("kernel %s\n", kernel_buffer_quoted(&@cast(task_current(), "task_struct")->comm[0], 4))
    printf("nowhere %s %s\n", user_buffer_quoted(1, 4, 20), kernel_buffer_quoted(8, 1, 20))
    try { println(user_buffer_quoted_error(1, 4, 20)) } catch (message) { printf("fault %d\n", message =~ "fault") }
    printf("user stack %d %d\n", ustack(0) > 0, strtol(ubacktrace(), 16) == ustack(0))
}
STP
mkfifo go
FRUIT=apple sh -c 'read -r line <go; echo >&7; printf "a\000\001b" >&7' the "first one" 7>written &
writer=$!
start sutap -x $writer stacks.stp
wait_for '^ready$' out 60
echo >go
wait $writer
wait_for '^bytes "a' out 20
stop $session INT
expect_equal 0 "$status" "exit status"
expect_match '^ 0xffffffff[0-9a-f]* : vfs_write\+0x0/0x[0-9a-f]* \[kernel\]$' out
expect_match '^Returning from:  0xffffffff[0-9a-f]* : vfs_write\+0x0/0x[0-9a-f]* \[kernel\]$' out
expect_match '^Returning to  :  0xffffffff[0-9a-f]* : ksys_write\+0x[0-9a-f]*/0x[0-9a-f]* \[kernel\]$' out
expect_match '^top vfs_write kernel 0$' out
expect_match '^called by ksys_write 0xffffffff[0-9a-f]*$' out
expect_line "same 1" out
expect_line "one 1" out
expect_match '^ksys_write\+0x[0-9a-f]*/0x[0-9a-f]* \[kernel\]$' out
expect_match '^data vfs_write\+0x0/0x[0-9a-f]* \[kernel\]$' out
expect_line "round 1" out
expect_match '^ 0x[0-9a-f]* : do_syscall_64\+' out
[ "$(sed -n '/^tracepoint$/,/^end$/p' out | grep -c bpf)" = 0 ] || fail "our own program is on the stack"
expect_line 'bytes "a\000\001"' out
expect_match '^short "a.*"\.\.\.$' out
expect_match '^kernel "sh' out
expect_line 'nowhere 0x1 0x8' out
expect_line "fault 1" out
expect_line "user stack 1 1" out

# What a process was started with.
cat >words.stp <<'STP'
probe begin { println("ready") }
probe syscall.write {
    if (pid() != target()) next
    printf("all %s\n", cmdline_str())
    printf("one %s|%s|%s\n", cmdline_arg(1), cmdline_arg(9), cmdline_args(2, -1, ","))
    printf("fruit %s|%s|\n", env_var("FRUIT"), env_var("FRUI"))
    exit()
}
STP
FRUIT=apple busybox sh -c 'read -r line <go; echo >&7' the "first one" last 7>written &
writer=$!
start sutap -x $writer words.stp
wait_for '^ready$' out 60
echo >go
wait $writer
wait $session
expect_match '^all .*sh -c read -r line <go; echo >&7 the first one last$' out
expect_match '^one sh\|\|-c,read -r line <go; echo >&7,the,first one,last$' out
expect_line "fruit apple||" out

# The children and grandchildren of a target, not the other processes; any system call by its name.
cat >set.stp <<'STP'
probe syscall_any { if (target_set_pid(pid())) seen[execname(), name, syscall_nr]++; else others[execname()]++ }
probe syscall_any.return {
    if (target_set_pid(pid()) && name == "fsync") printf("%s %d returned %d\n", execname(), syscall_nr, retval)
}
probe end {
    printf("own %d, other %d\n", ["child", "fsync", 74] in seen, ["stranger", *, *] in seen)
    printf("others: own %d, other %d\n", ["child"] in others, ["stranger"] in others)
    target_set_report()
}
global seen, others
STP
: >file
sh -c 'while :; do provoke --thread stranger fsync file; done' >/dev/null 2>&1 &
stranger=$!
sutap -c 'sh -c "sh -c \"provoke --thread child fsync file; true\"; provoke --thread child fsync /dev/null; true"' set.stp >out 2>err || true
kill $stranger
expect_line "child 74 returned 0" out
expect_line "child 74 returned -22" out
expect_line "own 1, other 0" out
expect_line "others: own 0, other 1" out
[ "$(grep -c '^[0-9]* begat [0-9]*$' out)" -ge 3 ] || fail "$(grep -c begat out) descendants"
