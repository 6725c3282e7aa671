# limit: 90
# A runner that dies without a word leaves no program, link or map in the kernel.
lay_note kill.stp /srv/scripts/kill.stp sutap
allow kill-watch /srv/scripts/kill.stp user1
before=$(bpf_objects)
for signal in KILL SEGV ABRT; do
    start as user1 sutap kill-watch
    wait_for '^list of kill' out 40
    bpf_objects >during
    expect_match '^programs [1-9]' during
    kill -$signal "$(runner_of $session)"
    wait $session 2>/dev/null && fail "exit status 0 after $signal"
    tries=0
    until [ "$(bpf_objects)" = "$before" ]; do
        tries=$((tries + 1))
        [ $tries -lt 50 ] || fail "left behind after $signal: $(bpf_objects)"
        sleep 0.1
    done
    expect_no_runners
done
