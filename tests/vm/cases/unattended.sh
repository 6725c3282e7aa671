# limit: 120
# Runs without anybody: from cron, and as a service manager starts and stops them. No terminal, no
# login uid, nothing but a folder and a user.
audit_log=/var/log/sutap/audit.log
script /srv/scripts/watch.stp <<'EOF'
probe begin { println("ready") }
probe syscall.kill { if (sig == 23) { printf("signal %d to %d\n", sig, pid) ; exit() } }
probe end { println("end") }
EOF
allow watch /srv/scripts/watch.stp user1 'options = ["-F"]'
victim_signal=23

# has_ended_well FILE: the output is whole, and both records of the session say what they should.
has_ended_well() {
    wait_for '^end$' "$1" 40
    expect_equal ready "$(head -n 1 "$1")"
    expect_match "^signal $victim_signal to $$\$" "$1"
    wait_for '"decision":"end"' $audit_log
    expect_match '"decision":"allow".*"uid":1001,"login_uid":null,.*"terminal":"",' $audit_log
    expect_match '"decision":"end","by":"runner","uid":1001,.*"reason":"exit",.*"status":0' $audit_log
    expect_no_runners
    : >$audit_log
}
provoke() { # FILE
    wait_for '^ready$' "$1" 90
    kill -$victim_signal $$
}
trap '' $victim_signal
unset session
: >$audit_log

# cron: its environment, its shell, standard input of nobody.
mkdir -p /tmp/case/crontabs
echo '* * * * * sutap watch >/home/user1/from_cron 2>&1' >/tmp/case/crontabs/user1
chmod 755 /tmp/case
date -s "@$((($(date +%s) / 60 + 1) * 60 - 2))" >/dev/null  # cron looks at each full minute
PATH=/usr/bin:/bin crond -f -c /tmp/case/crontabs -L /tmp/case/cron_log &
cron=$!
provoke /home/user1/from_cron
kill $cron
has_ended_well /home/user1/from_cron
expect_lines 3 /home/user1/from_cron

# A service: a session of its own, an empty environment, no standard descriptors at all.
service() { setsid env -i /harness/bin/as user1 /usr/bin/sutap "$@" watch <&- >&- 2>&- & }
cd /
service -o /home/user1/from_service
provoke /home/user1/from_service
has_ended_well /home/user1/from_service

# It is stopped by SIGTERM, and writes its last lines before it ends.
service -o /home/user1/stopped
wait_for '^ready$' /home/user1/stopped 40
kill -TERM "$(runners | tail -n 1)"
wait_for '^end$' /home/user1/stopped
wait_for '"decision":"end".*"status":0' $audit_log
expect_no_runners
: >$audit_log

# In the background (-F): whoever starts it is told at once, and it goes on.
setsid env -i /harness/bin/as user1 /usr/bin/sutap -F -o /home/user1/from_background watch \
    <&- >/tmp/case/told 2>&1
provoke /home/user1/from_background
has_ended_well /home/user1/from_background

# What is not allowed ends with the one line and the one status that cron's mail would show.
status=0
setsid env -i /harness/bin/as user2 /usr/bin/sutap watch <&- >/tmp/case/out 2>&1 || status=$?
expect_equal 126 $status "exit status"
expect_equal 'sutap: not allowed: watch' "$(cat /tmp/case/out)"
