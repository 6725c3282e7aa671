# limit: 120
# tty.* with a pseudo terminal of the guest's and the console.
cat >tty.stp <<'STP'
probe begin { println("ready") }
probe tty.open { if (execname() == "dash" || execname() == "sh") printf("open %s inode %d mode %d flags %d\n", file_name, inode_number > 0, file_mode & 3, file_flags & 3) }
probe tty.release { printf("release %s inode %d\n", file_name, inode_number > 0) }
probe tty.write { if (nr == 7) printf("write %s to %s of %s\n", user_string_n(buffer, nr - 1), file_name, driver_name) }
probe tty.read { if (execname() == "head") printf("read %d of %s by %s\n", nr > 0, file_name, driver_name) }
probe tty.ioctl { if (execname() == "stty" && cmd == 0x5414) printf("ioctl %s %x %d\n", name, cmd, arg != 0) }
probe tty.resize { printf("resize %s to %d %d from %d %d pixels %d\n", name, new_row, new_col, old_row, old_col, new_xpixel + new_ypixel + old_xpixel + old_ypixel) }
probe tty.init { printf("init %s as %s module '%s'\n", driver_name, name, module) }
probe tty.receive { if (driver_name == "pty_slave") printf("receive %d of %d id %d %s\n", count, index, id == (136 << 20) + index, kernel_string_n(cp, 2)) }
probe tty.poll { if (execname() == "terminal") printf("poll %s\n", file_name) }
STP
start sutap tty.stp
wait_for '^ready$' out 60
sh -c 'echo foobar >/dev/ttyS0'
stty -F /dev/ttyS0 rows 33 cols 77
stty -F /dev/ttyS0 rows 34 cols 78
terminal --wait go --send hi^D^D -- sh -c 'echo go; head -c 2' >/dev/null
wait_for '^receive' out 20
stop $session INT
expect_equal 0 "$status" "exit status"
expect_line 'open ttyS0 inode 1 mode 2 flags 1' out
expect_line 'release ttyS0 inode 1' out
expect_line 'write foobar to ttyS0 of serial' out
expect_line 'ioctl ttyS0 5414 1' out
expect_line 'resize ttyS0 to 34 77 from 33 77 pixels 0' out
expect_line 'resize ttyS0 to 34 78 from 34 77 pixels 0' out
expect_line "init pty_master as ptm module ''" out
expect_line 'poll ptmx' out
expect_match '^receive [0-9]+ of [0-9]+ id 1 hi$' out
expect_match '^read 1 of [0-9]+ by pty_slave$' out
