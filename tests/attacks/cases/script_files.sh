# limit: 240
# The script's path: a claim of the caller's, followed with his rights, and held to what it leads to.
. /harness/attacks/library.sh
replace_the_runner show_start
before_attack() {
    rm -rf /srv/* /home/user1/* /etc/sutap/policy.d/*
    lay_hello
    cd /home/user1
}
# not_allowed WORD [REASON]: as user1, with the text that tells nothing.
not_allowed() {
    denied "${2-.}" as user1 sutap "$1"
    one_line '^sutap: not allowed: [^:]*$'
}
# mine NAME: a script of the caller's.
mine() {
    printf 'probe begin { println("MINE") }\n' >"$1"
    chown 1001:1001 "$1"
}
own_script() { mine mine.stp && not_allowed ./mine.stp 'not a script of the policy'; }
attack own_script "any caller would run any script"
copy() {
    cp /srv/scripts/hello.stp copy.stp
    not_allowed copy.stp 'not a script of the policy'
}
attack copy_of_script "a name would do where nothing vouches for the content" copy
in_place_of_name() {
    mine hello
    unharmed as user1 sutap hello
    not_allowed ./hello
}
attack file_named_as_script "the caller's file would run under the policy's name" in_place_of_name
link_to_own() {
    mine mine.stp
    ln -s mine.stp hello.stp
    not_allowed hello.stp
    not_allowed /home/user1/hello.stp
}
attack link_to_own "a link's name would count, not what it leads to" link_to_own
links_followed() {
    as user1 ln -s /srv/scripts/hello.stp link
    ln /srv/scripts/hello.stp hard
    unharmed as user1 sutap ./link
    unharmed as user1 sutap ./hard
}
attack links_to_script "one file would have two answers" links_followed
deny_rule() {
    printf 'schema = 1\n[[rule]]\nname = "not"\neffect = "deny"\nusers = ["user1"]\nscripts = ["hello"]\n' \
        >/etc/sutap/policy.d/deny.toml
}
deny_by_other_name() { # COMMAND…: makes /srv/scripts/other.stp
    "$@" /srv/scripts/hello.stp /srv/scripts/other.stp
    allow other /srv/scripts/other.stp user1
    unharmed as user1 sutap other
    deny_rule
    denied '"denied by a rule"' as user1 sutap other
    denied '"denied by a rule"' as user1 sutap /srv/scripts/other.stp
}
attack deny_and_hard_link "a second name would evade a deny" deny_by_other_name ln
attack deny_and_copy "a second copy would evade a deny" deny_by_other_name cp
deny_and_unsafe() {
    ln /srv/scripts/hello.stp /srv/scripts/other.stp
    allow other /srv/scripts/other.stp user1 "sha256 = \"$(sum_of /srv/scripts/hello.stp)\""
    deny_rule
    chmod 666 /srv/scripts/hello.stp
    denied '"denied by a rule"' as user1 sutap other
}
attack deny_and_unsafe_file "who can write the denied file would lift the deny" deny_and_unsafe
attack path_of_nothing "another text would tell what exists" not_allowed ./none.stp
attack path_empty "an empty path would be the folder" not_allowed ''
attack path_folder "opening a folder would do something" not_allowed .
attack path_root "opening a folder would do something" not_allowed /
attack path_zero "it would read without end" not_allowed /dev/zero
attack path_console "it would wait for a terminal" not_allowed /dev/console
attack path_stdin "the caller's input would be a script" not_allowed /dev/stdin
attack path_memory "it would read its own memory" not_allowed /proc/self/mem
attack path_program "its own file would be a script" not_allowed /proc/self/exe
# No descriptor of its own, opened by root, is a way to a file.
for number in 3 4 5 6 7; do
    attack "path_descriptor_$number" "a descriptor of its own would be a script" \
        not_allowed "/proc/self/fd/$number"
done
attack path_of_root_process "another's root would be followed with root's rights" \
    not_allowed /proc/1/root/srv/scripts/hello.stp
attack path_environment "its own memory would be told" not_allowed /proc/self/environ
attack path_slash_at_end "a file would be followed as a folder" not_allowed /srv/scripts/hello.stp/
attack path_long "a buffer would overflow" not_allowed "/$(printf %05000d 0)"
attack path_deep "the walk would be without bound" not_allowed "$(printf %02040d 0 | sed 's|0|./|g')x"
attack name_with_blank "a name would be cut at the blank" not_allowed 'hello '
attack name_with_line_end "a name would be cut at the line's end" not_allowed "$(printf 'hello\nx')"
attack name_in_capitals "letters would be taken for others" not_allowed HELLO
attack name_short "a name would be completed" not_allowed hell
attack name_star "a pattern would be matched" not_allowed 'h*'
attack name_of_rule "a rule's name would be a script's" not_allowed hello-rule
path_fifo() {
    mkfifo -m 666 pipe.stp
    not_allowed ./pipe.stp
}
attack path_fifo "it would wait for ever, with privilege" path_fifo
path_fifo_in_policy() {
    mkfifo -m 644 /srv/scripts/pipe.stp
    allow pipe /srv/scripts/pipe.stp user1
    denied . as user1 sutap pipe
    unharmed as user1 sutap hello
}
attack path_fifo_in_policy "every call would wait for ever" path_fifo_in_policy
path_loop() {
    ln -s loop.stp loop.stp
    not_allowed ./loop.stp
}
attack path_loop "it would follow without end" path_loop
path_sparse() {
    truncate -s 1G giant.stp
    chmod 644 giant.stp
    not_allowed ./giant.stp 'longer than 1 MiB'
}
attack path_sparse "it would fill the memory, with the limits raised" path_sparse
path_large() {
    head -c 1048577 /dev/zero >large.stp
    not_allowed ./large.stp 'longer than 1 MiB'
}
attack path_just_too_large "it would fill the memory, with the limits raised" path_large
path_unreadable() {
    mine private.stp
    chown 1002 private.stp
    chmod 600 private.stp
    not_allowed ./private.stp
}
attack path_unreadable "others' files would be read with root's rights" path_unreadable
path_hidden() { # the policy's own script, in a folder that the caller can't enter
    mkdir -m 700 /srv/private
    mv /srv/scripts/hello.stp /srv/private/
    allow hello /srv/private/hello.stp user1
    unharmed as user1 sutap hello
    not_allowed /srv/private/hello.stp
}
attack path_hidden "folders would be searched with root's rights" path_hidden
path_hidden_by_group() {
    mkdir -m 750 /srv/private
    chgrp 0 /srv/private
    cp /srv/scripts/hello.stp /srv/private/
    ln -f /srv/scripts/hello.stp /srv/private/hello.stp
    not_allowed /srv/private/hello.stp
}
attack path_hidden_by_group "folders would be searched with root's group" path_hidden_by_group
other_process() {
    as user2 sleep 30 &
    sleeper=$!
    wait_for '^sleep$' /proc/$sleeper/comm
    not_allowed /proc/$sleeper/root/srv/scripts/hello.stp
    not_allowed /proc/$sleeper/cwd
    kill $sleeper
}
attack path_of_other_process "CAP_SYS_PTRACE would open others' /proc folders" other_process
deleted_file() {
    exec 5</srv/scripts/hello.stp
    rm /srv/scripts/hello.stp
    run as user1 sutap /proc/$$/fd/5
    exec 5<&-
    expect_equal 126 "$status" "exit status"
    nothing_ran
}
attack deleted_script "a file that is gone would still count" deleted_file

# While the front end looks, the link leads elsewhere at every moment: only what was checked runs.
swapped() {
    mine evil.stp
    as user1 ln -s /srv/scripts/hello.stp link
    as user1 ln -s evil.stp other
    as user1 swap link other 60 >/tmp/case/swaps &
    swapper=$!
    ran=0 refused=0 tries=0
    until [ $tries -ge 8 ] && [ $ran -gt 0 ] && [ $refused -gt 0 ]; do
        tries=$((tries + 1))
        [ $tries -le 200 ] || fail "no race: $ran ran, $refused refused"
        run as user1 sutap ./link
        case $status in
        0) ran=$((ran + 1)) && hello_as 1001 1001 ;;
        126) refused=$((refused + 1)) ;;
        *) fail "exit status $status" ;;
        esac
    done
    kill $swapper
    expect_records $tries
}
attack swapped_link "what runs would not be what was checked" swapped
rewritten() {
    allow mine /home/user1/pinned.stp user1 "sha256 = \"$(sum_of /srv/scripts/hello.stp)\""
    cp /srv/scripts/hello.stp pinned.stp
    chown user1 pinned.stp
    sh -c 'while :; do
        printf "probe begin { println(\"hello\") }\n" 1<>pinned.stp
        printf "probe begin { println(\"MINES\") }\n" 1<>pinned.stp
    done' &
    writer=$!
    ran=0 refused=0 tries=0
    until [ $tries -ge 10 ] && [ $ran -gt 0 ] && [ $refused -gt 0 ]; do
        tries=$((tries + 1))
        [ $tries -le 200 ] || fail "no race: $ran ran, $refused refused"
        run as user1 sutap mine
        case $status in
        0) ran=$((ran + 1)) && hello_as 1001 1001 ;;
        126) refused=$((refused + 1)) ;;
        *) fail "exit status $status" ;;
        esac
    done
    kill $writer
}
attack rewritten_script "the digest would be of one text, and another would run" rewritten
changed_folder() {
    mkdir one two
    ln -s /srv/scripts/hello.stp one/x.stp
    mine two/x.stp
    chown -h 1001 one two
    chown 1001 .
    as user1 swap one two 60 >/tmp/case/swaps &
    swapper=$!
    for _ in $(seq 6); do
        run as user1 sutap one/x.stp
        [ "$status" = 126 ] || hello_as 1001 1001
    done
    kill $swapper
}
attack swapped_folder "what runs would not be what was checked" changed_folder
end_of_attacks
