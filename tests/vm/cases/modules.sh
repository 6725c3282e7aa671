# limit: 150
# Functions of modules: as root, through sutap and without it, and as a user whose rule names them.
load_module overlay
load_module dummy
ip link set dummy0 up 2>/dev/null || ip link add dummy0 type dummy
ip link set dummy0 up
ip addr add 10.77.0.1/24 dev dummy0

mkdir /tmp/lower /tmp/upper /tmp/work /tmp/merged
echo 'from below' >/tmp/lower/story
echo 'from above' >/tmp/upper/tale
mount -t overlay -o lowerdir=/tmp/lower,upperdir=/tmp/upper,workdir=/tmp/work none /tmp/merged
chmod 755 /tmp/merged /tmp/lower /tmp/upper

# What is read, by name and size through types of the kernel itself and of the module; the same at
# the return, with what was there at the entry.
cat >watch.stp <<'STP'
probe begin { println("ready") }
probe module("overlay").function("ovl_open") {
    printf("open %s of %s in %s: %d bytes, %s\n", d_name($file->f_path->dentry), ppfunc(),
           probemod(), $inode->i_size, kernel_string($inode->i_sb->s_type->name))
}
probe module("overlay").function("ovl_open").return {
    printf("opened %d %d %s %d\n", $return, $inode == @entry($inode),
           kernel_string($file->f_path->dentry->d_name->name), @entry($inode->i_size))
}
probe module("over*").function("ovl_rea[dt]_ite?").return, module("over*").function("ovl_no_*")? {
    printf("%s got %d\n", pp(), $return)
}
probe kprobe.module("overlay").function("ovl_getattr").return.maxactive(20) {
    # A size that only the module knows, through a pointer that the kernel has as void*.
    fs = @cast($path->dentry->d_sb->s_fs_info, "struct ovl_fs", "overlay")
    printf("getattr %d of %s namelen %d layers %d\n", $return, d_name($path->dentry),
           fs->namelen, fs->numlayer)
}
probe module("dummy").function("dummy_xmit") {
    if (pid() == target())
        printf("xmit %s %d %s\n", kernel_string($dev->name), $skb->len,
               $$parms =~ "^skb=0x[0-9a-f]+ dev=0x[0-9a-f]+$" ? "parms" : $$parms)
}
probe module("dummy").function("dummy_dev_init").call ? { println("init ", $dev$ != "", " ", kernel_string($dev->name)) }
STP
provoke_it() {
    dd if=/tmp/merged/story of=/dev/null
    dd if=/tmp/merged/tale of=/dev/null
    stat -c %s /tmp/merged/tale >/dev/null
}
expect_all() {
    expect_line 'open story of ovl_open in overlay: 11 bytes, overlay' out
    expect_line 'open tale of ovl_open in overlay: 11 bytes, overlay' out
    expect_line 'opened 0 1 story 11' out
    expect_line 'module("overlay").function("ovl_read_iter").return got 11' out
    expect_line 'module("overlay").function("ovl_read_iter").return got 0' out
    expect_line 'getattr 0 of tale namelen 255 layers 2' out
}
for how in $runner; do
    start $how watch.stp
    wait_for '^ready$' out 60
    provoke_it
    ip link add dummy7 type dummy
    ip link del dummy7
    wait_for 'getattr 0 of tale' out 20
    wait_for '^init 1 dummy7$' out 20
    stop $session INT
    [ "$status" = 0 ] || show out err
    expect_equal 0 "$status" "exit status of $how"
    expect_no_match 'ERROR|WARNING' err
    expect_all
done
