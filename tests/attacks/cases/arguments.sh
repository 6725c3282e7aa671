# limit: 120
# The command line: what no shell would write.
. /harness/attacks/library.sh
replace_the_runner show_start
lay_hello


no_arguments() {
    expect_status 1 as user1 hostile --no-arguments -- $sutap
    nothing_ran
    expect_records 0
}
attack no_arguments "the environment would be read as the arguments (CVE-2021-4034, pkexec)"
no_arguments_but_variables() {
    expect_status 1 as user1 hostile --no-arguments --clear-environment --environment hello -- $sutap
    nothing_ran
    expect_records 0
}
attack no_arguments_but_variables "a variable would be taken for the script's name"
for name in /bin/sh -g '' sudo "--grant=3" "$(printf 'a\033[2Jb')" ../../../tmp/x; do
    attack "own_name_$(echo "$name" | tr -cd 'a-z0-9' | sed 's/^$/empty/')" \
        "the caller's name for the program would steer it, or be printed" \
        unharmed as user1 hostile --name "$name" -- $sutap hello
done
own_name_of_100_KiB() {
    unharmed as user1 hostile --name "$(printf %0100000d 0)" -- $sutap hello
}
attack own_name_of_100_KiB "a buffer for the program's name would overflow"

many() { # COUNT WORD
    local text='' n
    for n in $(seq "$1"); do text="$text $2"; done
    echo "$text"
}
megabyte_of_arguments() {
    # shellcheck disable=SC2046 # words are wanted
    misused 'too long' as user1 sutap hello $(many 10 "$(printf %0100000d 0)")
    [ "$(wc -c <err)" -lt 200 ] || fail "it says all of them"
}
attack megabyte_of_arguments "the audit log would be filled by one call"
too_many_words() {
    # shellcheck disable=SC2046
    misused 'too long' as user1 sutap hello $(many 300 x)
}
attack too_many_words "the audit record would grow without bound"
one_byte_too_many() { misused 'too long' as user1 sutap hello "$(printf %032764d 0)"; }
attack one_byte_too_many "the bound on a record would not be one"
too_long_before_refused() {
    misused 'too long' as user2 sutap -g hello "$(printf %040000d 0)"
}
attack too_long_before_refused "a refused option would bring a long record"

escape_in_argument() {
    unharmed as user1 sutap hello "$(printf 'a\033]0;x\007b')"
    expect_match '"arguments":\["a\\u001b\]0;x\\u0007b"\]' record
}
attack escape_in_argument "the administrator's terminal would obey the audit log"
line_in_argument() {
    unharmed as user1 sutap hello "$(printf 'x"],"capabilities":[]}\n{"time":"","decision":"allow')"
    expect_match '\\u000a' record
}
attack line_in_argument "a caller would write audit records of his own"
line_in_refused_name() {
    denied 'x\\u000a' as user2 sutap "$(printf 'x\n{"decision":"allow","uid":0}')"
}
attack line_in_refused_name "a caller would write audit records of his own"
quotation_in_argument() {
    unharmed as user1 sutap hello 'a","decision":"deny' 'b\'
    expect_match '"arguments":\["a\\",\\"decision\\":\\"deny","b\\\\"\]' record
}
attack quotation_in_argument "members of the record could be forged"
invalid_utf8_in_argument() {
    unharmed as user1 sutap hello "$(printf '\377\300\200\355\240\200')"
    LC_ALL=C tr -d '\n\040-\176' <record >others
    expect_equal 0 "$(wc -c <others)" "bytes that are not ASCII in the record"
}
attack invalid_utf8_in_argument "readers of the audit log would stumble over the record"
refused_name() { # BYTES
    denied 'not a script of the policy' as user1 sutap "$(printf "$1")"
    LC_ALL=C tr -d '\n\040-\176' <err >others
    expect_equal 0 "$(wc -c <others)" "raw bytes in the message"
}
attack escape_in_name "a name in a shared file would steer the caller's terminal" refused_name 'a\033[2Jb'
attack c1_in_name "terminals that obey C1 would be steered" refused_name 'a\2332Jb'
attack delete_in_name "a message would hide a part of itself" refused_name 'a\177b\rc'

attack grant_option "the caller would write his own grant" denied '--grant' as user1 sutap --grant=3 hello
attack grant_shortened "getopt_long would complete it" denied '--gr' as user1 sutap --gr=3 hello
attack grant_without_number "it would take the next word" denied '--grant' as user1 sutap --grant 3 hello
attack grant_with_help "the way without a policy would take a grant" \
    denied 'option --' as user1 sutap --help --grant=3
attack grant_with_check "the way without a policy would take a grant" \
    denied '--g' as user1 sutap --g=0 --check /srv/scripts/hello.stp
grant_behind_check() {
    rm -f $audit_log
    expect_status 0 as user1 sutap --check /srv/scripts/hello.stp --grant=0
    expect_equal "0000000000000000" "$(sed -n 's/^Cap...:.//p' out | sort -u)" capabilities
    expect_records 0
}
attack grant_behind_check "a session with rights could be had without a record"
attack grant_before_pass "the way without a policy would take a grant" \
    denied '--gra' as user1 sutap --gra=0 -p2 /srv/scripts/hello.stp
grant_as_argument() {
    unharmed as user1 sutap hello --grant=3 -g
    expect_equal "word sutap-runner word --grant=4 word -- word --grant=3 word -g" \
        "$(grep '^word' out | xargs)" words
}
attack grant_as_argument "an argument of the script would be an option of the runner"
attack hidden_in_flags "-vg would be taken for -v" denied 'option -g' as user1 sutap -vg hello
attack hidden_command "-vcCOMMAND would be taken for -v" denied 'option -c' as user1 sutap -vc/bin/sh hello
for option in -g -u -w -k -F -t "-c/bin/sh" "-I/tmp" "-DMAXACTION=0" "-Ga=1" "-x1" "-s4095" \
    "-S1" "-Eprobe" --place=user --rlimit-as=1 --color --unknown; do
    attack "option$(echo "$option" | tr -cd 'a-zA-Z0-9=-')" \
        "the caller would have what only a rule may give" denied "option $(printf %.2s "$option")" \
        as user1 sutap "$option" hello
done
attack text_of_ones_own "any caller would run any script" \
    denied 'not a script of the policy' as user1 sutap -e 'probe begin { println("hello") }'
attack text_and_name "the policy would look at the name, and the text would run" \
    denied 'not a script of the policy' as user1 sutap -e 'probe begin { println(1) }' hello
attack text_from_input "any caller would run any script" denied '"request":"-"' as user1 sutap -
attack time_of_zero "the runner would meet a limit that is none" misused 'seconds' as user1 sutap -T 0 hello
attack time_of_less "the runner would meet a negative limit" misused 'seconds' as user1 sutap -T -1 hello
attack time_too_long "the number would wrap around" \
    misused 'seconds' as user1 sutap -T 18446744073709551616 hello
attack format_of_a_path "a format's name would become a path" \
    misused 'format' as user1 sutap --format=../../tmp/x hello
attack after_two_dashes "an option would be a script's name" denied '"request":"-g"' as user1 sutap -- -g hello
attack line_with_option "a #! line would smuggle options in" \
    denied 'option -g' as user1 sutap "-v -g" hello
attack line_with_grant "a #! line would smuggle the grant in" \
    denied '--grant' as user1 sutap "-v --grant=3" hello
attack line_with_variable "a #! line would tell the caller's variables" \
    misused 'split' as user1 sutap "-v \$HOME" hello
attack line_with_open_quote "the rest of the words would be swallowed" \
    misused 'split' as user1 sutap "-v 'x" hello
end_of_attacks
