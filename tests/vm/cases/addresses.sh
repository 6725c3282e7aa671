# limit: 100
# Addresses of the kernel, as a user: names of what is there and what is read there, but none of them
# itself, unless the rule's script may show them.
cat >names.stp <<'STP'
global seen
probe begin { println("ready") }
probe kernel.function("vfs_fsync_range") {
    if (execname() != "syncer") next
    seen[$file]++
    printf("file %s %s\n", d_name($file->f_path->dentry), $$parms)
    printf("whole %s\n", $file->f_path$)
    printf("at %s %s %s, by %s\n", symname(addr()), symdata(addr()), modname(addr()), caller())
    println("stack"); print_backtrace()
    println("again"); print_stack(backtrace()); print_usyms(backtrace())
    printf("lines %s\n", sprint_backtrace())
    printf("nowhere %s %s %s\n", kernel_string_quoted(0xffff800000000010), symname(0xffff800000000010),
           symfile(addr()))
    try { println(kernel_string($datasync + 0xffff800000000020)) } catch (message) { printf("caught %s\n", message) }
    printf("own %s\n", user_string_quoted(16))
    try { println(modname(0xffff800000000010)) } catch (message) { printf("caught %s\n", message) }
}
probe syscall.fsync.return { if (execname() == "syncer") { println("last"); println(kernel_string(0xffff800000000030)) } }
probe error { foreach (file in seen) printf("seen %d %d\n", file == 0, seen[file]) }
STP
script /srv/scripts/names.stp <names.stp
allow names /srv/scripts/names.stp user1
: >written
start as user1 sutap -v names
wait_for '^ready$' out 60
provoke --thread syncer fsync written >provoked
wait $session && fail "the fault was no error"
expect_no_match '0xff' out
expect_no_match '0xff' err
expect_no_match '[0-9]{12}' err
expect_line 'file written file=(address) start=0x0 end=0x7fffffffffffffff datasync=0x0' out
expect_line 'whole {.mnt=(address), .dentry=(address)}' out
expect_match '^at vfs_fsync_range vfs_fsync_range\+0x[0-9a-f]*/0x[0-9a-f]* \[kernel\] kernel, by [a-z_0-9]* \(address\)$' out
expect_match '^ vfs_fsync_range\+0x0/0x[0-9a-f]* \[kernel\]$' out
expect_equal 2 "$(grep -c -E '^ do_syscall_64\+0x[0-9a-f]*/0x[0-9a-f]* \[kernel\]$' out)" "stacks"
expect_match '^ \(address\)$' out
expect_match '^lines vfs_fsync_range\+' out
expect_line 'nowhere (address) (address) (address)' out
expect_line 'caught read fault [man error::fault] at (address)' out
expect_line 'own 0x10' out
expect_line 'caught no module is known at (address)' out
expect_line 'seen 0 1' out
expect_match '^ERROR: read fault \[man error::fault\] at \(address\) near' err

# What would show one is refused before it runs; the message says where.
refuses() { # PLACE TEXT
    printf 'global kept\nprobe begin { println("ready") }\n%s\n' "$2" | script /srv/scripts/shows.stp
    allow shows /srv/scripts/shows.stp user1
    expect_status 126 as user1 sutap shows
    expect_match "an address of the kernel would be shown|holds addresses of the kernel, and is printed" err
    expect_match "at shows:$1" err
    expect_match "'kernel_addresses = true'" err
    expect_lines 0 out
}
refuses 3:50 'probe kernel.function("vfs_read") { printf("%p", $file) }'
refuses 3:26 'probe syscall.kill { log(sprint(task_current())) }'
refuses 3:22 'probe syscall.kill { print_regs() }'
refuses 3:41 'probe begin { foreach (k in kept) print(k) } probe kernel.trace("sched_switch") { kept[$next] = 1 }'
refuses 1:8 'probe kernel.trace("sched_switch") { kept[$next] <<< 1 }'
refuses 3:80 'function show(p) { printf("%x", p) } probe kernel.trace("sched_switch") { show($next->mm) }'
expect_match 'it is shown here' err

# The rule may say otherwise, for its script alone; root always may.
cat >open.stp <<'STP'
probe begin { println("ready") }
probe kernel.function("vfs_fsync_range") {
    if (execname() != "syncer") next
    printf("file %p task %x %s\n", $file, task_current(), $file->f_path$)
    print_backtrace()
    printf("at %s\n", kernel_string_quoted(0xffff800000000010))
    println(kernel_string(0xffff800000000030))
}
STP
script /srv/scripts/open.stp <open.stp
allow open /srv/scripts/open.stp user1 'kernel_addresses = true'
for how in 'as user1 sutap open' 'sutap open.stp' "$runner open.stp"; do
    start $how
    wait_for '^ready$' out 60
    provoke --thread syncer fsync written >provoked
    wait $session && fail "the fault was no error"
    expect_match '^file 0xff[0-9a-f]{14} task ff[0-9a-f]{14} \{.mnt=0xff[0-9a-f]{14}, .dentry=0xff[0-9a-f]{14}\}$' out
    expect_match '^ 0xffffffff[0-9a-f]{8} : vfs_fsync_range\+0x0/' out
    expect_line 'at 0xffff800000000010' out
    expect_match 'fault. at 0xffff800000000030' err
done
allow open /srv/scripts/open.stp user1 'kernel_addresses = false'
expect_status 126 as user1 sutap open
expect_match 'open:4:36' err
cp open.stp /tmp/open.stp
expect_status 0 as user1 sutap --check /tmp/open.stp
expect_line 'kernel_addresses: shown at /tmp/open.stp:4:36' out
expect_line 'kernel_addresses: shown at /tmp/open.stp:4:43' out
cp names.stp /tmp/names.stp
expect_status 0 as user1 sutap --check /tmp/names.stp
expect_no_match kernel_addresses out
# Neither true nor false: a policy that nobody can use.
allow open /srv/scripts/open.stp user1 'kernel_addresses = "true"'
expect_status 125 as user1 sutap open
