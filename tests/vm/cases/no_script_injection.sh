# limit: 60
# A caller's argument that becomes part of a script ($1) is a number or refused, and the policy's
# probe points are what is attached, not what the script calls it.
script /srv/scripts/one.stp <<'END'
probe begin { printf("argument %d\n", $1); exit() }
probe syscall.kill { if (pid == $1) println("hit") }
END
allow one /srv/scripts/one.stp user1 'probes = ["begin", "syscall.kill"]'
expect_status 0 as user1 sutap one 42
expect_line 'argument 42' out
run as user1 sutap one '0) {} } probe kernel.function("vfs_read") { println("read") } probe never { if (1'
expect_equal 1 "$status" "exit status of an injected probe"
expect_match 'must be a number' err
run as user1 sutap one '0 || 1) printf("%s", kernel_string(0)); if (0'
expect_equal 1 "$status" "exit status of an injected statement"

script /srv/scripts/alias.stp <<'END'
probe syscall.kill = kernel.function("vfs_read") { }
probe syscall.kill { println("read"); exit() }
END
allow alias /srv/scripts/alias.stp user1 'probes = ["syscall.kill"]'
run as user1 sutap alias
expect_equal 126 "$status" "exit status of a script that calls vfs_read by another name"
expect_match 'does not allow' err
expect_lines 0 out
