# What the library reads of tasks, paths and both memories, against what /proc and the caller know.
cat >facts.stp <<'STP'
probe begin { println("ready") }
probe syscall.write {
    if (pid() != target() || user_string_n(buf_uaddr, 4) != "abcd") next
    address = buf_uaddr
    task = task_current()
    printf("text %s %s %s\n", user_string_n(address, 2), user_string_n_quoted(address, 3), user_string_n_nofault(0, 3))
    printf("numbers %d %d %x %x %d %d\n", user_char(address), user_uint8(address), user_uint16(address), user_uint32(address), user_int(0), user_uint64(1))
    try { println(user_int_error(0)) } catch (message) { printf("fault %d\n", isinstr(message, "fault")) }
    printf("tasks %d %d %d\n", task_nice(task), task_prio(task), task_cpu(task) == cpu())
    printf("groups %d %d %d %d\n", pgrp(), sid(), ns_pid(), ns_tid() == tid())
    printf("paths %s %s\n", fullpath_struct_file(task, current_exe_file()), fullpath_struct_path(task_cwd_path(task)))
    printf("descriptor %s %d\n", fullpath_struct_file(task, task_fd_lookup(task, fd)), task_fd_lookup(task, 999))
    printf("kernel %d %d\n", kernel_int(&@cast(task, "task_struct")->pid) == tid(), kernel_pointer(&@cast(task, "task_struct")->mm) != 0)
}
STP
mkdir -p the/folder
mkfifo go
sh -c 'read -r line <go; cd the/folder; exec 7>written; echo abcd >&7' &
writer=$!
group=$(cut -d ' ' -f 5 /proc/$writer/stat)
session_id=$(cut -d ' ' -f 6 /proc/$writer/stat)
start sutap -x $writer facts.stp
wait_for '^ready$' out 40
renice -n 5 -p $writer
echo >go
wait $writer || true
wait_for '^kernel' out 20
stop $session INT
expect_equal 0 "$status" "exit status"
expect_line 'text ab "abc" ' out
expect_line "numbers 97 97 6261 64636261 0 0" out
expect_line "fault 1" out
expect_line "tasks 5 25 1" out
expect_line "groups $group $session_id $writer 1" out
expect_match "^paths /.*/busybox $PWD/the/folder\$" out
expect_line "descriptor $PWD/the/folder/written 0" out
expect_line "kernel 1 1" out
