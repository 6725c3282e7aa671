# limit: 90
# procfs files and input probes of an ordinary user's session, beside probes in the kernel.
script /srv/scripts/files.stp <<'EOF'
#!/usr/bin/sutap
global calls, ticks
probe syscall.kill { if (sig == 18) calls++ }
probe timer.ms(10) { ticks++ }
probe procfs("calls").read { $value = sprintf("%d\n", calls) }
probe procfs("ticks").umask(0).read { $value = sprintf("%d\n", ticks > 0) }
probe procfs("set").write { printf("set %s", $value); calls = strtol($value, 10) }
probe procfs("both").read { $value = both }
probe procfs("both").umask(0).write { both = $value }
global both
probe input.line { printf("line %s", line); if (line == "end\n") exit() }
probe begin { println("ready") }
probe end { println("the end") }
EOF
allow files /srv/scripts/files.stp user1
mkfifo input
chmod 644 input
rm -f session_out session_err
as user1 sutap files <input >session_out 2>session_err &
session=$!
exec 3>input
wait_for '^ready$' session_out 40
folder=$(ls -d /tmp/sutap-*/sutap_*)
expect_equal user1 "$(stat -c %U "$folder")" "owner of the folder"
expect_equal "user1 400" "$(stat -c '%U %a' "$folder/calls")" "calls"
expect_equal "user1 444" "$(stat -c '%U %a' "$folder/ticks")" "ticks"
expect_equal "user1 200" "$(stat -c '%U %a' "$folder/set")" "set"

start_victim user1
provoke --count 5 kill "$victim" 18 >provoked
expect_output 5 as user1 timeout 10 cat "$folder/calls"
expect_output 5 as user1 timeout 10 cat "$folder/calls"
expect_output 1 as user2 timeout 10 cat "$folder/ticks"
expect_status 1 as user2 timeout 10 cat "$folder/calls"
expect_status 1 as user2 sh -c "echo 7 >$folder/set"
expect_status 0 as user1 sh -c "echo 7 >$folder/set"
wait_for '^set 7$' session_out
expect_output 7 as user1 timeout 10 cat "$folder/calls"
# One name both ways, for the user and for others.
expect_equal "user1 622" "$(stat -c '%U %a' "$folder/both")" "both"
for number in 1 2 3 4 5 6 7 8 9 10; do
    as user1 sh -c "echo $number >$folder/both"
    expect_output $number as user1 timeout 10 cat "$folder/both"
done
expect_status 0 as user2 sh -c "echo another >$folder/both"
expect_status 1 as user2 timeout 10 cat "$folder/both"
expect_output another as user1 timeout 10 cat "$folder/both"

echo hello >&3
wait_for '^line hello$' session_out
echo end >&3
exec 3>&-
wait $session || fail "exit status $?"
expect_line "the end" session_out
expect_equal "" "$(cat session_err)" "standard error"
[ ! -e "$folder" ] || fail "the files are still there"
expect_no_runners

# A killed session leaves nothing either; its folder in /tmp may not be somebody else's.
start as user1 sutap files
wait_for '^ready$' out 40
kill -KILL "$(runner_of $session)"
wait $session || true
tries=0
while ls -d /tmp/sutap-*/sutap_* 2>/dev/null && [ $tries -lt 50 ]; do
    sleep 0.1
    tries=$((tries + 1))
done
[ $tries -lt 50 ] || fail "the files are still there"
mkdir "/tmp/sutap-$(id -u user1)"
expect_status 1 as user1 sutap files
expect_match 'is not a folder that only you can write to' err
rmdir "/tmp/sutap-$(id -u user1)"
