# limit: 90
# What the front end hands over: the capabilities, the ids, the descriptors, the grant, nothing else.
replace_the_runner show_start

script /srv/scripts/hello.stp <<'END'
#!/usr/bin/sutap
probe begin { println("hello") }
END
allow hello /srv/scripts/hello.stp user1 'probes = ["begin", "end"]'

expect_start() { # UID GID
    local set
    for set in CapInh CapPrm CapEff CapBnd CapAmb; do
        expect_match "^$set:[[:space:]]000000c000000000$" out
    done
    expect_match "^Uid:[[:space:]]$1[[:space:]]$1[[:space:]]$1[[:space:]]$1$" out
    expect_match "^Gid:[[:space:]]$2[[:space:]]$2[[:space:]]$2[[:space:]]$2$" out
    expect_line "NoNewPrivs:	1" out
    expect_line "Seccomp:	2" out
    expect_line "limit core 0" out
    expect_no_match '^environment' out
    expect_no_match 'writable' out
    # The session's own file, the audit log, /proc/kallsyms, and root's own: the samples of both
    # processors.
    symbols="
descriptor 1024 changing
descriptor 1025 appending
descriptor 1026
descriptor = slot 1024
descriptor = audit 1025
descriptor = kallsyms 1026 addresses"
    [ "$1" != 0 ] || symbols="
descriptor 1024 changing
descriptor 1025 appending
descriptor 1026 changing
descriptor 1027 changing
descriptor 1028
descriptor = slot 1024
descriptor = audit 1025
descriptor = perf_event 1026 timer.profile
descriptor = perf_event 1027 timer.profile
descriptor = kallsyms 1028 addresses"
    expect_equal "descriptor 0
descriptor 1
descriptor 2
descriptor 3 sealed
descriptor 4 sealed$symbols" "$(grep '^descriptor' out)" "descriptors"
    expect_line "word sutap-runner" out
    expect_line "word --grant=4" out
    expect_line "sutap-grant 1" out
    expect_line "uid = $1" out
    expect_line "capability = bpf" out
    expect_line "capability = perfmon" out
}

expect_status 0 as user1 sutap -v hello 'an argument' --grant=7
expect_start 1001 1001
expect_match '^Groups:.*1100' out
expect_line "probe = begin" out
expect_line "probe = end" out
expect_line "script_name = hello" out
expect_equal "word sutap-runner
word --grant=4
word -v
word --
word an argument
word --grant=7" "$(grep '^word' out)" "words"
expect_match 'println\("hello"\)' out

# By path, as a command, and under the name stap.
expect_status 0 as user1 sutap /srv/scripts/hello.stp
expect_start 1001 1001
expect_line "script_name = /srv/scripts/hello.stp" out
expect_status 0 as user1 /srv/scripts/hello.stp x
expect_line "word x" out
ln -s /usr/bin/sutap /srv/stap
expect_status 0 as user1 /srv/stap hello
expect_start 1001 1001

# root: the same few capabilities, and its own text.
expect_status 0 sutap -e 'probe end { }' 7
expect_start 0 0
expect_line "script_name = <input>" out
expect_match 'script<probe end \{ \}>' out
expect_no_match '^probe = ' out

# What needs no privilege gets none, and no way back to one.
for words in "-p2 /srv/scripts/hello.stp" "--help" "-l syscall.*" "-V"; do
    expect_status 0 as user1 sutap $words
    for set in CapInh CapPrm CapEff CapBnd CapAmb; do
        expect_match "^$set:[[:space:]]0+$" out
    done
    expect_line "NoNewPrivs:	1" out
    expect_line "Uid:	1001	1001	1001	1001" out
    expect_no_match 'grant' out
    expect_equal 3 "$(grep -c '^descriptor' out)" "descriptors"
done
expect_no_match '"request":"/srv/scripts/hello.stp".*"-p2"' $audit_log
expect_status 1 as user1 sutap
expect_lines 1 err

# One record for each run, each a line of JSON with what was asked and decided.
expect_match '^\{"time":"[-0-9]+T[0-9:.]+Z","decision":"allow","rule":"hello-rule",.*"uid":1001,' $audit_log
expect_match '"options":\["-v"\],"arguments":\["an argument","--grant=7"\],"capabilities":\["bpf","perfmon"\]\}$' $audit_log
expect_match "\"sha256\":\"$(sum_of /srv/scripts/hello.stp)\"" $audit_log
expect_match '"decision":"allow".*"uid":0,.*"request":"<input>"' $audit_log
