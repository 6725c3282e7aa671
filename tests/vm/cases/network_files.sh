# limit: 200
# nfsd.* and sunrpc.*: a folder that this machine gives to itself, by version 4.2.
serve_folder '-3 +4'
echo 'hello over there' >/srv/shared/greeting

# The client and its programs, the server's start and its end.
cat >calls.stp <<'STP'
probe begin { println("ready") }
probe sunrpc.clnt.create_client {
    printf("client %s %d %s vers %d prot %d port %d flavor %d\n", servername, prog, progname, vers, prot, port, authflavor)
}
probe sunrpc.clnt.clone_client { printf("clone %s %d %s %d %d %d %d\n", servername, prog, progname, vers, prot, port, authflavor >= 0) }
probe sunrpc.clnt.bind_new_program { printf("bind %s %d %s %d to %d %s %d\n", servername, old_prog, old_progname, old_vers, prog, progname, vers) }
probe sunrpc.clnt.call_sync { printf("sync %s %s %d %d %s %d prot %d port %d dead %d xid %d\n", servername, progname, prog, vers, procname, proc, prot, port, dead, xid > 0) }
probe sunrpc.clnt.call_async { printf("async %s %d flags %d\n", procname, proc, flags & 1) }
probe sunrpc.clnt.shutdown_client {
    printf("shutdown %s %d tasks %d clones %d calls %d\n", progname, prog, tasks, clones, rpccnt > 0)
    if (om_ops > 10)
        printf("measured %d %d %d %d\n", om_ntrans >= om_ops, om_bytes_sent > 1000, om_bytes_recv > 1000, om_queue + om_rtt <= om_execute + om_ops)
}
probe sunrpc.sched.new_task { if (prog == 100003) printf("new %d prot %d flags %d\n", vers, prot, tk_flags >= 0) }
probe sunrpc.sched.execute { if (prog == 100003 && xid == 0) printf("execute %d pid %d\n", vers, tk_pid > 0) }
probe sunrpc.sched.delay { printf("delay %d %d\n", prog, delay > 0) }
probe sunrpc.sched.release_task { if (prog == 100003) printf("release %d prot %d xid %d\n", vers, prot, xid != 0) }
probe sunrpc.svc.create { printf("service %d %s versions %d buffer %d\n", prog, progname, pg_nvers, bufsize >= 0) }
probe sunrpc.svc.recv { printf("receive %s %d threads %d timeout %d\n", sv_name, sv_prog, sv_nrthreads, timeout > 0) }
probe sunrpc.svc.process { printf("process %s %s prot %d %d %d proc %d of %d threads %d xid %d\n", sv_name, peer_ip, rq_prot, rq_prog, rq_vers, rq_proc, sv_prog, sv_nrthreads, rq_xid != 0) }
probe sunrpc.svc.authorise { printf("authorise %s %s\n", sv_name, peer_ip) }
probe sunrpc.svc.send { printf("send %s %s %d %d %d %d %d\n", sv_name, peer_ip, rq_xid != 0, rq_prot, rq_prog, rq_vers, rq_proc) }
probe sunrpc.svc.register { printf("register %s %s %d prot %d port %d\n", sv_name, progname, prog, prot, port) }
probe sunrpc.svc.destroy { printf("destroy %s %s %d threads %d\n", sv_name, sv_progname, sv_prog, sv_nrthreads) }
probe sunrpc.svc.drop { printf("drop %s %s\n", sv_name, peer_ip) }
probe sunrpc.clnt.restart_call { printf("restart %s %d\n", servername, prog) }
STP
start $runner calls.stp
wait_for '^ready$' out 100
echo 2 >/proc/fs/nfsd/threads
mount_nfs4
cat /mnt/nfs/greeting >got # once the server has waited for what others may claim
expect_equal 'hello over there' "$(cat got)"
wait_for '^release' out 20
end_cleanly
expect_match '^client 127.0.0.1 100003 nfs vers 4 prot 6 port 2049 flavor 1$' out
expect_match '^clone 127.0.0.1 100003 nfs 4 6 2049 1$' out
expect_match '^sync 127.0.0.1 nfs 100003 4 [A-Z_]+ [0-9]+ prot 6 port 2049 dead 0 xid 1$' out
expect_match '^new 4 prot 6 flags 1$' out
expect_match '^execute 4 pid 1$' out
expect_match '^release 4 prot 6 xid 1$' out
expect_match '^receive nfsd 100003 threads 2 timeout 1$' out
expect_match '^process nfsd 127.0.0.1 prot 6 100003 4 proc 1 of 100003 threads 2 xid 1$' out
expect_line 'authorise nfsd 127.0.0.1' out
expect_line 'send nfsd 127.0.0.1 1 6 100003 4 1' out

# The server's work.
cat >serve.stp <<'STP'
probe begin { println("ready") }
probe nfsd.dispatch { if (proc == 1) printf("dispatch %s prog %d version %d proto %d xid %d\n", client_ip, prog, version, proto, xid != 0) }
probe nfsd.proc.lookup { printf("%s %s %s/%s %d version %d proto %d by %d:%d\n", name, client_ip, d_name(fh->fh_dentry), filename, filelen, version, proto, uid, gid) }
probe nfsd.proc.read { printf("%s of %s at %d: %d %d %s\n", name, d_name(fh->fh_dentry), offset, count > 0, size == count, client_ip) }
probe nfsd.proc.write { printf("%s of %s at %d: %d stable %d by %d\n", name, d_name(fh->fh_dentry), offset, size, stable, uid) }
probe nfsd.proc.commit { printf("%s %d\n", name, offset) }
probe nfsd.proc.create { printf("%s %s %d %s\n", name, filename, filelen, argstr) }
probe nfsd.proc.remove { printf("%s %s %d\n", name, filename, filelen) }
probe nfsd.proc.rename { printf("%s %s %d %s %d %d\n", name, filename, flen, tname, tlen, tfh == fh) }
probe nfsd.lookup { printf("%s %s %d %s\n", name, filename, filelen, client_ip) }
probe nfsd.open { printf("%s %s %o %d %s\n", name, client_ip, type, access > 0, d_name(fh->fh_dentry)) }
probe nfsd.read { printf("%s %s at %d: %d file %s\n", name, client_ip, offset, size >= 17, file ? d_name(@cast(file, "file")->f_path->dentry) : "") }
probe nfsd.write { printf("%s %s at %d: %d in %d file %s\n", name, client_ip, offset, size, vlen, d_name(@cast(file, "file")->f_path->dentry)) }
probe nfsd.create { printf("%s %s %d %s type %o mode %o valid %d\n", name, filename, filelen, client_ip, type, iap_mode, iap_valid & 1) }
probe nfsd.createv3 { printf("%s %s %d %s mode %o createmode %d\n", name, filename, filelen, client_ip, iap_mode, createmode >= 0) }
probe nfsd.unlink { printf("%s %s %d %d %s\n", name, filename, filelen, type, client_ip) }
probe nfsd.unlink.return { printf("unlinked %s from %s: %s\n", kernel_string(@entry($fname)), ip_ntop(addr_from_rqst(@entry($rqstp))), nfsderror(ntohl($return))) }
probe nfsd.rename { printf("%s %s %s %d %d %d %s\n", name, filename, tname, flen, tlen, tfh == fh, client_ip) }
probe nfsd.commit { printf("%s at %d: flag %d\n", name, offset, flag) }
STP
echo 'from the server' >/srv/shared/fresh
start $runner serve.stp
wait_for '^ready$' out 100
cat /mnt/nfs/fresh >got
printf 12345 >/mnt/nfs/new
sync
mkdir /mnt/nfs/folder
mv /mnt/nfs/new /mnt/nfs/newest
rm /mnt/nfs/newest
rmdir /mnt/nfs/folder
wait_for '^unlinked folder' out 20
end_cleanly
expect_line 'dispatch 127.0.0.1 prog 100003 version 4 proto 6 xid 1' out
expect_line 'nfsd.proc4.lookup 127.0.0.1 //newest 6 version 4 proto 6 by 0:0' out
expect_line 'nfsd.proc4.read of fresh at 0: 1 1 127.0.0.1' out
expect_match '^nfsd.proc4.write of new at 0: 5 stable [0-2] by 0$' out
expect_line 'nfsd.proc4.create new 3 new' out
expect_line 'nfsd.proc4.create folder 6 folder' out
expect_line 'nfsd.proc4.remove newest 6' out
expect_line 'nfsd.proc4.rename new 3 newest 6 0' out
expect_line 'nfsd.lookup fresh 5 127.0.0.1' out
expect_line 'nfsd.open 127.0.0.1 100000 1 fresh' out
expect_match '^nfsd.read 127.0.0.1 at 0: [01] file fresh$' out
expect_line 'nfsd.write 127.0.0.1 at 0: 5 in 1 file new' out
expect_line 'nfsd.create folder 6 127.0.0.1 type 40000 mode 777 valid 1' out
expect_match '^nfsd.createv3 new 3 127.0.0.1 mode [0-7]+ createmode 1$' out
expect_match '^nfsd.unlink newest 6 0 127.0.0.1$' out
expect_line 'unlinked newest from 127.0.0.1: NFS_OK' out
expect_line 'nfsd.rename new newest 3 6 0 127.0.0.1' out

# The end of it.
start $runner calls.stp
wait_for '^ready$' out 100
umount /mnt/nfs
echo 0 >/proc/fs/nfsd/threads
wait_for '^shutdown' out 20
wait_for '^destroy nfsd nfsd 100003 threads 0$' out 20
end_cleanly
expect_match '^shutdown nfs 100003 tasks [1-9][0-9]* clones 0 calls 1$' out
expect_match '^measured 1 1 1 1$' out
serve_no_more
