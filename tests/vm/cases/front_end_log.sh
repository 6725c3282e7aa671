# No record, no run: the audit log has to be root's, and has to take the line.
replace_the_runner show_start

script /srv/scripts/hello.stp <<'END'
probe begin { println("hello") }
END
allow hello /srv/scripts/hello.stp user1
folder=/var/log/sutap

expect_no_run() {
    local user
    for user in user1 root; do
        expect_status 125 as $user sutap /srv/scripts/hello.stp
        expect_lines 1 err
        expect_lines 0 out
    done
}
chown user1 $folder
expect_no_run
chown root $folder
chmod 770 $folder
expect_no_run
chmod 700 $folder
ln -s /tmp/elsewhere $audit_log
expect_no_run
rm $audit_log
[ ! -e /tmp/elsewhere ] || fail "the log was written elsewhere"
echo >$folder/elsewhere
ln $folder/elsewhere $audit_log
expect_no_run
rm $audit_log $folder/elsewhere
mkfifo -m 600 $audit_log
expect_no_run
rm $audit_log
touch $audit_log && chown user1 $audit_log
expect_no_run
rm $audit_log
mount -t tmpfs -o size=4k,mode=700 none $folder
dd if=/dev/zero of=$folder/full bs=4k count=1 2>/dev/null
expect_no_run
umount $folder
mv $folder $folder.away
expect_no_run
mv $folder.away $folder

# The runner has to be root's, and unreadable: else the caller could look into it.
for mode in 755 4711 733 777; do
    chmod $mode $runner
    expect_no_run
done
chmod 711 $runner
chown user1 $runner
expect_no_run
chown root $runner
chmod 711 $runner

expect_status 0 as user1 sutap hello
expect_equal 1 "$(grep -c '"decision":"allow"' $audit_log)" "records of a run"
