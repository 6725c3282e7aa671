# limit: 240
# Every alias of the library loads and attaches with all that it computes (-u keeps it). A function
# that a kernel has inlined away may be missing from a wildcard.
for points in 'scheduler.*, scheduler.kthread_stop.return' 'signal.*' \
    'signal.checkperm.return, signal.handle.return, signal.send.return, signal.send_sig_queue.return,
     signal.check_ignored.return, signal.do_action.return, signal.procmask.return,
     signal.pending.return, signal.force_segv.return, signal.syskill.return,
     signal.sys_tkill.return, signal.systkill.return, signal.sys_tgkill.return' \
    'kprocess.create, kprocess.start, kprocess.exec, kprocess.exec_complete, kprocess.exit,
     kprocess.release, irq_handler.*, softirq.*, workqueue.*' \
    'vfs.*, vfs.read.return, vfs.write.return, vfs.readv.return, vfs.writev.return' \
    'vm.*, vm.pagefault.return, ioblock.*, ioblock_trace.*, ioscheduler.*,
     ioscheduler.elv_add_request.tp, ioscheduler.elv_add_request.kp, ioscheduler_trace.*' \
    'tcp.*, tcp.sendmsg.return, tcp.recvmsg.return, tcp.disconnect.return, tcp.setsockopt.return,
     udp.*, udp.sendmsg.return, udp.recvmsg.return, udp.disconnect.return, netdev.*' \
    'netfilter.*.*' 'tcpmib.*, ipmib.*, linuxmib.*' 'tty.*' \
    'socket.*, socket.create.return, socket.sendmsg.return, socket.recvmsg.return,
     socket.write_iter.return, socket.read_iter.return, socket.close.return'; do
    expect_status 0 sutap -u -s 1 -e "probe $points { next } probe begin { exit() }"
done
