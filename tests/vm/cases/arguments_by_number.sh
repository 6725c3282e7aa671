# A function's arguments by their numbers, and what it returned.
cat >arguments.stp <<'STP'
probe begin { println("ready") }
probe kernel.function("vfs_write") {
    if (pid() != target()) next
    printf("%s %d %d %d\n", user_string_n(pointer_arg(2), 4), ulong_arg(3), int_arg(3), u32_arg(3))
}
probe kernel.function("vfs_write").return {
    if (pid() != target()) next
    asmlinkage()
    printf("returned %d of %d\n", returnval(), longlong_arg(3))
}
STP
mkfifo go
sh -c 'read -r line <go; printf abcdef >&7; printf x >/dev/full' 7>written 2>/dev/null &
writer=$!
start sutap -x $writer arguments.stp
wait_for '^ready$' out 60
echo >go
wait $writer || true
wait_for '^returned -' out 20
stop $session INT
expect_equal 0 "$status" "exit status"
expect_line "abcd 6 6 6" out
expect_line "returned 6 of 6" out
expect_line "returned -28 of 1" out
