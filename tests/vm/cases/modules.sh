# limit: 240
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
    dd if=/tmp/merged/story of=/dev/null 2>/dev/null
    dd if=/tmp/merged/tale of=/dev/null 2>/dev/null
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
for how in sutap $runner; do
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

# The packet that a known process sends, by -x.
sh -c 'while [ ! -e /tmp/go ]; do sleep 0.1; done; exec ping -c 1 -s 100 -W 1 10.77.0.2' >/dev/null &
pinging=$!
start sutap -x $pinging watch.stp
wait_for '^ready$' out 60
touch /tmp/go
wait_for '^xmit dummy0 142 parms$' out 20
end_cleanly

# Registers are seen by a kprobe, which finds the function by the module's name and its own.
cat >registers.stp <<'STP'
probe begin { println("ready") }
probe module("dummy").function("dummy_xmit") {
    if (@cast(register("rsi"), "struct net_device", "dummy:kernel")->mtu == 1234) {
        printf("%s in %s\n", probefunc(), probemod())
        exit()
    }
}
STP
ip link set dummy0 mtu 1234
start $runner registers.stp
wait_for '^ready$' out 60
ping -c 1 -W 1 10.77.0.2 >/dev/null || true
wait_for '^dummy_xmit in dummy$' out 20
wait $session || fail "$(cat err)"
expect_equal '' "$(cat err)" "messages"

# Listings, which need no right; unknown names.
cp watch.stp /tmp/watch.stp
expect_status 0 as user1 sutap --check /tmp/watch.stp
expect_equal 'module: overlay module: dummy' "$(grep '^module: ' out | paste -sd ' ')"
expect_output 'module("overlay").function("ovl_open")' as user1 sutap -l 'module("over*").function("ovl_ope?")'
expect_output 'kprobe.module("overlay").function("ovl_open").return $return:int $inode:struct inode* $file:struct file*' \
    as user1 sutap -L 'kprobe.module("overlay").function("ovl_open").return'
expect_status 0 as user1 sutap -l 'module("*").function("*_xmit")'
expect_line 'module("dummy").function("dummy_xmit")' out
expect_status 1 as user1 sutap -l 'module("overlay").function("*").exported'
# complains MESSAGE POINT
complains() {
    expect_status 1 sutap -e "probe $2 { exit() }"
    expect_match "no match: $1|no match $1" err
}
complains 'module "overlai" is not loaded .similar modules: overlay.' 'module("overlai").function("x")'
complains '.similar functions: ovl_open' 'module("overlay").function("ovl_opened")'
complains 'printk is no module of this kernel, but a part of it' 'module("printk").function("x")'
complains 'no module of this name is loaded' 'module("nothing*").function("x")'
complains 'ovl_open is not exported' 'module("overlay").function("ovl_open").exported'
complains '.* where functions are inlined' 'module("overlay").function("ovl_open").inline'
expect_status 1 sutap -e 'probe module("overlay").function("ovl_open").label("x") { exit() }'
expect_match 'nothing inside of them' err
expect_status 1 sutap -e 'probe module("overlay").statement("ovl_open@*:1") { exit() }'
expect_match 'knows functions, but no statements' err
expect_status 1 sutap -e 'probe begin { println(@cast(1, "struct ovl_nothing", "kernel:overlai")) }'
expect_match "'struct ovl_nothing' not found in the kernel's BTF .module \"overlai\" is not loaded" err
# A name with a hyphen, a file, a list whose first one is not there.
expect_output 'no: 7' sutap -e 'probe module("no-such").function("x") ?, begin { printf("no: %d\n", 7); exit() }'
expect_output 'here' sutap -e 'probe module("/lib/overlay.ko.xz").function("ovl_open@fs/overlayfs/file.c:1").call ?,
    module("absent").function("x") !, begin { println("here"); exit() }'

# As a user: what the rule's points name, and nothing else.
policy modules.toml <<'TOML'
schema = 1
[[script]]
name = "opens"
path = "/usr/share/sutap/opens.stp"
probes = ["begin", "module(\"over*\").function(\"ovl_open\")*"]
[[script]]
name = "unnamed"
path = "/usr/share/sutap/unnamed.stp"
[[script]]
name = "many"
path = "/usr/share/sutap/many.stp"
[[script]]
name = "other"
path = "/usr/share/sutap/other.stp"
probes = ["begin", "module(\"overlay\").function(\"ovl_open\")"]
[[rule]]
name = "all"
effect = "allow"
users = ["user1"]
scripts = ["*"]
TOML
mkdir -p /usr/share/sutap
cat >/usr/share/sutap/opens.stp <<'STP'
probe begin { println("ready") }
probe module("overlay").function("ovl_open").return {
    printf("%s by %d got %d of %d\n", d_name($file->f_path->dentry), uid(), $return, @entry($inode->i_size))
}
STP
cp /usr/share/sutap/opens.stp /usr/share/sutap/unnamed.stp
echo 'probe module("dum*").function("dummy_*") ? { exit() }' >/usr/share/sutap/many.stp
echo 'probe module("dummy").function("dummy_xmit") { exit() }' >/usr/share/sutap/other.stp
start as user1 sutap opens
wait_for '^ready$' out 60
as user2 dd if=/tmp/merged/tale of=/dev/null 2>/dev/null
wait_for '^tale by 1002 got 0 of 11$' out 20
end_cleanly
expect_status 1 as user1 sutap unnamed
expect_match 'module overlay need its types, to which this run has no right: name module.*probes' err
expect_status 1 as user1 sutap many
expect_match 'module dummy need its types, to which this run has no right' err
expect_status 126 as user1 sutap other
expect_match 'does not allow the probe point module."dummy"..function."dummy_xmit"' err

# Nothing holds them after the sessions.
umount /tmp/merged
ip link del dummy0
rmmod overlay dummy
complains 'module "dummy" is not loaded' 'module("dummy").function("dummy_xmit")'
