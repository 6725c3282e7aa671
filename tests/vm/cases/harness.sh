# The harness itself: what every other case takes for granted.

# Users are who they say, and have no capability.
expect_output "uid=1001(user1) gid=1001(user1) groups=1001(user1),1100(tracers)" as user1 id
expect_output "uid=1002(user2) gid=1002(user2) groups=1002(user2)" as user2 id
run as user1 cat /proc/self/status
for set in CapInh CapPrm CapEff CapAmb; do expect_match "^$set:[[:space:]]0+$" out; done
expect_status 1 as user1 cat /proc/1/environ

# A set-user-ID program gets what its owner has.
expect_status 1 as user1 bpf_objects
cp /harness/bin/bpf_objects /tmp/privileged
chmod 4755 /tmp/privileged
expect_status 0 as user1 /tmp/privileged

# The kernel is the one asked for, with its types, and nobody has loaded anything.
expect_match "^$KERNEL\." /proc/sys/kernel/osrelease
[ -s /sys/kernel/btf/vmlinux ] || fail "no BTF"
expect_output "programs 0 maps 0 links 0" bpf_objects
# As Debian has them: what sutap is for would be easier without.
expect_equal 2 "$(cat /proc/sys/kernel/unprivileged_bpf_disabled)"

# The helpers find what they are for.
(expect_status 0 false) >/dev/null && fail "expect_status does not fail"
(expect_output x echo y) >/dev/null && fail "expect_output does not fail"
(expect_line x /etc/passwd) >/dev/null && fail "expect_line does not fail"
(expect_match x9 /etc/passwd) >/dev/null && fail "expect_match does not fail"
(expect_no_match root /etc/passwd) >/dev/null && fail "expect_no_match does not fail"
(wait_for x9 /etc/passwd 1) >/dev/null && fail "wait_for does not fail"

# The test programs do what they say.
sleep 100 &
victim=$!
expect_status 0 as root provoke kill $victim 15
expect_line "kill 15 $victim 0" out
expect_status 1 as user1 provoke kill 1 15
expect_line "kill 15 1 -1" out
expect_status 0 as user1 provoke --descriptor 42 --count 3 --thread named fsync /home/user1/file
expect_lines 4 out
expect_match '^fsync 42 [0-9]+$' out
echo a >a
echo b >b
expect_status 0 swap a b 1
[ "$(cat out)" -gt 100 ] || fail "too few exchanges"
expect_status 130 terminal --wait started --send '^C' -- sh -c 'echo started; sleep 30'
expect_status 7 terminal -- sh -c 'test -t 0 && test -t 1 && exit 7'
expect_status 0 hostile --umask 0 --close 0 --limit nofile=20 --ignore 2 --clear-environment -- \
    /usr/bin/sh -c '[ "$(umask)" = 0000 ] && [ "$(ulimit -n)" = 20 ] && [ ! -e /proc/self/fd/0 ]'
