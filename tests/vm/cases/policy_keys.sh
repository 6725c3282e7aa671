# limit: 120
# What a policy says of arguments, options, hosts, days, reasons and sessions at a time, and what its
# user is told of it.
script /srv/scripts/args.stp <<'END'
probe begin { printf("%s %d\n", @1, $2); println(target()); exit() }
END
script /srv/scripts/wait.stp <<'END'
probe begin { println("waiting") }
probe timer.s(60) { exit() }
END
rules() { # KEYS OF THE RULE
    policy keys.toml <<END
schema = 1
[[script]]
name = "args"
path = "/srv/scripts/args.stp"
options = ["-x"]
preset = ["first"]
arguments = [ { name = "count", type = "integer", min = 1, max = 10 } ]
[[script]]
name = "wait"
path = "/srv/scripts/wait.stp"
arguments = []
options = ["-F"]
max_parallel = 2
max_parallel_total = 3
[[rule]]
name = "keys"
effect = "allow"
users = ["user1", "user2"]
scripts = ["*"]
$1
END
}

# Arguments, after those of the policy; the same by path.
rules ''
expect_output "first 7
0" as user1 sutap args 7
expect_output "first 7
0" as user1 sutap /srv/scripts/args.stp 7
for word in 0 11 x '' 07 '7 ' 99999999999999999999; do
    expect_refused as user1 sutap args "$word"
done
expect_refused as user1 sutap args
expect_refused as user1 sutap args 7 8
expect_equal "sutap: not allowed: args" "$(cat err)" "refusal"
expect_match '"reason":"it takes at most 1 arguments"' $audit_log
expect_output "first 7
0" sutap args 7

# Options: granted for that script, with its value, and for no other.
expect_output "first 7
1" as user1 sutap -x 1 args 7
expect_refused as user1 sutap -c true args 7
expect_refused as user1 sutap -x 1 wait

# Why: for scripts that some request of his may run.
expect_status 126 as user1 sutap --why args 11
expect_line "not allowed: argument 1 (count) is no whole number from 1 to 10" out
expect_status 126 as user1 sutap --why -c true args 7
expect_match 'the option -c is not' out
expect_status 0 as user1 sutap --why args 7
expect_match '^allowed: ' out
expect_refused as user3 sutap --why args 7
expect_refused as user1 sutap --why unknown
expect_equal "sutap: not allowed: unknown" "$(cat err)" "refusal"
expect_match '"action":"why"' $audit_log
# The source: to whom a rule shows it.
expect_refused as user1 sutap --show args
rules 'show = true'
expect_status 0 as user1 sutap --show args
expect_equal "$(cat /srv/scripts/args.stp)" "$(cat out)" "source"
expect_refused as user3 sutap --show args
expect_refused as user1 sutap --show unknown

# A reason, which the record holds.
rules 'reason = "required"'
expect_refused as user1 sutap args 7
expect_status 126 as user1 sutap --why args 7
expect_match 'reason' out
expect_status 0 as user1 sutap -m "$(printf 'OPS-17 \033[2J"')" args 7
expect_match '"given_reason":"OPS-17 \\u001b\[2J\\""' $audit_log

# Hosts and days.
rules "hosts = [\"other\", \"$(uname -n)\"]"
expect_status 0 as user1 sutap args 7
rules 'hosts = ["other"]'
expect_refused as user1 sutap args 7
rules "expires = \"$(date -u +%F)\""
expect_status 0 as user1 sutap args 7
rules 'expires = "2020-01-01"'
expect_refused as user1 sutap args 7
expect_status 0 as user1 sutap --list
expect_lines 0 out

# Two sessions of a user, three of all; what ends makes room, also by SIGKILL.
rules ''
in_background() { # NAME USER
    as "$2" sutap wait >"out_$1" 2>"err_$1" </dev/null &
    session=$!
    wait_for '^waiting$' "out_$1"
}
in_background a user1
first=$session
in_background b user1
expect_refused as user1 sutap wait
expect_match '"reason":"as many sessions run as there may be \(max_parallel = 2\)"' $audit_log
expect_status 126 as user1 sutap --why wait
expect_match 'max_parallel = 2' out
in_background c user2
expect_refused as user2 sutap wait
expect_match 'max_parallel_total = 3' $audit_log

# Each sees his own.
expect_status 0 as user1 sutap --ps
expect_lines 3 out
expect_match ' 1001 [-0-9T:.]+Z +wait$' out
expect_no_match ' 1002 ' out
expect_status 0 as user2 sutap --ps
expect_lines 2 out
expect_status 0 sutap --ps
expect_lines 4 out
expect_status 0 as user3 sutap --ps
expect_lines 1 out
theirs=$(runner_of "$session")
expect_status 1 as user1 sutap --stop "$theirs"
expect_status 1 as user1 sutap --stop $$
expect_status 1 as user1 sutap --stop 0
expect_status 1 as user1 sutap --stop x
mine=$(runner_of "$first")
expect_status 0 as user1 sutap --stop "$mine"
wait "$first" || true
expect_status 0 as user1 sutap --ps
expect_lines 2 out
in_background d user1
expect_refused as user1 sutap wait
kill -KILL "$(runner_of "$session")"
wait "$session" || true
session=''
# In the background it is another process that holds the slot.
rm -f /tmp/background
expect_status 0 as user1 sutap -F -o /tmp/background wait
behind=$(cat out)
expect_status 0 as user1 sutap --ps
expect_match "^ *$behind +1001 " out
expect_refused as user1 sutap wait
expect_status 0 as user1 sutap --stop "$behind"
has_gone() { ! grep -q "^ *$behind " "$1"; }
for _ in 1 2 3 4 5 6 7 8 9 10; do
    as user1 sutap --ps >out
    ! has_gone out || break
    sleep 0.2
done
has_gone out || fail "session $behind goes on"
in_background e user1
kill -TERM $(runners)
wait
session=''
expect_no_runners
rm -f /tmp/background
expect_equal 700 "$(stat -c %a /run/sutap)" "mode of the folder"
