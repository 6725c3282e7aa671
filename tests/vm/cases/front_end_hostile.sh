# limit: 120
# Started the way an attacker would: nothing that is inherited reaches the runner or stops the record.
replace_the_runner show_start

script /srv/scripts/hello.stp <<'END'
probe begin { println("hello") }
END
allow hello /srv/scripts/hello.stp user1

# expect_hello OPTION… : it runs as ever, and is recorded.
expect_hello() {
    local before
    before=$(cat $audit_log 2>/dev/null | wc -l)
    expect_status 0 as user1 hostile "$@" -- /usr/bin/sutap hello
    expect_line "CapEff:	000000c000000000" out
    expect_line "SigIgn:	0000000000000000" out
    expect_line "SigBlk:	0000000000000000" out
    expect_no_match '^environment' out
    # Standard streams, script, grant, and the symbols, which the grant names.
    expect_equal 11 "$(grep -c '^descriptor' out)" "descriptors"
    expect_equal $((before + 1)) "$(wc -l <$audit_log)" "records"
}

expect_hello
expect_hello --descriptors 40
expect_hello --close 0
expect_hello --ignore 0 --block 0
expect_hello --timer 20000
expect_line "timer none" out
# The record is written all the same; what the runner writes is the caller's business again.
as user1 hostile --limit fsize=0 -- /usr/bin/sutap hello | cat >out
expect_line "limit fsize 0" out
expect_hello --limit nofile=64
expect_hello --limit as=1000000000 --limit data=500000000 --limit core=1000000
expect_hello --umask 777
expect_line "caller.umask = 777" out
expect_equal "600 0 0" "$(stat -c '%a %u %g' $audit_log)" "the audit log's mode and owner"
expect_hello --folder /tmp
expect_line "folder /tmp" out
expect_hello --clear-environment --name '(x) 1 2 3 4 5 6 7' --environment LD_PRELOAD=/tmp/x.so \
    --environment GLIBC_TUNABLES=glibc.malloc.check=3 --environment 'TERM=../../x' \
    --environment 'LANG=C
uid = 0' --environment TZ=/etc/shadow --environment COLUMNS=80
expect_line "caller.COLUMNS = 80" out
expect_no_match '^caller.(TERM|LANG|TZ)' out
expect_hello --environment-bytes 100000

# Standard error closed: nothing of ours is written into a file that got its number.
as user1 hostile --close 1 --close 2 -- /usr/bin/sutap hello >out 2>err || fail "closed descriptors"
expect_lines 0 err
expect_match '"decision":"allow"' $audit_log

# No words at all: the kernel makes them one empty word.
run as user1 hostile --no-arguments -- /usr/bin/sutap
[ "$status" = 1 ] || [ "$status" = 125 ] || fail "exit status $status without arguments"
expect_no_match '^word' out

# Where the kernel would not let it be what it is, it says so and runs nothing.
expect_status 125 as user1 hostile --no-new-privileges -- /usr/bin/sutap hello
expect_lines 1 err
expect_lines 0 out
run as user1 hostile --user-namespace -- /usr/bin/sutap hello
expect_equal 125 "$status" "exit status in a user namespace"
expect_no_match '^word' out

# A limit too small to work with: no run without a record.
for limit in nofile=3 nofile=0 as=1000 stack=65536 data=0; do
    lines=$(wc -l <$audit_log)
    run as user1 hostile --limit $limit -- /usr/bin/sutap hello
    if grep -q '^word' out; then
        expect_equal $((lines + 1)) "$(wc -l <$audit_log)" "records after a run with $limit"
    fi
done
