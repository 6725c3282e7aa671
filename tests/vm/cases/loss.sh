# limit: 90
# Records that the ring buffer has no room for are counted and reported: printed + lost = made.
# SIGURG, since the case itself uses SIGCONT.
calls=3000
script /srv/scripts/loss.stp <<'END'
probe begin { println("ready") }
probe syscall.kill { if (sig == 23) printf("call %d\n", pid) }
END
start /usr/libexec/sutap/sutap-runner -D SUTAP_RING_BYTES=4096 /srv/scripts/loss.stp
wait_for '^ready$' out 40
start_victim root
runner=$(runner_of $session)
kill -STOP "$runner"
provoke --count $calls kill "$victim" 23 >provoked
kill -CONT "$runner"
stop $session INT
printed=$(grep -c "^call $victim$" out || true)
lost=$(sed -n 's/.*skipped probes: \([0-9]*\).*/\1/p' err)
[ "$printed" -gt 0 ] || fail "nothing was printed"
[ "$printed" -lt $calls ] || fail "4096 bytes held $calls records"
[ -n "$lost" ] || {
    show err
    fail "the loss is not reported; printed $printed of $calls"
}
expect_equal $calls $((printed + lost)) "printed and lost calls"
