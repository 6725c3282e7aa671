# limit: 90
# A terminal's Ctrl-C ends the session; its end probes run, what came before is printed first.
script /srv/scripts/ends.stp <<'END'
#!/usr/bin/sutap
global calls
probe begin { println("ready") }
probe syscall.kill { if (sig == 18) { calls++; println("a call") } }
probe end { printf("the end, %d calls\n", calls) }
END
# With its line's end: Ctrl-C makes the terminal drop what it has not shown yet.
ready='ready
'
allow ends /srv/scripts/ends.stp user1
expect_status 0 terminal --wait "$ready" --send '^C' -- as user1 sutap ends
tr -d '\r' <out | sed 's/\^C//' >plain  # the terminal echoes it
expect_line "the end, 0 calls" plain
expect_status 0 terminal --wait "$ready" --send '^C' -- as user1 /srv/scripts/ends.stp
tr -d '\r' <out | sed 's/\^C//' >plain  # the terminal echoes it
expect_line "the end, 0 calls" plain

# The interactive shell that it was started from goes on.
expect_status 0 terminal --wait "$ready" --send '^C' --wait 'the end' --send 'echo back=$?
exit
' -- as user1 sh -i -c 'sutap ends; exec sh -i'
expect_match 'back=0' out

# TERM does the same; and calls before it are all printed before the end.
start as user1 sutap ends
wait_for '^ready$' out 40
start_victim user1
provoke --count 20 kill "$victim" 18 >provoked
stop $session TERM
expect_equal 0 "$status" "exit status"
tail -n 1 out >last
expect_line "the end, 20 calls" last
expect_equal 20 "$(grep -c -x 'a call' out)" "calls"

# A reader that goes away ends it too.
start as user1 sh -c 'sutap ends | head -n 1'
wait_for '^ready$' out 40
provoke --count 20 --interval 50 kill $$ 18 >provoked
wait $session || true
expect_no_runners
