# limit: 120
# vm.kmem_cache_alloc_node and the like by name of their callers, and workers.
cat >watch.stp <<'STP'
global allocations, flags, executed, nodes
probe begin { println("ready") }
probe vm.kmalloc { allocations[caller_function != ""] <<< bytes_alloc; flags[gfp_flag_name]++ }
probe vm.kmem_cache_alloc_node { nodes <<< bytes_alloc >= bytes_req }
probe workqueue.execute { executed <<< task_execname(wq_thread) == execname() }
probe end {
    printf("callers %d\n", @count(allocations[1]) > 0)
    printf("kernel %d\n", ("GFP_KERNEL" in flags) || ("GFP_KERNEL|__GFP_ZERO" in flags))
    printf("executed %d %d\n", @count(executed) > 0, @min(executed))
    printf("nodes %d\n", @count(nodes) > 0 ? @min(nodes) : 1)
}
STP
start sutap watch.stp
wait_for '^ready$' out 60
for turn in 1 2 3; do sh -c 'cat /proc/self/maps' >/dev/null; done
sleep 1
stop $session INT
expect_equal 0 "$status" "exit status"
expect_line 'callers 1' out
expect_line 'kernel 1' out
expect_line 'executed 1 1' out
expect_line 'nodes 1' out
# What no kernel of today has says what it looked for.
expect_status 1 sutap -p4 -e 'probe ioscheduler.elv_next_request { next }'
expect_match 'blk_peek_request' err
