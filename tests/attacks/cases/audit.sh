# limit: 240
# No record, no run: the audit log has to be root's, to be a file, and to take the line.
. /harness/attacks/library.sh
replace_the_runner show_start
lay_hello
folder=/var/log/sutap
before_attack() {
    rm -rf $folder
    mkdir -m 700 $folder
}

# unrecorded TEXT COMMAND…: after COMMAND neither user1 nor root runs anything.
unrecorded() {
    local text=$1
    shift
    "$@"
    broken "$text" as user1 sutap hello
    broken "$text" sutap /srv/scripts/hello.stp
    broken "$text" as user2 sutap hello
}
attack log_folder_owned "its owner would take the log away" unrecorded 'not owned by root' chown user1 $folder
attack log_folder_of_all "everybody would take the log away" unrecorded 'writable by others' chmod 777 $folder
attack log_folder_of_group "a group would take the log away" unrecorded 'writable by others' chmod 770 $folder
attack log_folder_missing "runs would leave no record" unrecorded 'folder: No such' rm -r $folder
attack log_folder_is_link "the log would be written elsewhere" \
    unrecorded 'folder' sh -c "rmdir $folder; mkdir /tmp/elsewhere; ln -s /tmp/elsewhere $folder"
attack log_folder_is_file "runs would leave no record" unrecorded 'folder' sh -c "rmdir $folder; touch $folder"
attack log_is_link "a file of root's would be appended to" \
    unrecorded 'audit log' sh -c "echo >/tmp/elsewhere.txt; ln -s /tmp/elsewhere.txt $audit_log"
attack log_is_dangling_link "a file would be made anywhere" unrecorded 'audit log' ln -s /tmp/new.txt $audit_log
[ ! -e /tmp/new.txt ] || fail "a file was made by a link"
attack log_has_two_names "the log would be read, or kept, under another name" \
    unrecorded 'one name' sh -c "echo >$folder/other; ln $folder/other $audit_log"
attack log_is_fifo "every call would wait for ever" unrecorded 'regular' mkfifo -m 600 $audit_log
attack log_is_device "records would be lost" unrecorded 'regular' mknod -m 600 $audit_log c 1 3
attack log_is_full_device "records would be lost" unrecorded 'regular' mknod -m 600 $audit_log c 1 7
attack log_is_folder "records would be lost" unrecorded 'audit log' mkdir $audit_log
attack log_owned "its owner would change the records" \
    unrecorded 'not owned' sh -c "touch $audit_log; chown user1 $audit_log"
attack log_of_all "everybody would change the records" \
    unrecorded 'writable' sh -c "touch $audit_log; chmod 666 $audit_log"

mounted() { # OPTIONS TEXT COMMAND…: on a file system of its own
    local options=$1 text=$2 result=0
    shift 2
    mount -t tmpfs -o "mode=700,$options" none $folder
    (
        set -e
        "$@"
        broken "$text" as user1 sutap hello
    ) || result=$?
    cd /tmp/case
    umount $folder
    [ $result = 0 ] || fail "see above"
}
fill() { dd if=/dev/zero of=$folder/full bs=4k count=1 2>/dev/null; }
attack log_on_full_disk "runs would leave no record" mounted size=4k 'audit log' fill
read_only() { mount -o remount,ro $folder; }
attack log_read_only "runs would leave no record" mounted size=4k 'audit log: Read-only' read_only
no_inodes() { :; }
attack log_without_inodes "runs would leave no record" mounted nr_inodes=1 'audit log: No space' no_inodes
cut_short() {
    printf '{"time":"x","decision":"all' >$audit_log
    chmod 600 $audit_log
    expect_status 0 as user1 sutap hello
    expect_equal 2 "$(wc -l <$audit_log)" lines
    tail -n 1 $audit_log >record
    expect_match '^\{"time":"[^"]*","decision":"allow"' record
}
attack record_cut_short "a record would be glued to the rest of another" cut_short
disk_fills() { # The last record but a few bytes: nothing runs, and what is left of it ends.
    mount -t tmpfs -o mode=700,size=8k none $folder
    head -c 4000 /dev/zero | tr '\0' x >$folder/space
    ran=0
    for _ in $(seq 16); do
        run as user1 sutap hello
        [ "$status" != 0 ] || ran=$((ran + 1))
    done
    written=$(grep -c '^{"time".*"decision":"allow".*\]}$' $audit_log || true)
    umount $folder
    expect_equal 125 "$status" "exit status of the last"
    expect_equal "$written" "$ran" "runs and records"
}
attack disk_fills_up "a run would have half a record" disk_fills
no_system_log() { unharmed as user1 sutap hello; }
attack no_system_log "a run would wait for a log that nobody reads" no_system_log
system_log_is_file() {
    rm -f /dev/log
    touch /dev/log
    unharmed as user1 sutap hello
    rm /dev/log
}
attack system_log_is_file "what is no log would be written to" system_log_is_file
program_name() { # the seventh field of /proc/PID/stat comes after a name that the caller chooses
    ln -s $sutap '/tmp/x) R 1 1 1 34816'
    unharmed as user1 '/tmp/x) R 1 1 1 34816' hello
    expect_match '"terminal":""' record
}
attack program_name "the caller would choose the terminal in the record" program_name
mode_of_log() {
    expect_status 126 as user2 hostile --umask 0 -- $sutap hello
    expect_equal "600 0 0" "$(stat -c '%a %u %g' $audit_log)" "mode and owner"
    ! as user1 cat $audit_log >out 2>err || fail "the caller reads the log"
}
attack mode_of_log "callers would read what others run" mode_of_log
each_decision() {
    run as user1 sutap hello
    run as user2 sutap hello
    run as user1 sutap -g hello
    run as user1 sutap no-such
    run sutap /srv/scripts/hello.stp
    expect_records 5 '"uid":0'
    expect_equal 'allow deny deny deny allow' "$(sed 's/.*"decision":"\([a-z]*\)".*/\1/' $audit_log | xargs)"
}
attack each_decision "one way would leave no record" each_decision
ids_in_record() {
    run as '#61001:61002,61003' sutap hello
    expect_records 1 '"uid":61001,"login_uid":[a-z0-9]*,"gid":61002,"groups":\[61002,61003\]'
}
attack ids_in_record "the record would name somebody else" ids_in_record
terminal_in_record() {
    expect_status 0 as user1 terminal -- $sutap hello
    expect_records 1 '"terminal":"pts/[0-9]+"'
    run as user1 setsid $sutap hello
    expect_records 2 '"terminal":""'
}
attack terminal_in_record "who sat at which terminal would not be told" terminal_in_record
log_moved() {
    run as user1 sutap hello
    mv $audit_log $folder/audit.log.1
    unharmed as user1 sutap hello
    expect_equal "600 0 0" "$(stat -c '%a %u %g' $audit_log)" "mode and owner"
    expect_equal 1 "$(wc -l <$folder/audit.log.1)" "records in the old log"
}
attack log_moved "after a rotation runs would leave no record" log_moved

# The runner has to be root's, and unreadable: else the kernel lets the caller look into it.
runner_is() { # COMMAND…
    local result=0
    "$@"
    (broken 'sutap-runner' as user1 sutap hello) || result=$?
    chown root $runner
    chmod 711 $runner
    [ $result = 0 ] || fail "see above"
    unharmed as user1 sutap hello
}
for mode in 755 4711 733 777 715; do
    attack runner_$mode "the caller would trace the runner while it holds CAP_BPF" runner_is chmod $mode $runner
done
attack runner_owned "its owner would put another program there" runner_is chown user1 $runner
runner_folder() {
    chmod 777 "$(dirname $runner)"
    result=0
    (broken 'libexec/sutap is writable' as user1 sutap hello) || result=$?
    chmod 755 "$(dirname $runner)"
    [ $result = 0 ] || fail "see above"
}
attack runner_folder_of_all "everybody would put another program there" runner_folder
rm -rf $folder
mkdir -m 700 $folder
end_of_attacks
