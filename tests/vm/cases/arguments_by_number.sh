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

# Each takes its own width and sign: 0x1fffffff9, whose lower half is -7.
cat >widths.stp <<'STP'
probe kernel.function("null_lseek") {
    if (pid() != target()) next
    printf("signed %d %d\n", int_arg(2), s32_arg(2))
    printf("unsigned %d %d\n", uint_arg(2), u32_arg(2))
    printf("wide %d %d %d %d %d %d %d\n", long_arg(2), ulong_arg(2), longlong_arg(2),
           ulonglong_arg(2), s64_arg(2), u64_arg(2), pointer_arg(2))
}
STP
expect_status 0 sutap -c 'dd if=/dev/null of=/dev/null bs=1 skip=8589934585 count=0' widths.stp
expect_line "signed -7 -7" out
expect_line "unsigned 4294967289 4294967289" out
expect_line "wide 8589934585 8589934585 8589934585 8589934585 8589934585 8589934585 8589934585" out
