# limit: 90
# What an ordinary user may add to a script that the policy allows, and what not.
script /srv/scripts/hello.stp <<'EOF'
probe begin { println("hello") }
probe syscall.kill { next }
probe end { println("end") }
probe timer.ms(200) { exit() }
EOF
allow hello /srv/scripts/hello.stp user1
mkdir -m 777 place
chmod 755 .
cd place
expect_output "hello
end" as user1 sutap hello
expect_status 0 as user1 sutap -v hello
expect_match '^Pass 5: run completed' err
expect_status 0 as user1 sutap -q -T 5 hello
expect_status 0 as user1 sutap -o mine-%Y hello
expect_equal user1 "$(stat -c %U "mine-$(date +%Y)")" "owner of the output"
expect_line hello "mine-$(date +%Y)"
expect_status 0 as user1 sutap --format json hello
expect_match '^\{"type":"output","time_ns":[0-9]+,"probe":"begin","text":"hello\\n"\}$' out
expect_status 0 as user1 sutap --format=json hello
expect_match '"type":"end"' out

# The file is opened as the caller.
touch /srv/scripts/roots
expect_status 1 as user1 sutap -o /srv/scripts/roots hello
expect_match 'cannot write to /srv/scripts/roots' err
expect_status 1 as user1 sutap -o /srv/scripts/new hello
[ ! -e /srv/scripts/new ] || fail "made where the caller may not"

# Everything else is the administrator's to say.
for words in "-c true" "-x 1" "-g" "-G a=1" "-DMAXERRORS=5" "-F -o f" "-S 1 -o f" "-s 4" \
    "-I /tmp" "-t" "-u" "-w" "-E probe" "-k" "--place=user" "--skip-badvars" \
    "--suppress-handler-errors" "--suppress-time-limits" "--rlimit-cpu=1" "--color"; do
    # shellcheck disable=SC2086
    expect_status 126 as user1 sutap $words hello
done
expect_no_runners
