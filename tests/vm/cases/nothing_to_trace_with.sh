# No privilege, no BTF: one sentence that says what to do.
expect_equal "711 0 0" "$(stat -c '%a %u %g' $runner)" "mode and owner of the runner"
expect_equal "4755 0 0" "$(stat -c '%a %u %g' /usr/bin/sutap)" "mode and owner of the front end"
expect_status 1 as user1 $runner -e 'probe syscall.kill { println("x") }'
expect_lines 0 out
expect_match 'CAP_BPF|privilege|root' err
# What needs no privilege has none and works.
expect_output "Hello World" as user1 $runner -e 'probe oneshot { println("Hello World") }'
expect_status 0 as user1 sutap -L 'syscall.kill'
expect_match 'syscall\.kill .*sig:long' out
expect_status 0 as user1 sutap -V
expect_status 0 as user1 sutap --help

mount -t tmpfs none /sys/kernel/btf
trap 'umount /sys/kernel/btf' EXIT
expect_status 1 sutap -e 'probe syscall.kill { println("x") }'
expect_match 'BTF' err
expect_lines 0 out
