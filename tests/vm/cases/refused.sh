# Who is not allowed gets one line and 126; the audit record says so; nothing is started.
lay_note kill.stp /srv/scripts/kill.stp sutap
script /srv/scripts/other.stp <<'END'
probe oneshot { println("SHOULD NOT RUN") }
END
allow kill-watch /srv/scripts/kill.stp user1

expect_refused as user2 sutap kill-watch
expect_match '"decision": *"(deny|denied|refused)"' $audit_log
expect_match '"uid": *1002' $audit_log
expect_equal "600 0 0" "$(stat -c '%a %u %g' $audit_log)" "the audit log's mode and owner"
sed 's/kill-watch/NAME/' err >known

# Unknown, not allowed, not readable: one text.
expect_refused as user1 sutap no-such-script
sed 's/no-such-script/NAME/' err >unknown
cmp known unknown || fail "an unknown name is answered otherwise than one not allowed"
expect_refused as user1 sutap /srv/scripts/other.stp
sed 's|/srv/scripts/other.stp|NAME|' err >path
expect_refused as user1 sutap /srv/scripts/none.stp
sed 's|/srv/scripts/none.stp|NAME|' err >none
cmp path none || fail "a missing file is answered otherwise than one not allowed"
mkdir -m 700 /srv/private
echo 'probe oneshot { println("SHOULD NOT RUN") }' >/srv/private/x.stp
expect_refused as user1 sutap /srv/private/x.stp
sed 's|/srv/private/x.stp|NAME|' err >hidden
cmp path hidden || fail "a file in an unreadable folder is answered otherwise"

# Text of one's own, and options that no rule lists.
expect_refused as user1 sutap -e 'probe oneshot { println("SHOULD NOT RUN") }'
expect_refused as user1 sutap -g kill-watch
expect_refused as user1 sutap -D MAXACTION=1 kill-watch
expect_refused as user1 sutap -I /home/user1 kill-watch
expect_refused as user1 sutap -c /bin/sh kill-watch
expect_no_runners
