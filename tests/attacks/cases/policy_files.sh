# limit: 240
# Where the policy lies, and who may write it: a file that is not root's alone stops everybody but root.
. /harness/attacks/library.sh
replace_the_runner show_start
folder=/etc/sutap/policy.d
file=$folder/hello.toml

before_attack() {
    rm -rf /etc/sutap /srv/*
    cp -a /harness/etc-sutap /etc/sutap
    lay_hello
}

# believed_by_nobody REASON: user1 and user3 get one text, the record has the reason.
believed_by_nobody() {
    broken '^sutap: the policy is at fault; nothing runs until root has mended it$' as user1 sutap hello
    expect_records 1 "\"decision\":\"error\".*\"reason\":\".*$1"
    broken 'the policy is at fault' as user3 sutap --list
}
# changed REASON COMMAND…
changed() {
    local reason=$1
    shift
    "$@"
    believed_by_nobody "$reason"
}
attack policy_of_group "a group would write itself rules" changed 'writable by others' chmod 664 $file
attack policy_of_all "everybody would write himself rules" changed 'writable by others' chmod 666 $file
attack policy_of_others "everybody would write himself rules" changed 'writable by others' chmod 602 $file
attack policy_owned "its owner would write himself rules" changed 'not owned by root' chown user1 $file
attack policy_owned_read_only "its owner would make it writable again" \
    changed 'not owned by root' sh -c "chmod 444 $file; chown user1 $file"
attack policy_with_two_names "a file of another purpose would be a policy" changed 'several names' ln $file /etc/other
rm -f /etc/other
attack policy_is_link "a link would lead to the caller's file" \
    changed 'hello.toml' sh -c "mv $file /srv/moved; ln -s /srv/moved $file"
attack policy_is_dangling_link "a rule that denies would be lost unseen" changed 'zz.toml' ln -s /nowhere $folder/zz.toml
attack policy_is_fifo "every call would wait for ever" changed 'no regular file' mkfifo $folder/zz.toml
attack policy_is_folder "a rule that denies would be lost unseen" changed 'zz.toml' mkdir $folder/zz.toml
attack policy_is_device "every call would read without end" \
    changed 'no regular file' mknod -m 644 $folder/zz.toml c 1 5
attack policy_is_block_device "every call would open a disk" \
    changed 'zz.toml' mknod -m 644 $folder/zz.toml b 7 0
attack policy_is_sparse "every call would fill the memory" changed 'too long' truncate -s 1G $folder/zz.toml
attack policy_too_long "every call would fill the memory" \
    changed 'too long' dd if=/dev/zero of=$folder/zz.toml bs=1048577 count=1
attack policy_folder_of_all "everybody would write himself rules" changed 'policy.d is writable' chmod 777 $folder
attack policy_folder_sticky "everybody would write himself rules" changed 'policy.d is writable' chmod 1777 $folder
attack policy_folder_of_group "a group would write itself rules" changed 'policy.d is writable' chmod 775 $folder
attack policy_folder_owned "its owner would write himself rules" changed 'policy.d is not owned' chown user1 $folder
attack parent_of_all "the folder would be replaced by another" changed '/etc/sutap is writable' chmod 777 /etc/sutap
attack parent_owned "the folder would be replaced by another" changed '/etc/sutap is not owned' chown user1 /etc/sutap
etc_of_all() {
    chmod 777 /etc
    run as user1 sutap hello
    chmod 755 /etc
    expect_equal 125 "$status" "exit status"
    expect_records 1 '/etc is writable'
}
attack etc_of_all "/etc/sutap would be replaced by another"
root_of_all() {
    chmod 777 /
    run as user1 sutap hello
    chmod 755 /
    expect_equal 125 "$status" "exit status"
}
attack root_of_all "/etc would be replaced by another"
attack policy_folder_is_link "a link would lead to the caller's folder" \
    changed 'policy.d' sh -c "mv $folder /srv/there; ln -s /srv/there $folder"
attack parent_is_link "a link would lead to the caller's folder" \
    changed '/etc/sutap' sh -c "mv /etc/sutap /srv/there; ln -s /srv/there /etc/sutap"
attack policy_folder_missing "no policy would be one that forbids nothing" changed 'policy.d' rm -r $folder
attack policy_folder_is_file "no policy would be one that forbids nothing" \
    changed 'policy.d' sh -c "rm -r $folder; touch $folder"
mounted() {
    cp $file /srv/hello.toml
    mount -t tmpfs -o mode=777 none $folder
    cp /srv/hello.toml $folder/
    run as user1 sutap hello
    umount $folder
    expect_equal 125 "$status" "exit status"
    expect_records 1 'policy.d is writable'
}
attack policy_folder_mounted "a mount would hide the policy" mounted

# What is no policy file is none, whatever it holds.
other_name() { # NAME
    printf 'nonsense' >"$folder/$1"
    unharmed as user1 sutap hello
}
for name in .hidden.toml hello.toml~ hello.TOML .toml x.toml.dpkg-old README; do
    attack "other_name_$name" "an editor's leftover would decide" other_name $name
done
name_of_two_lines() {
    printf 'nonsense' >"$folder/$(printf 'a\n{"decision":"allow"}\033[2J.toml')"
    believed_by_nobody 'u000a.*u001b'
    run sutap /srv/scripts/hello.stp
    LC_ALL=C tr -d '\n\040-\176' <err >others
    expect_equal 0 "$(wc -c <others)" "raw bytes in the message to root"
}
attack name_of_two_lines "a file's name would write audit records"
two_thousand_files() {
    for n in $(seq 2000); do echo 'schema = 1' >"$folder/f$n.toml"; done
    echo 'schema = 2' >$folder/zz.toml
    believed_by_nobody 'zz.toml:1'
    rm $folder/zz.toml $audit_log
    unharmed as user1 sutap hello
}
attack two_thousand_files "descriptors would run out, or the call would hang"
too_many_scripts() {
    {
        echo 'schema = 1'
        for n in $(seq 520); do printf '[[script]]\nname = "s%d"\npath = "/srv/scripts/hello.stp"\n' "$n"; done
    } >$folder/zz.toml
    believed_by_nobody 'more than 512'
}
attack too_many_scripts "descriptors would run out in the middle of the decision"
root_goes_on() {
    chmod 666 $file
    expect_status 0 sutap /srv/scripts/hello.stp
    one_line 'writable by others'
    expect_records 1 '"decision":"allow".*"uid":0'
}
attack root_goes_on "root could not mend what others broke"

# What a script's file has to be, to count by its name or path.
script_changed() { # REASON COMMAND…
    local reason=$1
    shift
    "$@"
    denied "$reason" as user1 sutap hello
    denied 'not a script of the policy' as user1 sutap /srv/scripts/hello.stp
}
attack script_of_all "everybody would write what others' policy allows" \
    script_changed 'writable by others' chmod 777 /srv/scripts/hello.stp
attack script_of_group "a group would write what the policy allows" \
    script_changed 'writable by others' chmod 775 /srv/scripts/hello.stp
attack script_owned "its owner would write what the policy allows" \
    script_changed 'not owned by root' chown user1 /srv/scripts/hello.stp
attack script_folder_of_all "everybody would replace what the policy allows" \
    script_changed 'writable by others' chmod 777 /srv/scripts
attack script_folder_owned "its owner would replace what the policy allows" \
    script_changed 'not owned by root' chown user1 /srv/scripts
script_is() { # REASON COMMAND…: in place of the script
    local reason=$1
    shift
    mv /srv/scripts/hello.stp /srv/scripts/away.stp
    "$@"
    denied "$reason" as user1 sutap hello
}
attack script_is_link "a link would lead to the caller's file" \
    script_is '.' ln -s away.stp /srv/scripts/hello.stp
attack script_is_fifo "every call would wait for ever" script_is 'regular' mkfifo /srv/scripts/hello.stp
attack script_is_device "every call would read without end" \
    script_is 'regular' mknod -m 644 /srv/scripts/hello.stp c 1 5
attack script_is_folder "what is no text would be read" script_is 'regular|folder|directory' mkdir /srv/scripts/hello.stp
attack script_is_sparse "every call would fill the memory" \
    script_is '1 MiB' truncate -s 1G /srv/scripts/hello.stp
attack script_is_missing "no script would be one that is harmless" script_is '.' true
pinned_and_changed() {
    allow hello /srv/scripts/hello.stp user1 "sha256 = \"$(sum_of /srv/scripts/hello.stp)\""
    unharmed as user1 sutap hello
    echo '# more' >>/srv/scripts/hello.stp
    denied 'SHA-256' as user1 sutap hello
    denied 'SHA-256' as user1 sutap /srv/scripts/hello.stp
}
attack pinned_and_changed "a script would run that nobody has looked at"
end_of_attacks
