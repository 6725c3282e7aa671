# limit: 60
# input.char sees each key of a terminal at once, and leaves the terminal as it was.
script /srv/scripts/keys.stp <<'END'
#!/usr/bin/sutap
probe begin { println("ready") }
probe input.char { printf("key %s;\n", char); if (char == "q") exit() }
END
allow keys /srv/scripts/keys.stp user1
expect_status 0 terminal --wait ready --send x --wait 'key x;' --send q -- \
    as user1 sh -c 'sutap keys; stty -a'
expect_match 'key q;' out
expect_match '(^| )icanon' out

# input.line leaves the terminal to its own editing: a line comes when it is complete.
script /srv/scripts/lines.stp <<'END'
#!/usr/bin/sutap
probe begin { println("ready") }
probe input.line { printf("got %s", line); if (line == "end\n") exit() }
END
allow lines /srv/scripts/lines.stp user1
expect_status 0 terminal --wait ready --send 'one
' --wait 'got one' --send 'end
' -- as user1 sutap lines
expect_match 'got end' out
