# limit: 200
# nfs.*: the client of NFS, of a folder that this machine gives to itself.
serve_folder '+3 +4'
port_mapper >mapper &
mapper=$!
wait_for '^ready$' mapper
echo 2 >/proc/fs/nfsd/threads

# What is done with files, and with their pages.
cat >client.stp <<'STP'
probe begin { println("ready") }
probe nfs.fop.open { printf("%s %s size %d flag %x argstr %s\n", name, file_name, i_size, flag & 3, argstr) }
probe nfs.fop.open.return { printf("%s gave %s\n", name, retstr) }
probe nfs.fop.release { printf("%s mode %d ino %d\n", name, mode & 3, ino) }
probe nfs.fop.release.return { printf("%s gave %s\n", name, retstr) }
probe nfs.fop.flush { printf("%s mode %d dirty %d\n", name, mode & 3, ndirty) }
probe nfs.fop.flush.return { printf("%s gave %s dirty %d\n", name, retstr, ndirty) }
probe nfs.fop.fsync { printf("%s ino %d dirty %d\n", name, ino, ndirty) }
probe nfs.fop.fsync.return { printf("%s gave %s dirty %d\n", name, retstr, ndirty) }
probe nfs.fop.llseek { printf("%s %d %s %d\n", name, offset, whence_str, whence) }
probe nfs.fop.llseek.return { printf("%s %s gave %s\n", name, whence_str, retstr) }
probe nfs.fop.read { printf("%s %s %d\n", name, devname, pos) }
probe nfs.fop.read_iter {
    printf("%s %s/%s at %d: %d cache %d %d %d\n", name, parent_name, file_name, pos, count, cache_valid, attrtimeo, jiffies() - cache_time)
}
probe nfs.fop.aio_read.return { printf("%s %s at %d: %d gave %s %d %s %s\n", name, file_name, pos, count, retstr, size, units, buf ? user_string_n(buf, size) : "") }
probe nfs.fop.write { printf("%s %s %d\n", name, devname, pos) }
probe nfs.fop.write_iter { printf("%s %s/%s at %d: %d\n", name, parent_name, file_name, pos, count) }
probe nfs.fop.aio_write { printf("%s %s at %d: %d %s\n", name, file_name, pos, count, user_string_n(buf, count < 10 ? count : 10, "not in memory")) }
probe nfs.fop.aio_write.return { printf("%s %s at %d: %d gave %s %d %s\n", name, file_name, pos, count, retstr, size, units) }
probe nfs.fop.mmap { printf("%s %s/%s %d buf %d flag %x\n", name, parent_name, file_name, vm_end - vm_start, buf == vm_start, vm_flag & 1) }
probe nfs.fop.mmap.return { printf("%s gave %s\n", name, retstr) }
probe nfs.fop.lock { printf("%s cmd %d type %d flag %d from %d to %d mode %o\n", name, cmd, fl_type, fl_flag & 1, fl_start, fl_end, i_mode) }
probe nfs.fop.lock.return { printf("%s gave %s\n", name, retstr) }
probe nfs.fop.check_flags { printf("%s %x\n", name, flag) }
probe nfs.fop.check_flags.return { printf("%s gave %s\n", name, retstr) }
probe nfs.fop.sendfile { printf("%s ino %d at %d: %d\n", name, ino, ppos, count) }
probe nfs.fop.sendfile.return { printf("%s at %d gave %s %d\n", name, ppos, retstr, size) }
probe nfs.aop.readpage { printf("%s %d of %d: size %d rsize %d i_size %d file %d page %d\n", name, page_index, ino, size, rsize, i_size, file != 0, __page != 0) }
probe nfs.aop.readpage.return { printf("%s gave %s\n", name, retstr) }
probe nfs.aop.readpages { printf("%s of %d: %d %d rsize %d rpages %d\n", name, ino, nr_pages, size, rsize, rpages) }
probe nfs.aop.release_page { printf("%s %d of %d: %d\n", name, page_index, ino, size) }
probe nfs.aop.release_page.return { printf("%s gave %s\n", name, retstr) }
probe nfs.aop.set_page_dirty { printf("%s %d %d\n", name, __page != 0, page_flag & 1) }
probe nfs.aop.set_page_dirty.return { printf("%s gave %s\n", name, retstr) }
probe nfs.aop.write_begin { printf("%s %d of %d: %d from %d to %d\n", name, page_index, ino, size, offset, to) }
probe nfs.aop.write_begin.return { printf("%s gave %s page %d\n", name, retstr, __page != 0) }
probe nfs.aop.write_end { printf("%s %d of %d: %d from %d to %d i_size %d sb_flag %x\n", name, page_index, ino, size, offset, to, i_size, sb_flag) }
probe nfs.aop.write_end.return { printf("%s gave %s %d\n", name, retstr, size) }
probe nfs.aop.writepage { printf("%s %d of %d: size %d wsize %d i_size %d reclaim %d kupdate %d state %d\n", name, page_index, ino, size, wsize, i_size, for_reclaim, for_kupdate, i_state != 0) }
probe nfs.aop.writepage.return { printf("%s gave %s\n", name, retstr) }
probe nfs.aop.writepages { printf("%s of %d: %d %d wsize %d wpages %d\n", name, ino, size == nr_to_write, size > 0, wsize, wpages) }
probe nfs.aop.writepages.return { printf("%s gave %s wrote %d\n", name, retstr, size) }

// What is asked of the server.
function server:string (address:long) { return ip_ntop(address) }
probe nfs.proc.lookup { printf("%s %s %d version %d prot %d %s %x %x\n", name, filename, name_len, version, prot, server(server_ip), bitmask0, bitmask1) }
probe nfs.proc.lookup.return { printf("%s %s gave %s\n", name, filename, retstr) }
probe nfs.proc.create { printf("%s %s %d version %d prot %d %s flag %x fh %d\n", name, filename, filelen, version, prot, server(server_ip), flag, @cast(fh, "struct nfs_fh", "nfs")->size) }
probe nfs.proc.create.return { printf("%s %s gave %s\n", name, filename, retstr) }
probe nfs.proc.remove { printf("%s %s %d version %d prot %d %s fh %d\n", name, filename, filelen, version, prot, server(server_ip), @cast(fh, "struct nfs_fh", "nfs")->size) }
probe nfs.proc.remove.return { printf("%s gave %s\n", name, retstr) }
probe nfs.proc.rename { printf("%s %s %d %s %d version %d fh %d\n", name, old_name, old_filelen, new_name, new_filelen, version, new_fh == old_fh) }
probe nfs.proc3.rename, nfs.proc4.rename { printf("%s version %d\n", name, version) }
probe nfs.proc.rename_setup { printf("%s %s version %d %s fh %d\n", name, argstr, version, server(server_ip), @cast(fh, "struct nfs_fh", "nfs")->size) }
probe nfs.proc.rename_done { printf("%s version %d %s status %d timestamp %d same %d\n", name, version, server(server_ip), status, timestamp ? jiffies() - timestamp : -9, old_fh == new_fh) }
probe nfs.proc.rename_done.return { printf("%s gave %s\n", name, retstr) }
probe nfs.proc.read_setup { printf("%s at %d: %d %d version %d %s %d\n", name, offset, count, size, version, server(server_ip), prot) }
probe nfs.proc.read_done { printf("%s %d status %d version %d timestamp %d\n", name, count, status, version, timestamp ? jiffies() - timestamp : -9) }
probe nfs.proc.read_done.return { printf("%s gave %s\n", name, retstr) }
probe nfs.proc.write_setup { printf("%s at %d: %d %d version %d how %d %s %x %x\n", name, offset, count, size, version, how, server(server_ip), bitmask0, bitmask1) }
probe nfs.proc.write_done { printf("%s %d status %d version %d timestamp %d valid %x\n", name, count, status, version, timestamp ? jiffies() - timestamp : -9, valid) }
probe nfs.proc.write_done.return { printf("%s gave %s\n", name, retstr) }
probe nfs.proc.commit_setup { printf("%s at %d: %d %d version %d %s %x %x\n", name, offset, count, size, version, server(server_ip), bitmask0, bitmask1) }
probe nfs.proc.commit_done { printf("%s %d status %d version %d timestamp %d valid %x\n", name, count, status, version, timestamp ? jiffies() - timestamp : -9, valid) }
probe nfs.proc.commit_done.return { printf("%s gave %s\n", name, retstr) }
probe nfs.proc.handle_exception { printf("%s %d\n", name, errorcode) }
probe nfs.proc.handle_exception.return { printf("%s gave %s\n", name, retstr) }
probe nfs.proc.open { printf("%s %s version %d flag %x mode %d %s prot %d\n", name, filename, version, flag & 0103, mode & 3, server(server_ip), prot) }
probe nfs.proc3.open, nfs.proc4.open { printf("%s version %d\n", name, version) }
probe nfs.proc.release { printf("%s %s version %d flag %x mode %d %s prot %d\n", name, filename, version, flag & 0103, mode & 3, server(server_ip), prot) }
probe nfs.proc3.release, nfs.proc4.release { printf("%s version %d\n", name, version) }
STP
lay_files() {
    local name
    for name in greeting changed lock data append send map release; do
        echo 'hello over there' >"/srv/shared/$name"
    done
}
use_files() {
    local call
    head -c 5 /mnt/nfs/greeting >got
    expect_equal hello "$(cat got)"
    dd if=/mnt/nfs/greeting of=/dev/null bs=1 skip=6 count=5 2>/dev/null
    printf 12345 >/mnt/nfs/new
    exec 3<>/mnt/nfs/changed
    printf abc >&3
    exec 3>&-
    provoke fsync /mnt/nfs/new >said
    for call in lock data append send map release; do
        file_calls $call /mnt/nfs/$call >>said
    done
    file_calls make /mnt/nfs/made
    mv /mnt/nfs/new /mnt/nfs/newest
    rm /mnt/nfs/newest /mnt/nfs/made
    expect_line '0 17' said
    expect_line h said
}
expect_file_calls() { # VERSION
    local v=$1 flag
    expect_match '^nfs.fop.open greeting size 17 flag 0 argstr greeting, 0x8000$' out
    expect_match '^nfs.fop.open new size 0 flag 1 argstr new, 0x8241$' out
    expect_match '^nfs.fop.open changed size 17 flag 2 argstr changed, 0x8042$' out
    expect_line 'nfs.fop.open gave 0' out
    expect_match '^nfs.fop.release mode 1 ino [1-9][0-9]*$' out
    expect_line 'nfs.fop.release gave 0' out
    expect_line 'nfs.fop.flush mode 2 dirty 1' out
    expect_line 'nfs.fop.flush gave 0 dirty 0' out
    expect_match '^nfs.fop.fsync ino [1-9][0-9]* dirty 1$' out
    expect_line 'nfs.fop.fsync gave 0 dirty 0' out
    expect_line 'nfs.fop.llseek 6 SEEK_CUR 1' out
    expect_line 'nfs.fop.llseek SEEK_CUR gave 6' out
    for flag in DATA HOLE; do
        expect_equal 1 "$(grep -c "^nfs.fop.llseek 0 SEEK_$flag [34]\$" out)" "calls of SEEK_$flag"
    done
    expect_line 'nfs.fop.llseek SEEK_HOLE gave 17' out
    expect_match '^nfs.fop.read 0:[0-9]+ 6$' out
    expect_match '^nfs.fop.read_iter //greeting at 6: 1 cache [0-9]+ [0-9]+ (-1|[0-9]+)$' out
    expect_match '^nfs.fop.aio_read greeting at 0: [0-9]+ gave 17 17 bytes hello over there$' out
    expect_line 'nfs.fop.aio_read greeting at 6: 1 gave 1 1 bytes o' out
    expect_match '^nfs.fop.write 0:[0-9]+ 0$' out
    expect_line 'nfs.fop.write_iter //new at 0: 5' out
    expect_line 'nfs.fop.aio_write new at 0: 5 12345' out
    expect_line 'nfs.fop.aio_write new at 0: 5 gave 5 5 bytes' out
    expect_line 'nfs.fop.mmap //map 4096 buf 1 flag 1' out
    expect_line 'nfs.fop.mmap gave 0' out
    expect_line 'nfs.fop.lock cmd 6 type 1 flag 1 from 3 to 12 mode 100644' out
    expect_line 'nfs.fop.lock cmd 6 type 2 flag 1 from 3 to 12 mode 100644' out
    expect_line 'nfs.fop.lock gave 0' out
    expect_line 'nfs.fop.check_flags 400' out
    expect_line 'nfs.fop.check_flags gave 0' out
    expect_match '^nfs.fop.sendfile ino [1-9][0-9]* at 0: 5$' out
    expect_line 'nfs.fop.sendfile at 0 gave 5 5' out
}
expect_pages() {
    expect_match '^nfs.aop.readpage 0 of [1-9][0-9]*: size 1 rsize 131072 i_size 17 file 1 page 1$' out
    expect_line 'nfs.aop.readpage gave 0' out
    expect_match '^nfs.aop.readpages of [1-9][0-9]*: 1 1 rsize 131072 rpages 32$' out
    expect_line 'nfs.aop.set_page_dirty 1 1' out
    expect_line 'nfs.aop.set_page_dirty gave 1' out
    expect_match '^nfs.aop.write_begin 0 of [1-9][0-9]*: 3 from 0 to 3$' out
    expect_line 'nfs.aop.write_begin gave 0 page 1' out
    expect_match '^nfs.aop.write_end 0 of [1-9][0-9]*: 3 from 0 to 3 i_size 17 sb_flag [1-9a-f][0-9a-f]*$' out
    expect_line 'nfs.aop.write_end gave 3 3' out
    expect_match '^nfs.aop.writepage 0 of [1-9][0-9]*: size 1 wsize 131072 i_size 5 reclaim 0 kupdate 0 state 1$' out
    expect_line 'nfs.aop.writepage gave 0' out
    expect_match '^nfs.aop.writepages of [1-9][0-9]*: 1 1 wsize 131072 wpages 32$' out
    expect_line 'nfs.aop.writepages gave 0 wrote 1' out
    # Newer kernels let pages go only once they are committed.
    [ "$KERNEL" != 6.1 ] || expect_match '^nfs.aop.release_page [0-9]+ of [1-9][0-9]*: 1$' out
    [ "$KERNEL" != 6.1 ] || expect_line 'nfs.aop.release_page gave 0' out
}
# Version 4 has attributes that it asks for, and a lease.
expect_server_calls() { # VERSION
    local v=$1 bits='0 0' ticks=-9 valid='[1-9a-f][0-9a-f]*'
    [ "$v" = 3 ] || { bits='[1-9a-f][0-9a-f]+ [1-9a-f][0-9a-f]+' ticks='(-1|[0-9]+)' valid='[0-9a-f]+'; }
    expect_match "^nfs.proc$v.lookup newest 6 version $v prot 6 127.0.0.1 $bits\$" out
    expect_line "nfs.proc$v.lookup newest gave -2" out
    expect_match "^nfs.proc$v.create new 3 version $v prot 6 127.0.0.1 flag (40|8241) fh 8\$" out
    expect_match "^nfs.proc$v.create made 4 version $v prot 6 127.0.0.1 flag [0-9a-f]+ fh 8\$" out
    expect_line "nfs.proc$v.create new gave 0" out
    expect_line "nfs.proc$v.create made gave 0" out
    expect_line "nfs.proc$v.remove newest 6 version $v prot 6 127.0.0.1 fh 8" out
    expect_line "nfs.proc$v.remove gave 0" out
    expect_line "nfs.proc.rename new 3 newest 6 version $v fh 1" out
    expect_line "nfs.proc$v.rename version $v" out
    expect_line "nfs.proc$v.rename_setup new to newest version $v 127.0.0.1 fh 8" out
    expect_match "^nfs.proc$v.rename_done version $v 127.0.0.1 status 0 timestamp $ticks same 1\$" out
    expect_line "nfs.proc$v.rename_done gave 1" out
    expect_line "nfs.proc$v.read_setup at 0: 4096 4096 version $v 127.0.0.1 6" out
    expect_match "^nfs.proc$v.read_done 17 status 17 version $v timestamp $ticks\$" out
    expect_line "nfs.proc$v.read_done gave 0" out
    expect_match "^nfs.proc$v.write_setup at 0: 5 5 version $v how 2 127.0.0.1 $bits\$" out
    expect_match "^nfs.proc$v.write_setup at 131072: 131072 131072 version $v how 0 127.0.0.1 $bits\$" out
    expect_match "^nfs.proc$v.write_done 131072 status 131072 version $v timestamp $ticks valid $valid\$" out
    expect_line "nfs.proc$v.write_done gave 0" out
    expect_match "^nfs.proc$v.commit_setup at 0: 0 0 version $v 127.0.0.1 $bits\$" out
    expect_match "^nfs.proc$v.commit_done 0 status 0 version $v timestamp $ticks valid $valid\$" out
    expect_line "nfs.proc$v.commit_done gave 0" out
    expect_match "^nfs.proc.open greeting version $v flag 0 mode 1 127.0.0.1 prot 6\$" out
    expect_line "nfs.proc$v.open version $v" out
    expect_line "nfs.proc.release new version $v flag 1 mode 2 127.0.0.1 prot 6" out
    expect_line "nfs.proc$v.release version $v" out
    expect_no_match "^nfs.proc$((7 - v)).open" out
}
for version in 3 4; do
    lay_files
    mount_nfs$version /mnt/nfs
    start $runner client.stp
    wait_for '^ready$' out 100
    use_files
    wait_for "^nfs.proc$version.remove gave 0" out 20
    end_cleanly
    umount /mnt/nfs
    rm -f /srv/shared/*
    expect_file_calls $version
    expect_pages
    expect_server_calls $version
done
expect_line 'nfs.proc4.handle_exception -2' out
expect_line 'nfs.proc4.handle_exception gave 0' out
kill $mapper
serve_no_more
