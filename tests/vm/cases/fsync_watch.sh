# limit: 120
# The fsync.stp of the notes on both kernels: 6.1 has no do_fsync and needs its substitutes.
lay_note fsync.stp /srv/scripts/fsync.stp sutap
allow fsync-watch /srv/scripts/fsync.stp user1

expect_session() { # CALL DESCRIPTOR COUNT: the calls that were provoked and their lines
    local pid line call descriptor taken shown
    pid=$(sed -n 's/^pid //p' provoked)
    sed 1d provoked >calls
    expect_lines "$3" calls
    wait_for " $pid\(provoke\)" out
    sleep 0.5
    grep " $pid(provoke) " out >got
    expect_lines "$3" got
    while read -r call descriptor taken; do
        read -r line <&4
        echo "$line" | sed -E 's/^ *[0-9]+\.[0-9]{6}ms //' >rest
        expect_line "fsync($2) $pid(provoke) from  provoke($pid)$(lineage $$)" rest
        shown=$(echo "$line" | sed -E 's/^ *([0-9]+)\.([0-9]{6})ms .*/\1\2/; s/^0*//')
        if [ "${shown:-0}" -le 0 ] || [ "$shown" -gt "$taken" ]; then
            fail "fsync took $shown ns, but $taken ns as its caller saw it: $line"
        fi
        expect_equal "$1 $2" "$call $descriptor" "the call provoked"
    done <calls 4<got
}

start as user1 sutap -v fsync-watch
wait_for "^list of fsync\(\) calls \(does not catch 'sync's\):$" out 40
expect_equal 1 "$(wc -l <out)" "lines before the first call"

as user2 provoke --count 4 --descriptor 42 fsync /home/user2/file >provoked
expect_session fsync 42 4
# The name is the process's, not the thread's.
as user1 provoke --thread named --count 3 --descriptor 7 fdatasync /home/user1/file >provoked
expect_session fdatasync 7 3
stop $session INT
expect_equal 0 "$status" "exit status"
expect_no_match 'ERROR|WARNING: Number' err
if [ "$KERNEL" = 6.1 ]; then
    expect_match 'do_fsync.*__x64_sys_fsync|__x64_sys_fsync.*do_fsync' err
else
    expect_no_match '__x64_sys_fsync' err
fi
