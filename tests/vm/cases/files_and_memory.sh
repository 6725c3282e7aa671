# The aliases of vfs.*, vm.* and signal.* with what known processes do.
cat >files.stp <<'STP'
probe begin { println("ready") }
probe vfs.write.return { if (execname() == "writer") printf("write %s %d of %d at %s: %s\n", pathname, bytes_written, bytes_to_write, devname != "" ? "a device" : "", name) }
probe vfs.read.return { if (execname() == "dd" && bytes_read == 3) printf("read %s %d error %d %s\n", pathname, bytes_read, error, error_str) }
probe vfs.open { if (execname() == "writer" && isinstr(pathname, "/tmp/")) printf("open %s %s\n", pathname, filename) }
probe vfs.unlink { if (execname() == "rm") printf("unlink %s\n", filename) }
probe vfs.rename { if (execname() == "mv") printf("rename %s %s\n", old_filename, new_filename) }
probe vm.pagefault.return { if (execname() == "writer") faults[fault_type]++ }
probe vm.mmap { if (execname() == "writer" && length > 0) mapped++ }
global faults, mapped
probe signal.send { if (sig == 18 && pid() == target()) printf("%s to %d %s %s\n", sig_name, sig_pid, pid_name, shared ? "shared" : "own") }
probe end { printf("minor %d, mapped %d\n", faults[VM_FAULT_MINOR] > 0, mapped > 0) }
STP
printf '#!/bin/sh\necho 12345 >deep/er/written\n' >writer
chmod +x writer
mkdir -p deep/er
printf 'abc' >deep/three
start_victim root
mkfifo go
sh -c 'read -r line <go; kill -18 $0; exit 0' "$victim" &
parent=$!
start sutap -x $parent files.stp
wait_for '^ready$' out 40
./writer
dd if=deep/three bs=3 of=/dev/null 2>/dev/null
mv deep/er/written deep/er/renamed
rm deep/er/renamed
echo >go
wait $parent || true
wait_for '^SIGCONT' out 20
stop $session INT
expect_equal 0 "$status" "exit status"
expect_line "write $PWD/deep/er/written 6 of 6 at a device: vfs.write" out
expect_line "open $PWD/deep/er/written written" out
expect_match "^read $PWD/deep/three 3 error 0 " out
expect_line "rename written renamed" out
expect_line "unlink renamed" out
expect_line "SIGCONT to $victim sleep shared" out
expect_line "minor 1, mapped 1" out
