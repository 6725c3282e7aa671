# limit: 120
# Which policies are believed, and what they decide.
replace_the_runner show_start

folder=/etc/sutap/policy.d
script /srv/scripts/hello.stp <<'END'
probe begin { println("hello") }
END
allow hello /srv/scripts/hello.stp user1
expect_status 0 as user1 sutap hello

# A file that is not root's alone to write, or not a plain file: nobody but root runs anything.
expect_broken() { # PATTERN of the record
    expect_status 125 as user1 sutap hello
    expect_lines 1 err
    expect_lines 0 out
    tail -n 1 $audit_log >record
    expect_match '"decision":"error"' record
    expect_match "$1" record
    expect_status 125 as user2 sutap --list
    expect_status 0 sutap /srv/scripts/hello.stp
    expect_match '^sutap: ' err
}
chmod 664 $folder/hello.toml
expect_broken 'hello.toml.*writable by others'
chmod 644 $folder/hello.toml
chown user1 $folder/hello.toml
expect_broken 'hello.toml.*not owned by root'
chown root $folder/hello.toml
ln $folder/hello.toml /etc/another_name
expect_broken 'hello.toml.*several names'
rm /etc/another_name
cp $folder/hello.toml /srv/moved.toml
ln -s /srv/moved.toml $folder/linked.toml
expect_broken 'linked.toml'
rm $folder/linked.toml
chmod 777 $folder
expect_broken 'policy.d is writable'
chmod 755 $folder
chmod 775 /etc/sutap
expect_broken '/etc/sutap is writable'
chmod 755 /etc/sutap
mkfifo $folder/pipe.toml
expect_broken 'pipe.toml'
rm $folder/pipe.toml
mv /etc/sutap /etc/sutap.away
expect_broken '/etc/sutap'
mv /etc/sutap.away /etc/sutap

# A mistake is recorded with its file, line and column; other names than *.toml do not count.
printf 'schema = 1\n[[rule]]\nname = "x"\nefect = "allow"\n' | policy zz.toml
expect_broken 'zz.toml:4:1: unknown key .efect.'
printf 'schema = 1\n[[rule' | policy zz.toml
expect_broken 'zz.toml:2:'
head -c 2000 /dev/urandom | policy zz.toml
expect_broken 'zz.toml:'
mv $folder/zz.toml $folder/zz.toml.old
cp $folder/zz.toml.old $folder/.zz.toml
expect_status 0 as user1 sutap hello

# A script that others may replace does not run, unless its content is pinned.
mkdir -m 777 /srv/open
cp /srv/scripts/hello.stp /srv/open/hello.stp
allow open /srv/open/hello.stp user1
expect_refused as user1 sutap open
expect_refused as user1 sutap /srv/open/hello.stp
allow open /srv/open/hello.stp user1 "sha256 = \"$(sum_of /srv/open/hello.stp)\""
expect_status 0 as user1 sutap open
rm $folder/open.toml

# Rules: groups as the kernel has them, numbers, and a deny that wins by name, file and content.
policy rules.toml <<'END'
schema = 1
[[rule]]
name = "by-group"
effect = "allow"
groups = ["tracers"]
scripts = ["*"]
[[rule]]
name = "by-number"
effect = "allow"
users = ["#1002"]
scripts = ["hello"]
END
expect_status 0 as user2 sutap hello
cp /srv/scripts/hello.stp /srv/scripts/copy.stp
ln /srv/scripts/hello.stp /srv/scripts/other_name.stp
allow copy /srv/scripts/copy.stp user2
allow other /srv/scripts/other_name.stp user2
expect_status 0 as user2 sutap copy
expect_status 0 as user2 sutap other
policy deny.toml <<'END'
schema = 1
[[rule]]
name = "not-user2"
effect = "deny"
users = ["user2"]
scripts = ["hello"]
END
expect_refused as user2 sutap hello
expect_refused as user2 sutap copy
expect_refused as user2 sutap other
expect_refused as user2 sutap /srv/scripts/copy.stp
expect_match '"decision":"deny","rule":"not-user2"' $audit_log
expect_status 0 as user1 sutap hello
expect_status 0 as user2 sutap --list
expect_lines 0 out

# What the administrator's tool says is what happens.
expect_status 0 sutap-policy explain --user user1 hello
expect_match '^  /etc/sutap/policy.d/hello.toml:[0-9]+:1: rule hello-rule \(allow\): allows it$' out
expect_status 1 sutap-policy explain --user user3 hello
expect_match 'rule hello-rule \(allow\): is for others$' out
expect_status 1 sutap-policy explain --user user1 --groups '#4711,no-such-group' hello
expect_match "no group 'no-such-group'" err
expect_status 0 sutap-policy explain --user user1 --groups '#4711' hello
expect_status 1 sutap-policy explain --user user2 copy
expect_match 'rule not-user2' out
expect_status 1 sutap-policy explain --user user1 -g hello
expect_status 0 sutap-policy check
expect_equal "$(sum_of /srv/scripts/hello.stp)  /srv/scripts/hello.stp" \
    "$(sutap-policy hash /srv/scripts/hello.stp)" "hash"
printf '[[test]]\nuser = "user2"\nrun = ["hello"]\nexpect = "allow"\n' >>$folder/deny.toml
expect_status 1 sutap-policy check
expect_match 'deny.toml:7:1: the test failed' err
