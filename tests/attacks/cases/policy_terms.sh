# limit: 240
# The terms of a rule: arguments, options, reasons, hosts, days, scripts of one's own, sessions.
. /harness/attacks/library.sh
replace_the_runner show_start
folder=/etc/sutap/policy.d
before_attack() {
    rm -rf /etc/sutap /run/sutap
    cp -a /harness/etc-sutap /etc/sutap
    lay_hello
    printf 'probe begin { println("args") }\n' | script /srv/scripts/args.stp
    terms ''
    printf 'schema = 1\n[[rule]]\nname = "own"\neffect = "allow"\nusers = ["user2"]\nscope = "own"\n' \
        >$folder/own.toml
}
terms() { # KEYS OF THE RULE
    policy args.toml <<END
schema = 1
[[script]]
name = "args"
path = "/srv/scripts/args.stp"
options = ["-x"]
preset = ["-first"]
arguments = [ { name = "pid", type = "integer", min = 10, max = 99 },
              { name = "mode", type = "choice", of = ["read", "write"], optional = true },
              { name = "comm", type = "text", match = "[a-z]{1,5}", optional = true } ]
[[rule]]
name = "args"
effect = "allow"
users = ["user1"]
scripts = ["args"]
$1
END
}
# takes WORD…: the runner is started with these words after the policy's own.
takes() {
    expect_status 0 as user1 sutap args "$@"
    expect_equal "word sutap-runner word --grant=4 word -- word -first$(printf ' word %s' "$@")" \
        "$(grep '^word' out | xargs)" words
}
attack fitting_words "nothing would run at all" takes 42 read abc
for word in 9 100 '' x 042 +42 ' 42' '42 ' 0x2a 42.0 -42 99999999999999999999 18446744073709551658 '4 2' 42\;system \
    "$(printf '42\nx')" "$(printf '\302\2552')"; do
    attack "number_$(printf %s "$word" | od -An -tx1 | tr -d ' \n' | cut -c 1-40)" \
        "a script would get what its author never meant" denied 'argument 1 .pid. is no' as user1 sutap args "$word"
done
for word in '' rea read, 'read,write' READ "$(printf 'read\nx')" 'read write'; do
    attack "choice_$(printf %s "$word" | od -An -tx1 | tr -d ' \n' | cut -c 1-40)" \
        "a choice would not be one" denied 'argument 2 .mode. is none' as user1 sutap args 42 "$word"
done
for word in '' abcdef ABC 'a b' '");system("id")#' "$(printf 'ab\nd')" "$(printf 'ab\303\251')" '[a-z]' '.*'; do
    attack "text_$(printf %s "$word" | od -An -tx1 | tr -d ' \n' | cut -c 1-40)" \
        "a text would end the script's and begin another" \
        denied 'argument 3 .comm. does not' as user1 sutap args 42 read "$word"
done
attack argument_missing "the script would go on without" denied 'argument 1 .pid. is missing' as user1 sutap args
attack argument_too_many "a word would reach the script unseen" \
    denied 'takes at most 3' as user1 sutap args 42 read abc x
attack arguments_by_path "the path would be a way around" \
    denied 'argument 1' as user1 sutap /srv/scripts/args.stp 9
attack option_granted_to_another "an option would hold for all scripts" \
    denied 'option -x' as user1 sutap -x 42 hello
attack option_not_granted "-x would bring -c along" denied 'option -c' as user1 sutap -x 42 -c id args 42
attack option_twice "the second one would go unseen" denied 'option -G' as user1 sutap -x 42 -Ga=1 args 42
attack text_instead "the policy would look at the name, and the text would run" \
    denied 'not a script of the policy' as user1 sutap -e 'probe begin { }' args 42

reason_missing() {
    terms 'reason = "required"'
    denied 'wants a reason' as user1 sutap args 42
}
attack reason_missing "nobody would know why"
reason_empty() {
    terms 'reason = "required"'
    misused 'no value' as user1 sutap -m '' args 42
}
attack reason_empty "an empty reason would do"
reason_recorded() {
    terms 'reason = "required"'
    expect_status 0 as user1 sutap -m "$(printf 'x","rule":"\033[2J\n{')" args 42
    expect_records 1 '"given_reason":"x\\",\\"rule\\":\\"\\u001b\[2J\\u000a\{"'
}
attack reason_recorded "a reason would write the rest of the record"
reason_long() { misused '256' as user1 sutap -m "$(printf %0257d 0)" args 42; }
attack reason_long "a reason would fill the log"
reason_for_the_runner() {
    expect_status 0 as user1 sutap -m name args 42
    expect_no_match '^word -m' out
}
attack reason_for_the_runner "it would name the session's files"
host_of_variable() {
    terms 'hosts = ["elsewhere"]'
    denied 'no rule allows' as user1 hostile --environment HOSTNAME=elsewhere --environment HOST=elsewhere -- \
        $sutap args 42
}
attack host_of_variable "the caller would say where he is"
day_gone() {
    terms 'expires = "2001-01-01"'
    denied 'no rule allows' as user1 hostile --environment FAKETIME=-30y --environment TZ=UTC+24 -- $sutap args 42
}
attack day_gone "a rule would hold for ever"

# Scripts of one's own.
mine() { # WORD…: run as user2, with what a script of his own gets.
    expect_status 0 as user2 sutap "$@"
    expect_line 'scope = own' out
    expect_line 'kernel_addresses = false' out
    expect_no_match 'kallsyms' out
    expect_no_match '^policy_script' out
    expect_records 1 '"decision":"allow","rule":"own"'
}
own_text() { mine -e 'probe begin { }' word; }
attack own_text "scripts of one's own would see everybody's processes"
own_file() {
    printf 'probe begin { }\n' | script /tmp/own.stp
    mine /tmp/own.stp
}
attack own_file "scripts of one's own would see everybody's processes"
attack own_of_another "one user's rule would be everybody's" \
    denied 'not a script of the policy' as user1 sutap -e 'probe begin { }'
attack own_by_path "a script of another's rule would run with less, unseen" \
    denied 'no rule allows' as user2 sutap /srv/scripts/hello.stp
own_copy() {
    cp /srv/scripts/hello.stp /tmp/own.stp
    denied 'not a script' as user2 sutap /tmp/own.stp
}
attack own_copy "a script that the policy knows would run by its copy"
own_copied_text() {
    denied 'not a script' as user2 sutap -e "$(cat /srv/scripts/hello.stp)
"
}
attack own_copied_text "a script that the policy knows would run by its text"
own_unreadable() {
    printf 'probe begin { println("secret") }\n' | script /srv/scripts/secret.stp 700
    denied 'Permission' as user2 sutap /srv/scripts/secret.stp
}
attack own_unreadable "a script that the caller can't read would run, and be printed in its errors"
for option in -g -F -S1 -I/tmp -DMAXACTION=0 -Eprobe --place=user -b; do
    attack "own$(echo "$option" | tr -cd 'a-zA-Z0-9=-')" "a rule for one's own processes would give more" \
        denied "option $(printf %.2s "$option")" as user2 sutap "$option" -e 'probe begin { }'
done
own_denied() {
    printf 'schema = 1\n[[rule]]\nname = "no"\neffect = "deny"\nusers = ["user2"]\nscripts = ["*"]\n' \
        >$folder/deny.toml
    denied 'denied by a rule' as user2 sutap -e 'probe begin { }'
}
attack own_denied "a deny of everything would leave a way"

# What one is told.
told_alike() { # WORD…: of what he may not run and of what there is not.
    expect_refused as user3 sutap "$@" hello
    sed 's/hello//' err >of_hello
    expect_refused as user3 sutap "$@" nothing
    sed 's/nothing//' err >of_nothing
    expect_equal "$(cat of_hello)" "$(cat of_nothing)" message
}
attack why_tells_nothing "--why would list the policy" told_alike --why
attack show_tells_nothing "--show would list the policy" told_alike --show
attack show_not_said "the source would be everybody's to read" denied 'argument 1' as user1 sutap --show args

# The sessions' files.
attack_folder() { # COMMAND…: makes /run/sutap what it must not be.
    rm -rf /run/sutap
    "$@"
    broken '/run/sutap' as user1 sutap hello
    rm -rf /run/sutap
}
owned_by_user() { mkdir -m 755 /run/sutap && chown user1 /run/sutap; }
attack sessions_folder_owned "a user would write who runs what" attack_folder owned_by_user
attack sessions_folder_of_all "anybody would lock the others out" attack_folder mkdir -m 777 /run/sutap
attack sessions_folder_is_link "files would be made elsewhere" attack_folder ln -s /tmp /run/sutap
attack sessions_folder_is_file "nobody would be counted" attack_folder touch /run/sutap
slot_is_link() {
    mkdir -m 700 /run/sutap
    ln -s /etc/passwd /run/sutap/hello.1001.0
    broken "session's file" as user1 sutap hello
    expect_match '^root:' /etc/passwd
}
attack slot_is_link "root's files would be emptied"
not_stopped() { # USER: a process of his goes on when user2 asks sutap to end it.
    start_victim "$1"
    expect_status 1 as user2 sutap --stop "$victim"
    [ -d "/proc/$victim" ] || fail "it was stopped"
    kill "$victim"
}
attack stop_of_another "anybody's processes would be ended" not_stopped user1
attack stop_of_root "root's processes would be ended" not_stopped root
attack stop_of_ones_own "what is no session would be ended" not_stopped user2
for word in 0 -1 1 4194305 99999999999 x ''; do
    attack "stop_$(printf %s "$word" | od -An -tx1 | tr -d ' \n')" "a number would stand for all processes" \
        expect_status 1 as user1 sutap --stop -- "$word"
done
end_of_attacks
