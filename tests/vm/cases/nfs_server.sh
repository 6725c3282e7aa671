# limit: 120
# nfsd.proc3.*: version 3 as the server sees it, and what its start and the client's ask of sunrpc.
serve_folder '+3 +4'
echo 'hello over there' >/srv/shared/greeting
echo big >/srv/shared/release
port_mapper >mapper &
mapper=$!
wait_for '^ready$' mapper
cat >serve.stp <<'STP'
probe begin { println("ready") }
probe sunrpc.clnt.bind_new_program { printf("bind %s %d %s %d to %d %s %d\n", servername, old_prog, old_progname, old_vers, prog, progname, vers) }
probe sunrpc.svc.register { printf("register %s %s %d prot %d port %d\n", sv_name, progname, prog, prot, port) }
probe nfsd.proc3.lookup, nfsd.proc3.create, nfsd.proc3.remove {
    printf("%s %s %s %d version %d proto %d by %d:%d fh %d\n", name, client_ip, filename, filelen, version, proto, uid, gid, fh != 0)
}
probe nfsd.proc3.read, nfsd.proc3.commit { printf("%s at %d: %d %d version %d\n", name, offset, count > 0, size == count, version) }
probe nfsd.proc3.write { printf("%s at %d: %d %d stable %d\n", name, offset, count, vlen, stable) }
probe nfsd.proc3.rename { printf("%s %s %d %s %d %s\n", name, filename, flen, tname, tlen, client_ip) }
probe nfsd.commit { printf("%s %s at %d: %d flag %d\n", name, client_ip, offset, size, flag) }
STP
start $runner serve.stp
wait_for '^ready$' out 60
echo 2 >/proc/fs/nfsd/threads
mount_nfs3 /mnt/nfs
cat /mnt/nfs/greeting >got
printf 12345 >/mnt/nfs/new
file_calls release /mnt/nfs/release
mv /mnt/nfs/new /mnt/nfs/newest
rm /mnt/nfs/newest
wait_for '^nfsd.proc3.remove' out 20
end_cleanly
expect_line 'bind 127.0.0.1 100003 nfs 3 to 100227 nfsacl 3' out
expect_match '^register lockd lockd 100021 prot 6 port [1-9][0-9]*$' out
expect_line 'nfsd.proc3.lookup 127.0.0.1 greeting 8 version 3 proto 6 by 0:0 fh 1' out
expect_line 'nfsd.proc3.create 127.0.0.1 new 3 version 3 proto 6 by 0:0 fh 1' out
expect_line 'nfsd.proc3.remove 127.0.0.1 newest 6 version 3 proto 6 by 0:0 fh 1' out
expect_line 'nfsd.proc3.read at 0: 1 1 version 3' out
expect_line 'nfsd.proc3.write at 0: 5 1 stable 2' out
expect_line 'nfsd.proc3.write at 131072: 131072 32 stable 0' out
expect_line 'nfsd.proc3.rename new 3 newest 6 127.0.0.1' out
expect_match '^nfsd.proc3.commit at 0: [01] 1 version 3$' out
expect_line 'nfsd.commit 127.0.0.1 at 0: 0 flag 1' out
umount /mnt/nfs
kill $mapper
serve_no_more
