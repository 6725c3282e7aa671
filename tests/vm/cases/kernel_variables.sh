# limit: 150
# @var and &@var: variables of the kernel, by what is known about them otherwise.
load_module overlay
cat >watch.stp <<'STP'
function here:long () { return @var("runqueues")->cpu == cpu() }
function first:string () { return kernel_string(&@cast(&@var("init_task"), "task_struct")->comm[0]) }
probe begin { println("ready") }
probe kernel.function("vfs_read") {
    if (execname() != "dd" || $count != 77) next
    printf("processor %d %d thread %d\n", here(), @var("runqueues@kernel/sched/core.c")->cpu == cpu(),
           @var("runqueues")->curr->pid == tid())
    printf("address %d %d %d\n", &@var("runqueues") < 0, @cast(&@var("runqueues"), "rq")->cpu == cpu(),
           &@var("runqueues")->cpu - &@var("runqueues") > 0)
    printf("task %s %d %s %d\n", first(), @cast(&@var("init_task"), "task_struct")->pid,
           symname(&@var("init_task")), &@var("init_task") == &@var("init_task", "kernel"))
    printf("node %d %d %d %d\n", addr_to_node($file), addr_to_node(&@var("init_task")),
           addr_to_node($buf), addr_to_node(kernel_long(&@var("page_offset_base")) + (1 << 45)))
    printf("clock %d\n", @cast(&@var("jiffies"), "unsigned long")[0] - jiffies() < 2)
    printf("module %s\n", kernel_string(@cast(&@var("ovl_fs_type", "overlay"), "file_system_type")->name))
    printf("defined %d %d %d %d\n", @defined(@var("runqueues")->cpu), @defined(@var("runqueues")->nothing),
           @defined(@var("init_task")), @defined(&@var("init_task")))
    printf("scalar %d\n", @choose_defined(@var("cpu_number"), @var("pcpu_hot")->cpu_number) == cpu())
    try { println(@cast(&@var("init_task") ^ (1 << 60), "task_struct")->pid) } catch (message) { println("caught ", message =~ "read fault") }
}
probe kernel.function("vfs_read").return {
    if (execname() != "dd" || $count != 77) next
    printf("kept %d %d\n", @entry(@var("runqueues")->curr->pid) == tid(), @entry(&@var("init_task")) == &@var("init_task"))
    exit()
}
STP
printf x >small
for how in "sutap watch.stp" "$runner --place=user watch.stp"; do
    start $how
    wait_for '^ready$' out 60
    dd if=small of=/dev/null bs=77 count=1 2>/dev/null
    wait $session || fail "$(cat err)"
    expect_equal '' "$(cat err)" "messages"
    expect_line 'processor 1 1 thread 1' out
    expect_line 'address 1 1 1' out
    expect_line 'task swapper/0 0 init_task 1' out
    expect_line 'node 0 0 -1 -1' out
    expect_line 'clock 1' out
    expect_line 'module overlay' out
    expect_line 'defined 1 0 0 1' out
    expect_line 'scalar 1' out
    expect_line 'caught 1' out
    expect_line 'kept 1 1' out
done

# complains MESSAGE EXPRESSION
complains() {
    expect_status 1 sutap -e "probe kernel.function(\"vfs_read\") { println($2) exit() }"
    expect_match "$1" err
}
complains "does not know the type of 'init_task': write @cast.&@var.\"init_task\".*in place of" '@var("init_task")->pid'
complains "does not know the type of 'init_task'" '&@var("init_task")->pid'
complains "unable to find global 'no_such_thing@a.c': the kernel has no such symbol" '@var("no_such_thing@a.c")'
complains "the kernel's module overlay has no such symbol" '&@var("init_task", "overlay")'
complains "unable to find member 'nothing' for struct rq" '@var("runqueues")->nothing'
twice=$(awk 'NF == 3 && $2 ~ /[dDbBrR]/ { print $3 }' /proc/kallsyms | sort | uniq -d | head -1)
complains "&@var..$twice..: the kernel has [0-9]* symbols of this name" "&@var(\"$twice\")"
expect_status 1 sutap -e 'probe kernel.function("vfs_read") { @var("runqueues") = 1 }'
expect_match 'write to target variable not permitted' err
many=$(awk 'NF == 3 && $2 == "T" { print $3 }' /proc/kallsyms | sort -u | head -257 | sed 's/.*/\&@var("&")/' | tr '\n' '+')
expect_status 1 $runner -p4 -e "probe kernel.function(\"vfs_read\") { println(${many%+}) }"
expect_match 'more than 256 symbols of the kernel in one script' err

# Where no event is, there is no memory of the kernel to read.
expect_status 1 sutap -e 'probe begin { println(@var("runqueues")->cpu) }'
expect_match "ERROR: the kernel's variables are not known outside a kernel event" err

# Values are for whom the rule lets read; addresses are not shown.
script /srv/value.stp 644 <<'STP'
probe begin { println("ready") }
probe kernel.function("vfs_read") {
    if (@var("runqueues")->cpu == cpu()) {
        printf("read %d %s\n", @cast(&@var("init_task"), "task_struct")->pid, symname(&@var("init_task")))
        exit()
    }
}
STP
script /srv/address.stp 644 <<'STP'
probe kernel.function("vfs_read") { println(&@var("init_task")) exit() }
STP
script /srv/own.stp 644 <<'STP'
probe kernel.function("vfs_read") { println(&@var("runqueues")) exit() }
STP
for name in value address own; do allow $name /srv/$name.stp user1; done
start as user1 sutap value
wait_for '^ready$' out 60
dd if=small of=/dev/null 2>/dev/null
wait_for '^read 0 init_task$' out 20
wait $session
for name in address own; do
    expect_status 126 as user1 sutap $name
    expect_match 'address' err
    expect_match '@var' err
    expect_lines 0 out
done

# Whose process it is, by who runs the script.
script /srv/mine.stp 644 <<'STP'
probe begin { println("ready") }
probe syscall.kill { if (execname() == "provoke") printf("%d %d\n", uid(), is_myproc()) }
STP
allow mine /srv/mine.stp user1
start as user1 sutap mine
wait_for '^ready$' out 60
as user1 provoke kill 0 0 >calls
as user2 provoke kill 0 0 >calls
wait_for '^1002 0$' out 20
end_cleanly
expect_line '1001 1' out
rmmod overlay
