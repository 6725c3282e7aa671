# limit: 120
# What the answers tell: of what exists, of the policy and of other people's files, nothing.
. /harness/attacks/library.sh
replace_the_runner show_start
lay_hello
printf 'probe begin { println("private") }\n' | script /srv/scripts/private.stp 600
mkdir -m 700 /srv/hidden
cp /srv/scripts/hello.stp /srv/hidden/
ln -s /nowhere /srv/dangling.stp
mkfifo -m 666 /srv/pipe.stp
truncate -s 2M /srv/large.stp
mkdir /srv/folder.stp
allow private /srv/scripts/private.stp user1
allow missing /srv/scripts/missing.stp user1
allow pinned /srv/scripts/hello.stp user2 "sha256 = \"$(printf %064d 0)\""

# answer WORD FILE: exit status and texts of user2's request, with X for the word.
answer() {
    run as user2 sutap "$1"
    { echo "$status" && cat out err; } | awk -v word="$1" '
        { at = index($0, word); if (at) $0 = substr($0, 1, at - 1) "X" substr($0, at + length(word)); print }' >"$2"
}
as_unknown() { # WORD
    answer no-such-name unknown
    answer "$1" this
    cmp unknown this || {
        show unknown this
        fail "it is answered otherwise than an unknown name"
    }
    expect_records 2 '"decision":"deny"'
}
while IFS='|' read -r word what; do
    attack "told_$what" "callers would learn of the policy, or of files, by asking" as_unknown "$word"
done <<'END'
hello|name_of_others
private|name_of_private
missing|name_without_file
pinned|name_of_changed_script
hello-rule|name_of_rule
/srv/scripts/hello.stp|path_of_others
/srv/scripts/private.stp|unreadable_file
/srv/hidden/hello.stp|hidden_file
/srv/hidden/none.stp|hidden_nothing
/srv/none/none.stp|missing_folder
/srv/dangling.stp|dangling_link
/srv/pipe.stp|fifo
/srv/large.stp|large_file
/srv/folder.stp|folder
/etc/shadow|etc_shadow
/root/x.stp|root_folder
/etc/sutap/policy.d/hello.toml|policy_file
/var/log/sutap/audit.log|audit_log
/proc/1/environ|process_of_root
/dev/mem|device
END
empty_list() {
    expect_status 0 as user2 sutap --list
    expect_lines 0 out
    expect_lines 0 err
}
attack list_of_others "names and files of others' scripts would be told" empty_list
own_list() {
    expect_status 0 as user1 sutap --list
    expect_equal 'hello' "$(sed 's/ .*//' out | grep -v private | xargs)" "the list"
    expect_no_match 'missing|pinned|/srv' out
}
attack list_of_own "what can't run would be told as if it could" own_list
escapes_in_about() {
    printf 'schema = 1\n[[script]]\nname = "odd"\npath = "/srv/scripts/hello.stp"\nabout = "\\u009b2J%s"\n' \
        "$(printf '\302\23331m')" >/etc/sutap/policy.d/odd.toml
    sed -i 's/scripts = \["hello"\]/scripts = ["hello", "odd"]/' /etc/sutap/policy.d/hello.toml
    expect_status 0 as user1 sutap --list
    LC_ALL=C tr -d '\n\040-\176' <out >others
    rm /etc/sutap/policy.d/odd.toml
    lay_hello
    LC_ALL=C grep -q "$(printf '\233')" others && fail "C1 in the list"
    expect_match 'odd' out
}
attack escapes_in_list "the list would steer terminals" escapes_in_about
broken_policy_tells() {
    printf 'schema = 1\n[[secret' >/etc/sutap/policy.d/zz.toml
    run as user2 sutap hello
    rm /etc/sutap/policy.d/zz.toml
    expect_equal 125 "$status" "exit status"
    expect_no_match 'zz|secret|/etc' err
}
attack broken_policy_told "callers would learn of the policy by its mistakes" broken_policy_tells
policy_not_readable() {
    chmod 600 /etc/sutap/policy.d/*.toml
    chmod 700 /etc/sutap/policy.d
    run as user1 sutap hello
    chmod 755 /etc/sutap/policy.d
    chmod 644 /etc/sutap/policy.d/*.toml
    expect_equal 0 "$status" "exit status"
    hello_as 1001 1001
}
attack private_policy "a policy that only root reads would not work" policy_not_readable

# What needs no privilege has none: the real runner reads as the caller.
umount $runner
reads_as_caller() { # WORD…
    run as user2 sutap "$@"
    [ "$status" != 0 ] || fail "exit status 0"
    expect_no_match 'private|root:' out
    expect_no_match 'println|root:' err
    expect_records 0
}
attack parse_unreadable "-p1 would print what the caller can't read" reads_as_caller -p1 /srv/scripts/private.stp
attack parse_hidden "-p1 would print what the caller can't read" reads_as_caller -p1 /srv/hidden/hello.stp
attack parse_shadow "messages would quote what the caller can't read" reads_as_caller -p2 /srv/hidden/../hidden/x
attack check_unreadable "--check would tell what the caller can't read" reads_as_caller --check /srv/scripts/private.stp
attack library_unreadable "-I would read what the caller can't" \
    reads_as_caller -p2 -I /srv/hidden -e 'probe begin { println(no_such_function()) }'
output_of_root() {
    echo root: >/srv/roots
    chmod 644 /srv/roots
    run as user1 sutap -o /srv/roots hello
    expect_equal 1 "$status" "exit status"
    expect_equal root: "$(cat /srv/roots)" "root's file"
}
attack output_over_root "-o would overwrite root's files" output_of_root
output_through_link() {
    echo root: >/srv/roots
    ln -sf /srv/roots /tmp/linked
    run as user1 sutap -o /tmp/linked hello
    expect_equal root: "$(cat /srv/roots)" "root's file"
}
attack output_through_link "-o would follow a link with root's rights" output_through_link
end_of_attacks
