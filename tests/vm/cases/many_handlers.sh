# limit: 120
# More handlers at one function than the kernel has room for in one way: root has another, others
# are told.
for n in $(seq 39); do echo "probe kernel.function(\"vfs_fsync_range\") { println($n) }"; done |
    script /srv/scripts/many.stp
allow many /srv/scripts/many.stp user1
timeout 60 as user1 sutap many >out 2>err && fail "39 programs at one function"
expect_match '^ERROR: cannot attach to vfs_fsync_range .*at most 38 programs at one function' err

echo 'probe begin { println("ready") }' >>/srv/scripts/many.stp
start $runner /srv/scripts/many.stp
wait_for '^ready$' out 60
provoke fsync file >provoked
stop $session INT
expect_equal 0 "$status" "exit status"
expect_equal "$(seq 39)" "$(grep -v ready out | sort -n)" "handlers that ran"
