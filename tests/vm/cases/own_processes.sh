# limit: 120
# scope = "own": a user sees his own processes, and nobody's else.
cat >seen.stp <<'END'
probe begin { println("ready") }
probe syscall.openat { if (filename =~ "/srv/mark_") printf("entry %s %s\n", execname(), filename) }
probe syscall.openat.return { if (user_string_quoted(@entry($arg2)) =~ "/srv/mark_") printf("return %s\n", execname()) }
probe syscall.execve.return { printf("became %s\n", execname()) }
probe timer.s(100) { exit() }
END
mkdir -p /srv/programs
touch /srv/mark_own /srv/mark_two /srv/mark_root /srv/mark_suid /srv/mark_group /srv/mark_capable \
    /srv/mark_hidden /srv/mark_namespace /srv/mark_entered /srv/mark_dropped /srv/mark_shown /srv/mark_unreadable /srv/mark_last
mkfifo /srv/mark_between
chmod 666 /srv/mark_*
# variant NAME OWNER MODE: a copy of the program disguise, with a name that tells in the output.
variant() {
    cp /harness/bin/disguise /srv/programs/"$1"
    chown "$2" /srv/programs/"$1"
    chmod "$3" /srv/programs/"$1"
}
variant v_plain 0:0 755
variant v_root 0:0 4755
variant v_user2 1002:1002 4755
variant v_group 0:1002 2755
variant v_capable 0:0 755
variant v_unreadable 0:0 711
/srv/programs/v_plain give /srv/programs/v_capable

start granted 1001 "scope = own
" seen.stp
first=$session
wait_for '^ready$' out 40
granted 1002 "scope = own
" seen.stp >out2 2>err2 </dev/null &
second=$!
session=$second
wait_for '^ready$' out2 40
session=$first

as user1 /srv/programs/v_plain plain /srv/mark_own
as user2 /srv/programs/v_plain plain /srv/mark_two
/srv/programs/v_plain plain /srv/mark_root
as user1 /srv/programs/v_root plain /srv/mark_suid
as user1 /srv/programs/v_root dropped /srv/mark_dropped
as user1 /srv/programs/v_user2 plain /srv/mark_suid
as user1 /srv/programs/v_group plain /srv/mark_group
as user1 /srv/programs/v_capable plain /srv/mark_capable
as user1 /srv/programs/v_unreadable plain /srv/mark_unreadable
as user1 /srv/programs/v_plain hidden /srv/mark_hidden
[ "$(cat /proc/sys/kernel/unprivileged_userns_clone 2>/dev/null || echo 1)" = 1 ] ||
    echo 1 >/proc/sys/kernel/unprivileged_userns_clone
as user1 /srv/programs/v_plain namespace /srv/mark_namespace
as user1 /srv/programs/v_plain entered /srv/mark_entered
# Each is what one question alone keeps out: user, saved user, group, capabilities.
as user1 /srv/programs/v_user2 shown /srv/mark_shown
as user1 /srv/programs/v_user2 aside /srv/mark_shown
as user1 /srv/programs/v_group shown /srv/mark_shown
as user1 /srv/programs/v_capable shown /srv/mark_shown
as user1 /srv/programs/v_root shown /srv/mark_shown
as user1 /srv/programs/v_plain between /srv/mark_between
as user1 /srv/programs/v_plain plain /srv/mark_last
wait_for 'entry v_plain "/srv/mark_last"' out
end_cleanly

expect_line 'entry v_plain "/srv/mark_own"' out
expect_line 'return v_plain' out
expect_line 'became v_plain' out
expect_no_match 'mark_(two|root|suid|group|capable|hidden|namespace|entered|dropped|shown|unreadable)' out
expect_no_match 'v_(root|user2|group|capable|unreadable)' out
# The entry was his own, the return no longer.
expect_line 'entry v_plain "/srv/mark_between"' out
expect_equal "$(grep -c '^return v_plain$' out)" 2 "returns"

session=$second
stop $second INT
expect_line 'entry v_plain "/srv/mark_two"' out2
expect_no_match 'mark_(own|root|suid|group|capable|hidden|namespace|between|last)' out2
expect_no_runners
