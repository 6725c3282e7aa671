# limit: 90
# What root may ask: text, files with arguments, -v; each audited.
expect_output "Hello World" sutap -e 'probe oneshot { println("Hello World") }'
expect_match '"uid": *0' $audit_log
expect_output "Hello World" /usr/libexec/sutap/sutap-runner -e 'probe oneshot { println("Hello World") }'

script /srv/scripts/arguments.stp <<'END'
probe oneshot { printf("%d %s %d\n", $1, @2, $#) }
END
expect_output "42 two words 2" sutap /srv/scripts/arguments.stp 42 "two words"
expect_status 0 sutap -v /srv/scripts/arguments.stp 1 x
expect_line "1 x 2" out
for pass in 1 2 3 4 5; do expect_match "^Pass $pass: .*[0-9]+ms|^Pass $pass: .*[0-9]+real ms|^Pass $pass: starting" err; done
expect_equal 2 "$(grep -c '"decision":"allow".*arguments.stp' $audit_log)" "audit records"

# More text and a library; what a script needs, and what is nearest.
mkdir library
echo 'function from_library:string () { return "from the library" }' >library/library.stp
expect_status 0 sutap -I library -E 'probe oneshot { println("more") }' -e 'probe begin(-1) { println(from_library()) }'
expect_line "from the library" out
expect_line more out
expect_status 0 as user1 sutap --check /srv/scripts/arguments.stp 1 x
expect_line "probe: oneshot" out
echo 'probe kernel.function("vfs_readd") { }' >/srv/scripts/wrong.stp
chmod 644 /srv/scripts/wrong.stp
expect_status 1 as user1 sutap --check /srv/scripts/wrong.stp
expect_match 'no match .similar functions: vfs_read' err

# The kernel's log and ftrace's buffer, with no more capabilities than any run has.
expect_output done sutap -g -e 'probe oneshot { printk(6, "said by a script"); ftrace("marked by a script"); println("done") }'
expect_equal "" "$(cat err)" "standard error"
dmesg | grep -q 'said by a script' || fail "nothing in the kernel's log"
expect_match 'marked by a script' /sys/kernel/tracing/trace
expect_refused as user1 sutap -g /srv/scripts/arguments.stp 1 x

# exit() and error() and their statuses.
expect_output "" sutap -e 'probe begin { exit() }'
expect_status 1 sutap -e 'probe begin { error("on purpose") } probe end { println("NO") } probe error { println("error probe") }'
expect_match 'ERROR: on purpose' err
expect_line "error probe" out
expect_no_match NO out

# -T ends it in order, -o writes to a file.
expect_output "the end" sutap -T 1 -e 'probe syscall.kill { next } probe end { println("the end") }'
expect_output "" sutap -o written -e 'probe oneshot { println("to a file") }'
expect_line "to a file" written
# The script through standard input.
echo 'probe oneshot { println("from the input") }' | /usr/libexec/sutap/sutap-runner - >out
expect_line "from the input" out
