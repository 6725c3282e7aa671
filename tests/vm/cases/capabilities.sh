# limit: 90
# While it prints, the runner has no capability, is its caller, can't get more and can't be looked into.
lay_note kill.stp /srv/scripts/kill.stp sutap
allow kill-watch /srv/scripts/kill.stp user1

check_runner() { # UID COMMAND…
    local uid=$1 session runner set
    shift
    start "$@"
    wait_for '^list of kill' out 40
    runner=$(runner_of $session)
    [ "$(cat /proc/$runner/comm)" = sutap-runner ] || fail "no runner"
    cat /proc/$runner/status >status
    for set in CapInh CapPrm CapEff CapAmb; do expect_match "^$set:[[:space:]]0+$" status; done
    expect_match "^Uid:[[:space:]]${uid}[[:space:]]${uid}[[:space:]]${uid}[[:space:]]$uid$" status
    expect_match "^Gid:[[:space:]]${uid}[[:space:]]${uid}[[:space:]]${uid}[[:space:]]$uid$" status
    expect_match '^NoNewPrivs:[[:space:]]1$' status
    expect_match '^Seccomp:[[:space:]]2$' status
    # A program descriptor can be attached again without any capability: none is kept.
    ls -l /proc/$runner/fd >descriptors
    expect_match 'bpf' descriptors
    expect_no_match 'bpf-prog' descriptors
    if [ "$uid" != 0 ]; then
        for file in fd mem environ maps; do
            ! as user1 sh -c "ls /proc/$runner/$file/ || cat /proc/$runner/$file" >seen 2>&1 ||
                fail "the caller can read /proc/PID/$file of the runner"
        done
    fi
    # It still works.
    start_victim user1
    kill -15 $victim
    wait_for "^kill 15 $victim\(sleep\)" out
    stop $session INT
    expect_equal 0 "$status" "exit status"
}

check_runner 1001 as user1 sutap kill-watch
check_runner 1001 as user1 /srv/scripts/kill.stp
check_runner 0 sutap /srv/scripts/kill.stp
