# A rule that pins a script's SHA-256: checked on what will run.
script /srv/scripts/pinned.stp <<'END'
probe oneshot { println("AS PINNED") }
END
allow pinned /srv/scripts/pinned.stp user1 "sha256 = \"$(sum_of /srv/scripts/pinned.stp)\""
expect_output "AS PINNED" as user1 sutap pinned
expect_match "$(sum_of /srv/scripts/pinned.stp)" $audit_log

# The same content anywhere is the same script.
cp /srv/scripts/pinned.stp /home/user1/copy.stp
chown user1 /home/user1/copy.stp
expect_output "AS PINNED" as user1 sutap /home/user1/copy.stp
echo '// one more line' >>/home/user1/copy.stp
expect_refused as user1 sutap /home/user1/copy.stp

# Changed where the rule looks: refused, though the name and the path still agree.
echo '// one more line' >>/srv/scripts/pinned.stp
expect_refused as user1 sutap pinned
expect_refused as user1 sutap /srv/scripts/pinned.stp
# root is not held to it.
expect_output "AS PINNED" sutap /srv/scripts/pinned.stp
