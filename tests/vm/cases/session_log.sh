# limit: 120
# From the decision to the end of a session: limits of the policy, the audit log, its rotation, and
# how the administrator reads it.
script /srv/scripts/tick.stp <<'EOF'
probe begin { println("ready") }
probe syscall.kill { next }
probe end { println("end") }
EOF
script /srv/scripts/flood.stp <<'EOF'
probe timer.ms(1) { println("0123456789012345678901234567890123456789") }
EOF
allow tick /srv/scripts/tick.stp user1 'max_seconds = 2'
allow flood /srv/scripts/flood.stp user1 'max_output = "1KiB"'
rm -f $audit_log

expect_status 0 as user1 sutap -q tick
expect_equal 'sutap: stopped: 2 s limit of tick' "$(tail -n 1 err)"
expect_status 1 as user1 sutap /srv/scripts/flood.stp
expect_equal 'sutap: stopped: 1 KiB output limit of flood' "$(tail -n 1 err)"
expect_status 126 as user2 sutap tick
expect_lines 5 $audit_log
expect_match '^\{"time":"[^"]*","decision":"end","by":"runner","uid":1001,"pid":[0-9]+,"script":"tick","reason":"time limit","seconds":[0-9.]+,"output_bytes":10,"status":0\}$' $audit_log
expect_equal "$(sed -n 's/.*"decision":"allow".*"pid":\([0-9]*\).*/\1/p' $audit_log)" \
    "$(sed -n 's/.*"decision":"end".*"pid":\([0-9]*\).*/\1/p' $audit_log)" "processes of beginnings and ends"

# Renamed while a session runs: its end goes where its beginning is.
start as user1 sutap tick
wait_for '^ready$' out 40
mv $audit_log $audit_log.1
expect_status 126 as user2 sutap tick
stop $session
expect_equal 0 "$status"
expect_lines 7 $audit_log.1
expect_lines 1 $audit_log
expect_equal '600 root:root' "$(stat -c '%a %U:%G' $audit_log)"

# Read back: both files, also with a line that was cut short.
printf '{"time":"2026-\n' >>$audit_log
expect_status 0 sutap-policy log
expect_lines 8 out
expect_line 'warning: 1 lines are no records' err
expect_match '^[0-9T:.-]+Z  user2  deny   tick +' out
expect_match ' user1  end    flood  output limit, [0-9.]+ s, [0-9]+ bytes, status 1$' out
expect_equal "$(sort out)" "$(cat out)" "order of the table"
expect_status 0 sutap-policy log --user user1 --decision end
expect_lines 3 out
expect_match 'interrupted' out
expect_status 0 sutap-policy log --script tick --user '#1002' $audit_log
expect_lines 1 out
expect_status 0 sutap-policy log --since 9999
expect_lines 0 out
expect_status 1 sutap-policy log /srv/no_log
expect_status 2 sutap-policy log --user
expect_status 2 sutap-policy log --what x
expect_status 1 as user1 sutap-policy log
expect_lines 0 out

# After an edit, the pin.
policy pinned.toml <<EOF
schema = 1
# as the owner wants it
[[script]]
name = "pinned"
path = "/srv/scripts/pinned.stp"
sha256 = "$(echo | sha256sum | cut -d ' ' -f 1)"
[[rule]]
name = "pinned-rule"
effect = "allow"
users = ["user1"]
scripts = ["pinned"]
EOF
echo 'probe oneshot { println("pinned") }' | script /srv/scripts/pinned.stp
expect_status 126 as user1 sutap pinned
expect_status 0 sutap-policy hash --update /etc/sutap/policy.d/pinned.toml
expect_line "$(sum_of /srv/scripts/pinned.stp)  pinned" out
expect_line '# as the owner wants it' /etc/sutap/policy.d/pinned.toml
expect_equal '644 root:root' "$(stat -c '%a %U:%G' /etc/sutap/policy.d/pinned.toml)"
expect_output pinned as user1 sutap pinned
expect_status 1 sutap-policy hash --update /etc/sutap/policy.d/pinned.toml tick
expect_status 2 sutap-policy hash --update
