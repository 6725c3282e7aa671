# limit: 240
# Where the kernel, a mount or a namespace makes the program less than it should be, or the world around
# it the caller's: it says so and does nothing.
. /harness/attacks/library.sh
replace_the_runner show_start
lay_hello

attack no_new_privileges "it would go on without its rights, and without a record" \
    broken 'no_new_privs' as user1 hostile --no-new-privileges -- $sutap hello
copied() {
    as user1 cp $sutap /tmp/sutap_copy
    broken 'set-user-ID' as user1 /tmp/sutap_copy hello
    broken 'set-user-ID' as user1 /tmp/sutap_copy --help
}
attack copied_program "a copy would do what only the installed one may" copied
of_another_user() {
    rm -f /tmp/sutap_copy
    cp $sutap /tmp/sutap_copy
    chown user2 /tmp/sutap_copy
    chmod 4755 /tmp/sutap_copy
    broken 'set-user-ID' as user1 /tmp/sutap_copy hello
}
attack set_user_id_of_another "it would go on as a user who is not root" of_another_user
nosuid() {
    mkdir -p /tmp/mount
    mount -t tmpfs -o nosuid none /tmp/mount
    cp $sutap /tmp/mount/
    chmod 4755 /tmp/mount/sutap
    run as user1 /tmp/mount/sutap hello
    umount /tmp/mount
    expect_equal 125 "$status" "exit status"
    one_line 'nosuid'
}
attack nosuid_mount "it would go on without its rights" nosuid
attack traced_caller "who traces it would steer it while it is root" \
    broken 'set-user-ID' as user1 hostile --traced -- $sutap hello
# As root a tracer keeps the rights: it is root's own business.
attack user_namespace "the rights would be those of a namespace" \
    broken '.' as user1 hostile --user-namespace -- $sutap hello
mapped_root() {
    run as user1 unshare -U -r $sutap hello
    expect_equal 125 "$status" "exit status"
    one_line 'user namespace|set-user-ID'
    nothing_ran
    expect_records 0
}
attack root_of_a_namespace "root of a namespace would be taken for root" mapped_root
forged_etc() {
    mkdir -p /tmp/forged/policy.d
    sed 's/user1/#0/' /etc/sutap/policy.d/hello.toml >/tmp/forged/policy.d/hello.toml
    chown -R 1001 /tmp/forged
    run as user1 unshare -U -r -m sh -c "mount -o bind /tmp/forged /etc/sutap && $sutap hello"
    expect_equal 125 "$status" "exit status"
    nothing_ran
    expect_records 0
}
attack mount_over_policy "the caller's folder would be the policy" forged_etc
own_root() {
    mkdir -p /tmp/jail/etc/sutap/policy.d /tmp/jail/bin
    cp $sutap /tmp/jail/bin/
    chown -R 1001 /tmp/jail
    run as user1 unshare -U -r chroot /tmp/jail /bin/sutap hello
    [ "$status" != 0 ] || fail "it ran"
    nothing_ran
}
attack chroot_of_caller "the caller's folder would be the policy" own_root
# A folder that root has made another root of, with everything but /proc, or with a false one.
jail() {
    rm -rf /tmp/jail
    mkdir -p /tmp/jail/usr/bin /tmp/jail/proc /tmp/jail/etc /tmp/jail/srv /tmp/jail/var/log/sutap \
        /tmp/jail/usr/libexec/sutap /tmp/jail/dev /tmp/jail/tmp /tmp/jail/run
    cp -a /etc/passwd /etc/group /etc/sutap /tmp/jail/etc/
    cp -a /srv/scripts /tmp/jail/srv/
    cp -a $sutap /tmp/jail/usr/bin/
    cp -a $runner /tmp/jail/usr/libexec/sutap/
    cp -a /harness/bin/hostile /tmp/jail/
    chmod 700 /tmp/jail/var/log/sutap
    mknod -m 666 /tmp/jail/dev/null c 1 3 2>/dev/null || true
}
in_jail() { chroot /tmp/jail /hostile --user 1001 -- $sutap hello; }
no_proc() {
    jail
    status=0
    in_jail >out 2>err || status=$?
    expect_equal 125 "$status" "exit status"
    one_line 'user namespace'
    nothing_ran
}
attack no_proc "what can't be read would be taken for right" no_proc
false_proc() {
    jail
    mkdir -p /tmp/jail/proc/self/fd
    printf '         0          0 4294967295\n' >/tmp/jail/proc/self/uid_map
    status=0
    in_jail >out 2>err || status=$?
    rm -r /tmp/jail/proc/self
    expect_equal 125 "$status" "exit status"
    one_line 'user namespace'
    nothing_ran
}
attack false_proc "files of the caller's would be taken for the kernel's word" false_proc
true_proc() { # the control: with /proc it works there
    jail
    mount -t proc none /tmp/jail/proc
    status=0
    in_jail >out 2>err || status=$?
    umount /tmp/jail/proc
    expect_equal 0 "$status" "exit status"
    expect_line "word sutap-runner" out
    expect_line "Uid:	1001	1001	1001	1001" out
}
attack root_elsewhere "the attacks on /proc would be refused for another reason" true_proc

attack secure_bits "root's rights would not be what they are" \
    broken 'secure bits' hostile --secure-bits 1 --user 1001 -- $sutap hello
attack secure_bits_of_ids "changing ids would not drop the rights" \
    broken 'secure bits' hostile --secure-bits 4 --user 1001 -- $sutap hello
attack secure_bits_of_ambient "rights could not be passed on" \
    broken 'secure bits' hostile --secure-bits 64 --user 1001 -- $sutap hello
attack no_bounding_set "it would do half of it" broken '.' hostile --drop all --user 1001 -- $sutap hello
# Without CAP_SETGID, SETUID, SETPCAP, SYS_ADMIN, PERFMON, BPF.
for number in 6 7 8 21 38 39; do
    attack without_capability_$number "it would do half of it, or keep what it can't drop" \
        harmless hostile --drop $number --user 1001 -- $sutap hello
done
end_of_attacks
