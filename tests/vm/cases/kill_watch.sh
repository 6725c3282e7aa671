# limit: 120
# The kill.stp of the notes: every way to start it, real kill calls, each line of output checked.
lay_note kill.stp /srv/scripts/kill.stp sutap
lay_note kill.stp /srv/scripts/kill_stap.stp stap
sed 1,2d /harness/scripts/kill.stp >body
{ echo '#!/usr/bin/sutap' && cat body; } | script /srv/scripts/kill_direct.stp
allow kill-watch /srv/scripts/kill.stp user1
allow kill-stap /srv/scripts/kill_stap.stp user1
allow kill-direct /srv/scripts/kill_direct.stp user1
mkdir -p /opt/stap
ln -sf /usr/bin/sutap /opt/stap/stap

# The lines that the provoked calls must give, in order, come out of the session; and no others of
# the victim's.
check_session() {
    local session calls=5
    start "$@"
    wait_for '^list of kill\(\) calls:$' out 40
    start_victim user1
    : >wanted
    provoke_kills root 18 $calls
    provoke_kills user1 0 3
    provoke_kills user1 15 1
    wait_for "^kill 15 $victim" out
    stop $session INT
    expect_equal 0 "$status" "exit status of $*"
    head -n 1 out >first
    expect_line 'list of kill() calls:' first
    grep " $victim(" out >got || true
    cmp wanted got || {
        show wanted out err
        fail "other lines than wanted: $*"
    }
    expect_no_match 'ERROR|WARNING' err
}

# provoke_kills USER SIGNAL COUNT: appends to `wanted` what the session must print: nothing for
# signal 0, as the script says.
provoke_kills() {
    local pid count=$3
    as "$1" provoke --count "$3" kill "$victim" "$2" >provoked || fail "kill did not work"
    pid=$(sed -n 's/^pid //p' provoked)
    [ "$2" != 0 ] || return 0
    while [ "$count" -gt 0 ]; do
        echo "kill $2 $victim(sleep) from  provoke($pid)$(lineage $$)" >>wanted
        count=$((count - 1))
    done
}

check_session as user1 sutap kill-watch
check_session as user1 /srv/scripts/kill.stp
check_session as user1 /srv/scripts/kill_direct.stp
PATH=/opt/stap:$PATH check_session as user1 /srv/scripts/kill_stap.stp
cd /srv/scripts
check_session as user1 ./kill.stp
check_session sutap /srv/scripts/kill.stp
