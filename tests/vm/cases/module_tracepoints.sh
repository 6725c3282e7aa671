# limit: 120
# Tracepoints of modules, with the emulated disk of scsi_debug: as root, and as a user whose rule
# names them.
load_disk

cat >watch.stp <<'STP'
probe begin { println("ready") }
probe kernel.trace("scsi:scsi_dispatch_cmd_start") {
    if ($cmd->cmnd[0] == 0x28) # READ(10), by dd or on its behalf
        printf("start %x of %d:%d from %s, %d bytes\n", $cmd->cmnd[0], $cmd->device->channel,
               $cmd->device->id, kernel_string($cmd->device->host->hostt->proc_name),
               $cmd->sdb->length)
}
probe kernel.trace("scsi_dispatch_cmd_d*") {
    printf("%s %d resid %d\n", pp(), $cmd->result, $cmd->resid_len)
}
STP
mkdir -p /usr/share/sutap
cp watch.stp /usr/share/sutap/watch.stp
chmod 644 /usr/share/sutap/watch.stp
policy tracepoints.toml <<'TOML'
schema = 1
[[script]]
name = "watch"
path = "/usr/share/sutap/watch.stp"
probes = ["begin", "kernel.trace(\"scsi_dispatch*\")"]
[[script]]
name = "free"
path = "/usr/share/sutap/free.stp"
[[script]]
name = "other"
path = "/usr/share/sutap/other.stp"
probes = ["begin", "kernel.trace(\"scsi_eh_wakeup\")"]
[[rule]]
name = "all"
effect = "allow"
users = ["user1"]
scripts = ["*"]
TOML
cp watch.stp /usr/share/sutap/free.stp
cp watch.stp /usr/share/sutap/other.stp

for how in "sutap watch.stp" "$runner watch.stp" "as user1 sutap watch"; do
    echo 3 >/proc/sys/vm/drop_caches
    start $how
    wait_for '^ready$' out 60
    dd if=/dev/sda of=/dev/null bs=4096 count=1 iflag=direct 2>/dev/null
    wait_for '^start 28 of 0:0 from scsi_debug, 4096 bytes$' out 20
    wait_for '^kernel.trace."scsi_dispatch_cmd_done". 0 resid 0$' out 20
    end_cleanly
done

# What the rule does not name.
expect_status 1 as user1 sutap free
expect_match 'module scsi_mod need its types, .* name kernel.trace."scsi_dispatch_cmd_' err
expect_status 126 as user1 sutap other
expect_match 'does not allow the probe point kernel.trace."scsi_dispatch_cmd_' err

# Listings need no right.
expect_status 0 as user1 sutap -L 'kernel.trace("scsi_dispatch_cmd_*")'
expect_line 'kernel.trace("scsi_dispatch_cmd_start") $cmd:struct scsi_cmnd*' out
expect_status 0 as user1 sutap -l 'kernel.trace("*")'
expect_line 'kernel.trace("scsi_eh_wakeup")' out
expect_line 'kernel.trace("sched_switch")' out
expect_status 0 as user1 sutap --check /usr/share/sutap/watch.stp
expect_line 'module: scsi_mod' out
expect_status 1 sutap -e 'probe kernel.trace("scsi_dispatch_cmd_star") { exit() }'
expect_match 'similar tracepoints: scsi_dispatch_cmd_start' err

unload_disk
expect_status 1 as user1 sutap -l 'kernel.trace("scsi_dispatch_cmd_*")'
