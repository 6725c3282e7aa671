# limit: 200
# Registers, the kernel's stack, and strings in UTF-16 and UTF-32, against values that the case knows.

# Registers where a function was entered and where it returned. The lower half of 0x1fffffff9 is -7.
cat >registers.stp <<'STP'
global here
function second:long () { return register("rsi") }
probe begin { printf("begin %d\n", registers_valid()) }
probe kernel.function("null_lseek") {
    if (pid() != target()) next
    printf("signed %d %d %d\n", register("esi"), register("si"), second())
    printf("unsigned %d %d\n", u_register("esi"), u_register("rsi"))
    printf("pointer %d %d\n", register("rdi") == $file, u_register("di") == $file)
    printf("valid %d %s\n", registers_valid(), probemod())
    printf("stack %d %d %d\n", stack_used() > 100, stack_used() < stack_size(),
           stack_used() + stack_unused())
    print_regs()
}
probe kernel.function("vfs_write").return {
    if (pid() != target()) next
    printf("returned %d %d %d %s\n", register("rax"), register("eax"), u_register("eax"),
           returnstr(2))
}
probe kernel.trace("sys_enter") {
    if (pid() != target()) next
    try { println(second() + stack_used()) } catch (message) { printf("in a function %s\n", message) }
    try { println(register("rax")) } catch (message) { printf("trace %d %s\n", registers_valid(), message) }
}
probe timer.profile {
    if (registers_valid() && register("rip") == addr())
        here++
    else
        printf("odd %x %x\n", register("rip"), addr())
}
probe end { println("here ", here > 0) }
STP
skip=8589934585
run $runner -c "dd if=/dev/zero of=/dev/full bs=1 seek=$skip count=1" registers.stp
expect_equal 1 "$status" "exit status, for dd's"
expect_line "begin 0" out
expect_line "signed -7 $skip $skip" out
expect_line "unsigned 4294967289 $skip" out
expect_line "pointer 1 1" out
expect_line "valid 1 kernel" out
expect_match '^RDX: 0000000000000001 RSI: 00000001fffffff9 RDI: ff' out
expect_line "returned -28 -28 4294967268 -28 (ENOSPC)" out
expect_line "in a function the processor's registers are not known at this probe point" out
expect_line "trace 0 the processor's registers are not known at this probe point" out
expect_line "stack 1 1 16384" out
expect_line "here 1" out
expect_no_match '^odd' out

# The registers of the return hold no parameters any more.
expect_status 1 $runner -e 'probe kernel.function("vfs_write").return {
    printf("%d %d\n", register("rax"), $count) }'
expect_match 'together with register\(\)' err

# Both encodings in both memories. Of a process with the name AB, the name in the kernel is U+4241;
# the program's name, "./AB", ends 8 bytes before its memory does.
cat >strings.stp <<'STP'
probe begin { println("ready") }
probe syscall.write {
    if (pid() != target()) next
    printf("16 %s %s\n", user_string_utf16(buf_uaddr), user_string_quoted_utf16(buf_uaddr))
    printf("32 %s %s\n", user_string_utf32(buf_uaddr + 14), user_string_quoted_utf32(buf_uaddr + 14))
    try { println(user_string_utf16(buf_uaddr + 26)) } catch (message) { println(message) }
    try { println(user_string_utf32(buf_uaddr + 2)) } catch (message) { println(message) }
    printf("none %s %s %s\n", user_string_utf16(0, "no"), user_string_utf32(8, "nor"),
           user_string_quoted_utf32(9))
    printf("either %s\n", kernel_or_user_string_quoted_utf16(buf_uaddr))
}
probe syscall.write {
    if (execname() != "AB") next
    task = task_current()
    comm = &@cast(task, "task_struct")->comm[0]
    printf("kernel %s %s %s\n", kernel_string_utf16(comm), kernel_string_quoted_utf16(comm),
           kernel_or_user_string_quoted_utf16(comm))
    printf("wide %s %s\n", kernel_string_utf32(comm), kernel_string_quoted_utf32(comm))
    printf("bad %s %s\n", kernel_string_utf16(8, "no"), kernel_string_utf32(8, "nor"))
    end = (@cast(task, "task_struct")->mm->env_end | 4095) + 1
    try { println(user_string_utf32(end - 3)) } catch (message) { println(message) }
    printf("last %s\n", user_string_utf16(@cast(task, "task_struct")->mm->env_end))
}
STP
mkfifo go
sh -c 'read -r line <go; printf "A\0\351\0\254\040\075\330\0\336\n\0\0\0A\0\0\0\0\366\1\0\0\0\0\0\0\334\0\0" >written' &
writer=$!
start $runner -x $writer strings.stp
wait_for '^ready$' out 40
echo >go
wait $writer
cp "$(command -v provoke)" AB
./AB spin 1 >/dev/null
wait_for '^last' out 20
stop $session INT
expect_equal 0 "$status" "exit status"
expect_line '16 Aé€😀' out
expect_line ' "A\303\251\342\202\254\360\237\230\200\n"' out
expect_line 'either "A\303\251\342\202\254\360\237\230\200\n"' out
expect_line '32 A😀 "A\360\237\230\200"' out
expect_line 'invalid UTF-16 string' out
expect_line 'invalid UTF-32 string' out
expect_line 'none no nor 0x9' out
expect_line 'kernel 䉁 "\344\211\201" "\344\211\201"' out
expect_line 'wide 䉁 "\344\211\201"' out
expect_line 'bad no nor' out
expect_line 'read fault [man error::fault] behind 3 bytes of a string without an end' out
expect_line 'last ⼮䉁' out
