# limit: 120
# scsi.*, with the emulated disk of scsi_debug, and functions of many parameters.
load_disk
host=$(basename "$(readlink -f /sys/block/sda/device)" | cut -d : -f 1)

cat >watch.stp <<'STP'
probe begin { println("ready") }
global request, entered
probe scsi.ioentry {
    if (disk_major == 8) { entered = req_addr; printf("entry %d:%d %s\n", disk_major, disk_minor, device_state_str) }
}
probe scsi.iodispatching {
    if ($cmd->cmnd[0] != 0x28) next # READ(10)
    request = req_addr
    printf("dispatching %d:%d:%d:%d %s %d %d=%s %d %d same %d\n", host_no, channel, dev_id, lun,
           device_state_str, device_state, data_direction, data_direction_str, request_bufflen,
           request_buffer < 0, req_addr == entered)
}
probe scsi.iodone {
    if (req_addr == request)
        printf("done %d:%d:%d:%d %s %s timer %d\n", host_no, channel, dev_id, lun,
               device_state_str, data_direction_str, scsi_timer_pending)
}
probe scsi.iocompleted {
    if (req_addr == request)
        printf("completed %d:%d %s %d %s\n", host_no, lun, device_state_str, goodbytes, data_direction_str)
}
probe scsi.ioexecute {
    if ($cmd[0] == 0x25 || $cmd[0] == 0x9e) # READ CAPACITY(10) or (16)
        printf("execute %d:%d:%d:%d %s %d %d %s retries %d timeout %d\n", host_no, channel, dev_id,
               lun, device_state_str, request_bufflen, request_buffer < 0, data_direction_str,
               retries, timeout)
}
probe scsi.set_state {
    printf("state %d:%d:%d:%d %s(%d) to %s(%d)\n", host_no, channel, dev_id, lun, old_state_str,
           old_state, state_str, state)
}
STP
start $runner watch.stp
wait_for '^ready$' out 60
dd if=/dev/sda of=/dev/null bs=4096 count=1 iflag=direct 2>/dev/null
wait_for '^completed' out 20
echo 1 >/sys/block/sda/device/rescan
wait_for '^execute' out 20
echo offline >/sys/block/sda/device/state
echo running >/sys/block/sda/device/state
wait_for 'OFFLINE.6. to' out 20
end_cleanly
expect_line 'entry 8:0 RUNNING' out
expect_line "dispatching $host:0:0:0 RUNNING 2 2=FROM_DEVICE 4096 1 same 1" out
expect_match "^done $host:0:0:0 RUNNING FROM_DEVICE timer [01]\$" out
expect_line "completed $host:0 RUNNING 4096 FROM_DEVICE" out
expect_match "^execute $host:0:0:0 RUNNING (8|32) 1 FROM_DEVICE retries [35] timeout (30|60)\$" out
expect_line "state $host:0:0:0 RUNNING(2) to OFFLINE(6)" out
expect_line "state $host:0:0:0 OFFLINE(6) to RUNNING(2)" out

# Parameters beyond the sixth, at the entry and at the return, where the registers hold something
# else by then; on 6.1 this takes a kprobe, which is not for everybody.
case $KERNEL in
6.1) point='module("scsi_mod").function("__scsi_execute")' last=retries ;;
*) point='module("scsi_mod").function("scsi_execute_cmd")' last=ml_retries ;;
esac
cat >wide.stp <<STP
probe begin { println("ready") }
probe $point { printf("entry %x %d %d\n", \$cmd[0], \$bufflen, \$$last) }
probe $point.return {
    printf("return %x %d %d of %d at %d, %d by number\n", @entry(\$cmd[0]), \$bufflen, \$$last, \$return,
           \$timeout == @entry(\$timeout) && \$sdev->sdev_state == 2, int_arg(5))
    println(\$\$parms =~ "^sdev=0x[0-9a-f]+ cmd=0x[0-9a-f]+ .* bufflen=0x[0-9a-f]+ " ? "all" : \$\$parms)
}
STP
start $runner wide.stp
wait_for '^ready$' out 60
echo 1 >/sys/block/sda/device/rescan
wait_for '^return (25|9e) ' out 20
end_cleanly
sed -n 's/^entry //p' out >entries
sed -n 's/^return \(.*\) of 0 at 1, .* by number/\1/p' out >returns
expect_equal "$(cat entries)" "$(cat returns)" "what is kept for the return"
expect_match '^(25 8|9e 32) [35]$' entries
expect_line all out
expect_no_match '^sdev=' out

mkdir -p /usr/share/sutap
cp wide.stp /usr/share/sutap/wide.stp
chmod 644 /usr/share/sutap/wide.stp
allow wide /usr/share/sutap/wide.stp user1 \
    'probes = ["begin", "module(\"scsi_mod\").function(\"*scsi_execute*\")*"]'
case $KERNEL in
6.1)
    expect_status 1 as user1 sutap wide
    expect_match 'cannot open a kprobe on __scsi_execute .* only root may.* more parameters' err
    ;;
*)
    start as user1 sutap wide
    wait_for '^ready$' out 60
    echo 1 >/sys/block/sda/device/rescan
    wait_for '^return (25|9e) ' out 20
    end_cleanly
    ;;
esac

# A register of the entry is kept for the return as well.
cat >registers.stp <<'STP'
probe begin { println("ready") }
probe kernel.function("vfs_read").return {
    if (execname() == "dd" && @entry(register("rdx")) == 77)
        printf("read %d into %d, %d bytes\n", @entry(register("rdx")), @entry(register("rsi") == $buf), $return)
}
STP
start $runner registers.stp
wait_for '^ready$' out 60
printf 12345 >small
dd bs=77 count=1 if=small of=/dev/null 2>/dev/null
wait_for '^read' out 20
end_cleanly
expect_line 'read 77 into 1, 5 bytes' out
unload_disk
