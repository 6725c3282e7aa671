# limit: 120
# netfilter.*, the mapped files of a process, its memory and its open files, signal.handle and
# netdev.change_mac, each against what is known to have happened.
ip link set lo up
cat >watch.stp <<'STP'
probe begin { println("ready") }
probe netfilter.ipv4.local_out {
    if (protocol == ipproto_tcp && dport == 4242 && syn)
        printf("out %s %d %s>%s %s-%s\n", pf, family, saddr, daddr, indev_name, outdev_name)
}
probe netfilter.ip.pre_routing {
    if (dport == 4242 && syn)
        printf("in %s ack %d length %d hex %s from %s\n", daddr, ack, length == strlen(data_hex) / 2, substr(data_hex, 0, 2), indev_name)
}
probe netfilter.ipv4.local_in { if (dport == 4242 && psh) printf("pushed to %s\n", daddr) }
probe netfilter.ipv4.post_routing { if (dport == 4242 && fin) printf("fin by %s\n", outdev_name) }
probe syscall.kill {
    if (sig != 18) next
    printf("memory %d %d %d\n", proc_mem_size() > 0, proc_mem_rss() <= proc_mem_size(), proc_mem_txt() > 0)
    printf("files %d of %d\n", task_open_file_handles(task_current()), task_rlimit_nofile(task_current()))
}
probe signal.handle { if (sig == 10) printf("handle %s %d\n", sig_name, sig_code) }
probe netdev.change_mac { printf("mac %s %d %s %s\n", dev_name, mac_len, old_mac, new_mac) }
STP
nc -l -p 4242 >got &
server=$!
start sutap watch.stp
wait_for '^ready$' out 60
# Several packets: before 6.7 the kernel passes a probe over while another's handler runs there.
for word in hello over there; do
    echo $word
    sleep 0.2
done | nc 127.0.0.1 4242
wait $server || true
old=$(cat /sys/class/net/lo/address)
ip link set lo address 02:00:00:00:00:01
(
    ulimit -n 77
    exec 5</dev/null 7</dev/null
    exec provoke kill $$ 18
) >/dev/null
sh -c 'trap "exit 0" USR1; kill -USR1 $$; sleep 1' || true
wait_for '^handle' out 20
stop $session INT
expect_equal 0 "$status" "exit status"
expect_line 'out ipv4 2 127.0.0.1>127.0.0.1 -lo' out
expect_line 'in 127.0.0.1 ack 0 length 1 hex 45 from lo' out
expect_line 'pushed to 127.0.0.1' out
expect_line 'fin by lo' out
expect_line 'memory 1 1 1' out
expect_match '^files [5-9] of 77$' out
expect_line 'handle SIGUSR1 0' out
expect_line "mac lo 6 $old 02:00:00:00:00:01" out

# The files of a process are shown to those who may look at it: here its owner.
script /srv/modules.stp 644 <<'STP'
probe begin { println("ready") }
probe syscall.kill {
    if (execname() != "provoke") next
    print_ubacktrace()
    printf("text %s", sprint_ubacktrace())
    try { printf("module %s\n", umodname(uaddr())) } catch { }
}
STP
allow modules /srv/modules.stp user1
start as user1 sutap modules
wait_for '^ready$' out 60
as user1 provoke --count 20 --interval 100 kill 0 0 >calls &
wait_for '^module' out 20
stop $session INT
expect_equal 0 "$status" "exit status"
shown='0x[0-9a-f]+ \[provoke\+0x[0-9a-f]+/0x[0-9a-f]+\]$'
expect_match "^ 0x[0-9a-f]+ : $shown" out
expect_match "^text $shown" out
expect_line 'module provoke' out
