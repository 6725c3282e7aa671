# What the machine can trace is said to everybody, and follows the machine.
as user1 sutap doctor >out
expect_line "Linux $(uname -r), x86_64" out
expect_match '^yes   types            BTF describes [0-9]{5} functions and [0-9]{3,} tracepoints$' out
for what in 'BPF programs' 'kernel memory' functions tracepoints 'system calls' 'long loops'; do
    expect_match "^yes   $what  " out
done
expect_match '^yes   system calls     syscall.NAME, of which this kernel has 3[0-9]{2}$' out
expect_match '^yes   sampling .*, because kernel.perf_event_paranoid is 3;' out
expect_match '^root  other functions ' out
expect_match '^root  kernel symbols ' out
expect_match '^Scripts can trace this kernel\.$' out
sutap --doctor >root
cmp out root || fail "root is told something else"
[ ! -s /var/log/sutap/audit.log ] || fail "a question without privilege is no decision"

script /srv/scripts/sample.stp <<'EOF'
probe timer.profile { println("sampled"); exit() }
EOF
allow sample /srv/scripts/sample.stp user1
expect_status 1 as user1 sutap -T 20 sample
sysctl -q -w kernel.perf_event_paranoid=2 kernel.kptr_restrict=2
expect_output sampled as user1 sutap -T 20 sample
as user1 sutap doctor >out
sysctl -q -w kernel.perf_event_paranoid=3 kernel.kptr_restrict=0
expect_match '^yes   sampling ' out
expect_match '^no    kernel symbols .*kernel.kptr_restrict is 2' out
expect_match '^Scripts can trace this kernel\.$' out

# Without types nothing can be traced.
: >nothing
mount --bind nothing /sys/kernel/btf/vmlinux
status=0
as user1 sutap doctor >out || status=$?
umount /sys/kernel/btf/vmlinux
expect_equal 1 "$status" "exit status without types"
expect_match '^no    types  .*BTF' out
expect_match '^Scripts cannot trace this kernel' out

# A script of that name is had by its path.
script /srv/scripts/doctor <<'EOF'
probe oneshot { println("a script") }
EOF
allow doctor /srv/scripts/doctor user1
expect_output 'a script' as user1 sutap /srv/scripts/doctor
