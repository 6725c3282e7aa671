# Whole objects as text ($x$, $x$$, $$parms$), and variables that keep the C type of their value.
cat >objects.stp <<'STP'
global last
function name_of(f) { return kernel_string(f->f_path->dentry->d_name->name) }
function inode_of(f) { inode = f->f_inode; return inode }
probe begin { println("ready") }
probe kernel.function("do_sys_openat2") {
    if (pid() != target() || user_string($filename) != "watched") next
    println("how ", $how$)
    println("parms ", $$parms$)
    println("dfd ", $dfd$, " text ", $filename$)
}
probe kernel.function("vfs_read") {
    if (pid() != target() || name_of($file) != "watched") next
    f = $file
    last = f
    println("name ", name_of(f), " ", f->f_path->dentry->d_name->len, " ", @defined(f->f_inode),
            @defined(f->no_such_member), @defined(l->x))
    again = f ? f : $file
    if (again->f_inode == inode_of($file)) println("size ", inode_of($file)->i_size)
    task = @cast(task_current(), "task_struct*")
    println("comm ", task->comm$, " uid ", task->cred->uid$, " ", task->cred->uid$$)
    println("shallow ", task->cred$)
    println("deep ", task->cred$$)
    println("limits ", task->signal->rlim$, " ", task->signal->rlim[4]$)
    println("wrong ", @cast(16, "struct cred")$)
}
STP
mkfifo go
printf abcde >watched
sh -c 'ulimit -c 0; read -r line <go; exec head -c 3 watched' >/dev/null &
reader=$!
start sutap -DMAXSTRINGLEN=512 -x $reader objects.stp
wait_for '^ready$' out 60
echo >go
wait $reader || true
wait_for '^wrong' out 20
stop $session INT
[ "$status" = 0 ] || show out err
expect_equal 0 "$status" "exit status"
expect_no_match 'ERROR|WARNING' err
expect_line 'how {.flags=32768, .mode=0, .resolve=0}' out
expect_line 'parms dfd=-100 filename="watched" how={.flags=32768, .mode=0, .resolve=0}' out
expect_line 'dfd -100 text "watched"' out
expect_line 'name watched 7 100' out
expect_line 'size 5' out
expect_line 'comm "head" uid {.val=0} {.val=0}' out
expect_match '^shallow \{\.usage=.*, \.uid=\{\.\.\.\}, \.gid=\{\.\.\.\}' out
expect_match '^deep \{\.usage=.*, \.uid=\{\.val=0\}, \.gid=\{\.val=0\}, .*\.cap_permitted=\{\.' out
expect_line 'limits [{...}, {...}, {...}, {...}, {...}, ...] {.rlim_cur=0, .rlim_max=0}' out
expect_line 'wrong ERROR' out
expect_match '^last=0x[0-9a-f]{16}$' out
