# limit: 240
# Who the caller is, and who the policy means.
. /harness/attacks/library.sh
replace_the_runner show_start
folder=/etc/sutap/policy.d
cp -p /etc/passwd /etc/group /tmp/
before_attack() {
    rm -rf /etc/sutap /etc/passwd /etc/group
    cp -p /tmp/passwd /tmp/group /etc/
    cp -a /harness/etc-sutap /etc/sutap
    lay_hello
}

# rule EFFECT KEY SUBJECT: for the script hello, in place of the case's rule or beside it.
rule() {
    printf 'schema = 1\n[[rule]]\nname = "%s-%s"\neffect = "%s"\n%s = ["%s"]\nscripts = ["hello"]\n' \
        "$1" "$2" "$1" "$2" "$3" >$folder/"$1-$2.toml"
}
# runs_as UID GID COMMAND…
runs_as() {
    local uid=$1 gid=$2
    shift 2
    expect_status 0 "$@"
    hello_as "$uid" "$gid"
    expect_records 1 "\"decision\":\"allow\".*\"uid\":$uid,"
}
attack other_user "everybody would be everybody" denied 'no rule allows' as user2 sutap hello
largest_id() {
    denied 'no rule' as '#4294967294:4294967294' sutap hello
    expect_match '"uid":4294967294,.*"gid":4294967294' record
}
attack largest_id "an id near the end of the range would be taken for root or for an error"
largest_id_allowed() {
    rule allow users '#4294967294'
    runs_as 4294967294 4294967294 as '#4294967294:4294967294' sutap hello
}
attack largest_id_allowed "becoming the caller would fail, and it would stay root"
stranger() { denied 'no rule' as '#61001:61001' sutap hello; }
attack no_account "who has no account would be taken for the first or for root" stranger
stranger_denied() {
    rule allow groups '#61001'
    rule deny users somebody
    denied 'denied by a rule' as '#61001:61001' sutap hello
}
attack no_account_and_deny "a deny would miss whom the account files don't know" stranger_denied
user_zero() {
    rule allow users '#0'
    denied 'no rule' as user2 sutap hello
}
attack rule_for_root "an id that is not found would be 0" user_zero
by_group() {
    rule allow groups observers
    runs_as 1003 1003 as user3 sutap hello
}
attack group_of_kernel "supplementary groups would not count" by_group
group_file_alone() {
    rule allow groups observers
    sed -i 's/^observers.*/observers:x:1101:user3,user2/' /etc/group
    denied 'no rule' as '#1002:1002' sutap hello
}
attack group_of_file "a group would count that the kernel does not know of" group_file_alone
group_is_user() {
    rule allow groups '#1002'
    denied 'no rule' as '#1002:60000' sutap hello
}
attack group_is_no_user "a user's number would be taken for a group's" group_is_user
user_is_group() {
    rule allow users '#1101'
    denied 'no rule' as user3 sutap hello
}
attack user_is_no_group "a group's number would be taken for a user's" user_is_group
deny_wins() {
    rule deny groups tracers
    denied 'denied by a rule' as user1 sutap hello
    rule deny groups '#1100'
    denied 'denied by a rule' as user1 sutap hello
}
attack deny_of_group "an allow would win over a deny" deny_wins
many_groups() {
    rule deny groups '#135535'
    run hostile --groups 65536 --user 1001 -- $sutap hello
    expect_equal 126 "$status" "exit status"
    expect_records 1 'denied by a rule'
}
attack groups_65536 "the last groups would be cut off, and a deny with them" many_groups
name_is_number() {
    echo '1002:x:5000:5000::/:/bin/sh' >>/etc/passwd
    rule allow users 1002
    denied 'no rule' as user2 sutap hello
    runs_as_number
}
runs_as_number() {
    expect_status 0 as '#5000:5000' sutap hello
    hello_as 5000 5000
}
attack name_is_number "a name of digits would be taken for an id"
name_as_id() {
    rule allow users 1002
    denied 'no rule' as user2 sutap hello
}
attack digits_without_account "digits without # would be taken for an id" name_as_id

# account LINE: a hostile line in /etc/passwd never makes user2 the one who is meant.
account() {
    rule allow users wanted
    printf "%b\n" "$1" >>/etc/passwd
    denied 'no rule' as user2 sutap hello
}
number=0
while IFS='|' read -r line damage; do
    number=$((number + 1))
    attack "account_line_$number" "$damage" account "$line"
done <<'END'
wanted:x:4294968298:1:::|the number would wrap around to user2's
wanted:x:18446744073709552618:1:::|the number would wrap around to user2's
wanted:x:+1002:1:::|a sign would be skipped
wanted:x: 1002:1:::|a blank would be skipped
wanted:x:1002x:1:::|what follows the number would be skipped
wanted:x:01752:1:::|a number would be octal
wanted:x:0x3ea:1:::|a number would be hexadecimal
wanted:x::1:::|an empty number would be 0, or the last one read
wanted:x:1002|a line of too few fields would count
:x:1002:1:::|an empty name would be anybody's
#wanted:x:1002:1:::|a comment would count
+wanted:x:1002:1:::|a line for NIS would count
-wanted:x:1002:1:::|a line for NIS would count
wanted\0:x:1002:1:::|a zero byte would end the name
 wanted:x:1002:1:::|a blank would be skipped
Wanted:x:1002:1:::|letters would be taken for others
wanted:x:60000:1:::\nwanted:x:1002:1:::|the second line of a name would count
wanted\r:x:1002:1:::|a carriage return would be skipped
END

# accounts_changed COMMAND…: nobody but root decides who is who.
accounts_changed() {
    "$@"
    broken '^sutap: (/etc/(passwd|group) is|No such|Too many)' as '#1001:1001,1100' sutap hello
}
for name in passwd group; do
    attack ${name}_of_all "everybody would write himself a name" accounts_changed chmod 666 /etc/$name
    attack ${name}_owned "its owner would write himself a name" accounts_changed chown user1 /etc/$name
    attack ${name}_is_link "a link would lead to the caller's file" \
        accounts_changed sh -c "mv /etc/$name /srv/there; ln -s /srv/there /etc/$name"
    attack ${name}_missing "names would be nobody's, and a deny be lost" accounts_changed rm /etc/$name
done
fifo() {
    rm /etc/passwd
    mkfifo -m 644 /etc/passwd
    hostile --user 1001 -- /usr/bin/timeout 10 $sutap hello >out 2>err && fail "it ran"
    one_line 'no regular file'
}
attack passwd_is_fifo "every call would wait for ever" fifo
giant() {
    truncate -s 1G /etc/group
    broken 'too long' hostile --user 1001 -- $sutap hello
}
attack group_is_sparse "every call would fill the memory" giant
before_attack
end_of_attacks
