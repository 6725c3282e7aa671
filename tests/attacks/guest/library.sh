# What attacks use, beside tests/vm/guest/library.sh. A case of attacks reads this file first.

failed_attacks=0
audit_log=/var/log/sutap/audit.log
sutap=/usr/bin/sutap

# attack NAME DAMAGE [COMMAND…]: runs COMMAND (the function NAME) in a shell of its own, in
# /tmp/case, with an empty audit log, after the case's before_attack; its first failure fails the
# attack. DAMAGE is what could happen if the guard were missing. With $ATTACK set, only the attack of
# that name is made.
attack() {
    local name=$1 damage=$2 result begin end
    shift 2
    [ $# -gt 0 ] || set -- "$name"
    if [ -n "${ATTACK-}" ] && [ "$ATTACK" != "$name" ]; then return; fi
    read -r begin _ </proc/uptime
    set +e
    (
        set -e
        cd /tmp/case
        [ ! -f $audit_log ] || : >$audit_log
        before_attack
        "$@"
    ) >/tmp/case/report 2>&1
    result=$?
    set -e
    if [ $result = 0 ]; then
        read -r end _ </proc/uptime
        begin=${begin%.*}${begin#*.} end=${end%.*}${end#*.}
        echo "passed attack $name ($(((end - begin) * 10)) ms)"
    else
        echo "FAILED attack $name: $damage"
        cat /tmp/case/report
        failed_attacks=$((failed_attacks + 1))
    fi
}

before_attack() { :; }

# Closes a case: its exit status tells whether each attack was refused.
end_of_attacks() { [ $failed_attacks = 0 ]; }

# As the harness's, but nothing hangs: after 20 s it is ended, with status 143.
run() {
    status=0
    timeout 20 "$@" >out 2>err </dev/null || status=$?
}

# records: how many there are. (No program is started for it: there are many attacks.)
records() {
    local count=0
    if [ -e $audit_log ]; then
        while IFS= read -r _; do
            case $_ in *'"decision":"end","by":"runner"'*) ;; *) count=$((count + 1)) ;; esac
        done <$audit_log
    fi
    echo $count
}

# expect_records COUNT [PATTERN]: so many, and each a line of its own that begins and ends as a record
# does; the last one, which lands in the file record, matches.
expect_records() {
    [ -e $audit_log ] || : >$audit_log
    PATTERN=${2-.} awk -v count="$1" '
        BEGIN { pattern = ENVIRON["PATTERN"] }
        # From the runner, when the session has ended.
        /^\{"time":"[-0-9T:.]+Z","decision":"end","by":"runner",.*\}$/ { next }
        { last = $0; count_of_records++ }
        !/^\{"time":"[-0-9T:.]+Z","decision":".*\]\}$/ { print "no record: " $0; bad = 1 }
        END {
            print last >"record"
            if (count_of_records != count) { print count_of_records " records, not " count; bad = 1 }
            if (count_of_records && last !~ pattern) { print "the last does not match " pattern ": " last; bad = 1 }
            exit bad
        }' $audit_log || fail "the audit log"
}

# nothing_ran: no output. (The stand-in for the runner always has some.)
nothing_ran() { [ ! -s out ] || expect_lines 0 out; }

# one_line TEXT: what standard error got; TEXT is an extended regular expression.
one_line() {
    WANTED=$1 awk '$0 ~ ENVIRON["WANTED"] { found = 1 } END { exit !(found && NR == 1) }' err || {
        show err
        fail "not one line with '$1'"
    }
}

# denied REASON COMMAND…: the one text for it, exit status 126, and a record that says REASON.
denied() {
    local reason=$1 before
    shift
    before=$(records)
    expect_status 126 "$@"
    one_line '^sutap: not allowed: '
    nothing_ran
    expect_records $((before + 1)) "\"decision\":\"deny\".*$reason"
}

# broken TEXT COMMAND…: exit status 125 and one line with TEXT; nothing ran.
broken() {
    local text=$1
    shift
    expect_status 125 "$@"
    one_line "$text"
    nothing_ran
}

# misused TEXT COMMAND…: exit status 1 and one line with TEXT; nothing ran, and nothing is recorded.
misused() {
    local text=$1 before
    shift
    before=$(records)
    expect_status 1 "$@"
    one_line "$text"
    nothing_ran
    expect_records "$before"
}

# hello_as USER GROUP…: what the stand-in for the runner tells in the file out: it is that user, has
# what the front end hands over, and nothing else.
hello_as() {
    awk -v uid="$1" -v gid="$2" '
        BEGIN {
            wanted["Uid:\t" uid "\t" uid "\t" uid "\t" uid]
            wanted["Gid:\t" gid "\t" gid "\t" gid "\t" gid]
            n = split("Inh Prm Eff Bnd Amb", sets, " ")
            for (i = 1; i <= n; i++) wanted["Cap" sets[i] ":\t000000c000000000"]
            wanted["NoNewPrivs:\t1"]; wanted["Seccomp:\t2"]
            wanted["SigIgn:\t0000000000000000"]; wanted["SigBlk:\t0000000000000000"]
            wanted["timer none"]; wanted["limit core 0"]
            wanted["word sutap-runner"]; wanted["word --grant=4"]
            wanted["script<probe begin { println(\"hello\") }"]; wanted["sutap-grant 1"]
        }
        $0 in wanted { delete wanted[$0] }
        /^descriptor [0-9]/ { descriptors = descriptors " " $2 }
        /^environment|writable/ { print "handed over: " $0; bad = 1 }
        END {
            for (line in wanted) { print "missing: " line; bad = 1 }
            if (descriptors != " 0 1 2 3 4 1024 1025 1026") { print "descriptors" descriptors; bad = 1 }
            exit bad
        }' out || {
        show out err
        fail "not what the runner is started with"
    }
}

# unharmed COMMAND…: it runs as ever, as user1, and leaves one record more.
unharmed() {
    local before
    before=$(records)
    expect_status 0 "$@"
    hello_as 1001 1001
    expect_records $((before + 1)) '"decision":"allow"'
}

# harmless COMMAND…: it ran as ever with a record, or not at all, with a status that is not 0.
harmless() {
    local before
    before=$(records)
    run "$@"
    if [ "$status" = 0 ]; then
        hello_as 1001 1001
        expect_records $((before + 1))
    else
        nothing_ran
        expect_records "$(records)"
    fi
}

# lay_hello: the script that user1 may run, by name and by path.
lay_hello() {
    printf 'probe begin { println("hello") }\n' | script /srv/scripts/hello.stp
    allow hello /srv/scripts/hello.stp user1
}
