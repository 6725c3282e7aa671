# The cases of `run`, which has the helpers.
newline='
'

case_no_arguments_is_a_question() {
    sutap
    expect_status 1
    expect_match '^Usage: sutap ' err
    sutap --help
    expect_status 0
    expect_match '^Usage: sutap ' out
    sutap -h
    expect_status 0
    sutap -V
    expect_status 0
    expect_match '^sutap [0-9]' out
    sutap --version
    expect_status 0
    sutap --clean-cache
    expect_status 0
}

case_script_from_standard_input() {
    printf 'probe begin { println(@1); exit() }' >script
    sutap - word <script
    expect_status 0
    expect_file out "word$newline"
}

case_missing_script() {
    sutap no_such.stp
    expect_status 1
    expect_match 'no_such.stp: No such file or directory' err
}

case_passes() {
    local pass
    for pass in 1 2 3 4; do
        sutap -p$pass -e 'probe begin { println("ran") }'
        expect_status 0
        expect_no_match '^ran' out
    done
    sutap -v -e 'probe begin { exit() }'
    expect_match '^Pass 1: parsed user script and [0-9]+ library scripts? using [0-9]+virt/[0-9]+res/[0-9]+shr/[0-9]+data kb, in [0-9]+usr/[0-9]+sys/[0-9]+real ms\.$' err
    expect_match '^Pass 2: analyzed script: 1 probe, 0 functions, 0 embeds, 0 globals using ' err
    expect_match '^Pass 5: starting run\.$' err
    expect_match '^Pass 5: run completed in [0-9]+usr/[0-9]+sys/[0-9]+real ms\.$' err
    sutap --vp 01 -e 'probe begin { exit() }'
    expect_no_match 'Pass [1345]' err
    expect_match '^Pass 2: ' err
    sutap --vp 00001 -e 'probe begin { exit() }'
    expect_no_match 'Pass [1234]' err
    expect_match '^Pass 5: starting run' err
}

case_listing() {
    sutap -l begin
    expect_status 0
    expect_file out "begin$newline"
    sutap -l 'timer.s(1)'
    expect_status 0
    expect_file out "timer.s(1)$newline"
    sutap -l 'procfs("x").read'
    expect_file out "procfs(\"x\").read$newline"
    sutap -L input.line
    expect_file out "input.line line:string$newline"
    sutap -L 'input.*'
    expect_file out "input.char char:string${newline}input.line line:string$newline"
    sutap -l 'syscall.kill'
    expect_file out "syscall.kill$newline"
    # As stap lists them: forms with the arguments that the pattern has.
    while read -r pattern expected; do
        sutap -l "$pattern"
        expect_status 0
        [ "$(paste -sd ' ' out)" = "$expected" ] || fail "-l $pattern"
    done <<'EOF'
begin begin
begin(-5) begin(-5)
end end
error error
never never
beg* begin
e* end error
procfs.* procfs.read procfs.write
procfs("x").* procfs("x").read procfs("x").write
proc*("x").r* procfs("x").read
*.line input.line
timer.*sec(5) timer.msec(5) timer.nsec(5) timer.sec(5) timer.usec(5)
timer.m*s(5).rand*(2) timer.ms(5).randomize(2)
timer.* timer.profile
timer.profile* timer.profile
timer.profile.* timer.profile.tick
timer.profile.freq.*(9) timer.profile.freq.hz(9)
perf.sw.page* perf.sw.page_faults perf.sw.page_faults_maj perf.sw.page_faults_min
perf.*cycles perf.hw.bus_cycles perf.hw.cpu_cycles perf.hw.ref_cpu_cycles
perf.sw.cpu_clock.sample(5) perf.sw.cpu_clock.sample(5)
perf.type(1).config(7).*(5) perf.type(1).config(7).hz(5) perf.type(1).config(7).sample(5)
EOF
    sutap -l '*' # one component
    expect_match '^begin$' out
    expect_match '^oneshot$' out
    expect_no_match '[.]' out
    # A timer's length is no wildcard's.
    for pattern in 'timer.s*' 'timer.s' perf.sw 'perf.x*' 'procfs*' 'begin("x")' 'b*(1)(2)' nonsense 'timer.foo(1)' 'begin{}probe end' 'begin,end' '%{' 'input.x*' ''; do
        sutap -l "$pattern"
        expect_status 1
        expect_file out ""
    done
    sutap -l nonsense
    expect_file err ""
    sutap -E 'probe my.alias = begin { a = 1; b = "x" }' -L 'my.*'
    expect_file out "my.alias a:long b:string$newline"
    # Names that begin with __ are the alias's own.
    sutap -E 'probe my.alias = begin { __own = 1; a = __own }' -L 'my.*'
    expect_file out "my.alias a:long$newline"
    sutap -l begin -L end
    expect_status 1
}

case_inventories() {
    sutap --dump-functions
    expect_status 0
    expect_match '^strlen:long \(string\)$' out
    expect_match '^MAJOR:long \(device:long\)$' out
    sutap --dump-probe-aliases
    expect_status 0
    expect_match '^ioblock\.request$' out
    sutap --dump-probe-types
    expect_status 0
    expect_match '^begin\(number\)$' out
}

case_messages_are_not_repeated() {
    # The alias is bound three times, and its mistake is one.
    sutap -e 'probe own = begin { println(no_such()) } probe own { } probe own, own { }'
    expect_status 1
    [ "$(grep -c 'unresolved function no_such' err)" = 1 ] || fail "not once"
    # Nobody reads more than 200.
    { echo 'probe begin {' && printf 'no_such_%d()\n' {1..300} && echo '}'; } >mistakes.stp
    sutap mistakes.stp
    expect_status 1
    [ "$(grep -c '^semantic error' err)" = 200 ] || fail "$(grep -c '^semantic error' err) messages"
}

case_additional_scripts() {
    sutap -E 'function f() { return g() * 2 } global n = 4' -e 'probe begin { println(f() + n) }
        function g() { return $1 }' -E 'probe begin { println("second"); exit() }' 3
    expect_status 0
    expect_file out "10${newline}second$newline"
    sutap -E 'probe begin { println("alone"); exit() }'
    expect_status 1
    expect_match 'A script must be specified' err
    sutap -e 'probe begin { exit() }' -E 'probe {'
    expect_status 1
    expect_match '^Pass 1: parse failed' err
}

case_tapset_folder() {
    mkdir tapset
    echo 'function twice(x) { return 2 * __factor() * x }
          function __factor() { return 1 }
          function broken() { return no_such_function() }
          probe mine.start = begin { what = "mine" }
          probe begin { println("not this") }' >tapset/a.stp
    echo 'this is no script' >tapset/readme.txt
    sutap -I tapset -e 'probe mine.start { println(what, twice(21)); exit() }'
    expect_status 0
    expect_file out "mine42$newline"
    # As in stap, -p1 prints the script alone, which is the same script with the same library.
    sutap -p1 -I tapset -E 'probe end { println("end") }' -e 'probe mine.start { println(what); exit() }'
    expect_no_match 'twice|mine.start =' out
    expect_match '^probe end' out
    sed '2{/^# file /d}' out >tree.stp
    sutap -p1 -I tapset tree.stp
    [ "$(sed '2{/^# file /d}' out)" = "$(cat tree.stp)" ] || fail "another tree"
    sutap -I tapset tree.stp
    expect_file out "mine${newline}end$newline"
    sutap -I nowhere -e 'probe begin { exit() }'
    expect_status 1
    expect_match 'cannot read the folder nowhere' err
    sutap -I tapset -e 'probe begin { broken() }'
    expect_status 1
    expect_match 'no_such_function' err
}

case_private_names_of_a_file() {
    mkdir tapset
    echo 'private function hidden() { return 7 } private global secret = 3
          function shown() { return hidden() + secret++ }
          probe mine.start = begin { inner = secret }' >tapset/a.stp
    sutap -I tapset -e 'probe begin { println(hidden()) }'
    expect_status 1
    expect_match 'unresolved function hidden' err
    # What the script has of these names is another thing.
    sutap -I tapset -e 'private function hidden() { return 8 } global secret = 9
        probe mine.start { println(shown(), " ", inner, " ", hidden(), " ", secret); exit() }'
    expect_status 0
    expect_file out "10 3 8 9$newline"
    sutap -w -I tapset -e 'probe begin { println(shown() + shown(), " ", secret + 0); exit() }'
    expect_file out "21 0$newline"
    # A script of -E is a file, too.
    sutap -E 'private global n = 1 function one() { return n }' \
        -E 'private global n = 2 function two() { return n } probe begin(1) { n = 5 }' \
        -e 'private n = 3 probe begin { println(one(), two(), n); } probe begin(2) { println(one(), two(), n); exit() }'
    expect_status 0
    expect_file out "123${newline}153$newline"
    sutap -e 'private n private n probe begin { n = 1; println(n) }'
    expect_status 1
    expect_match "duplicate global name 'n'" err
    sutap -E 'global n' -e 'global n probe begin { n = 1; println(n) }'
    expect_status 1
    expect_match "duplicate global name 'n'" err
}

case_switch_file() {
    sutap -o file -S 1,2 -e 'probe begin { for (i = 0; i < 4; i++) { println(i); switch_file() } println("end"); exit() }'
    expect_status 0
    [ ! -e file.0 ] && [ ! -e file.2 ] && [ "$(cat file.3 file.4)" = "3${newline}end" ] || fail "files of -S"
    # Without -S the name is opened anew.
    sutap -o plain -e 'probe begin { println("a"); system("mv plain old; echo >>moved") }
        probe timer.ms(10) { if (n++ == 200) { switch_file(); println("b"); exit() } } global n'
    expect_status 0
    [ "$(cat old) $(cat plain)" = "a b" ] || fail "files of -o"
}

case_kernel_logs() {
    local marker=/sys/kernel/tracing/trace_marker
    [ "$(id -u)" = 0 ] && [ -w /dev/kmsg ] || return 0
    sutap -g -e "probe begin { printk(5, \"sutap case $$\"); exit() }"
    expect_status 0
    eventually eval "dmesg | grep -q 'sutap case $$'"
    chmod 755 . && cp "$runner" ./copy && chmod 755 copy
    status=0
    setpriv --reuid 61234 --clear-groups ./copy -g -e 'probe begin { printk(5, "x"); exit() }' >out 2>err || status=$?
    expect_status 1
    expect_file out ""
    expect_match '^sutap-runner: printk\(\) cannot write to /dev/kmsg: Permission denied; use log' err
    [ -w $marker ] || sutap -e 'probe begin { ftrace("x"); println("done"); exit() }'
    [ -w $marker ] || expect_match "^WARNING: no access to ftrace's buffer" err
    [ -w $marker ] || expect_file out "done$newline"
}

case_check() {
    echo 'probe begin { system("true") } probe procfs("a").read { $value = "" }
          probe input.line { exit() } probe timer.s(1) { next }' >script.stp
    sutap --check script.stp
    expect_status 0
    expect_file out 'script: script.stp
probe: begin
probe: procfs("a").read
probe: input.line
probe: timer.s(1)
attaches: begin
attaches: procfs("__stdin_line").write
attaches: procfs("a").read
attaches: timer.s(1)
capabilities: none
scope: own
programs: 0 of 0 instructions
commands: system() starts commands as the caller
files: read a
input: standard input
'
    echo 'probe syscall.kill { println(pid()) }
          probe kernel.function("vfs_read") { exit() }' >script.stp
    sutap --check script.stp
    expect_match '^scope: system, because of script.stp:2:17$' out
    sutap --check no_such.stp
    expect_status 1
}

case_signals_end_the_session() {
    local signal
    for signal in INT TERM HUP QUIT; do
        start -e 'probe begin { println("begin") } probe end { println("end") }'
        eventually grep -q begin out
        finish $signal
        expect_status 0
        expect_file out "begin${newline}end$newline"
        expect_file err ""
    done
}

case_closed_output_ends_the_session() {
    # Without a timer nothing is ever written that could fail.
    timeout 10 "$runner" -e 'probe begin { println("one") } probe end { println("two") }' 2>err | head -n 1 >out
    [ "${PIPESTATUS[0]}" != 124 ] || fail "it did not end"
    expect_file out "one$newline"
}

# on_a_terminal WORDS…: what the command says there, in the file out, without carriage returns.
on_a_terminal() {
    timeout 20 script -qec "$*" /dev/null </dev/null | tr -d '\r' >out
}

case_colour_on_a_terminal_only() {
    local red=$'\033\\[01;31m'
    export TERM=xterm
    echo 'probe begin { x( }' >wrong.stp
    on_a_terminal "$runner wrong.stp"
    expect_match "^${red}parse error:" out
    on_a_terminal "$runner --color=never wrong.stp"
    expect_match '^parse error:' out
    on_a_terminal "TERM=dumb $runner wrong.stp"
    expect_match '^parse error:' out
    on_a_terminal "env -u TERM $runner wrong.stp"
    expect_match '^parse error:' out
    on_a_terminal "$runner wrong.stp 2>err"
    expect_match '^parse error:' err
    sutap wrong.stp
    expect_match '^parse error:' err
    sutap --color wrong.stp
    expect_match "^${red}parse error:" err
}

case_text_of_strangers_on_a_terminal() {
    # Escape sequences in values are shown there, and left alone elsewhere.
    echo 'probe begin { id = speculation() speculate(id, "a\033b\n") commit(id)
        log("c\033d") println(sprintf("e%cf", 27)) exit() }' >escapes.stp
    on_a_terminal "$runner escapes.stp"
    expect_file out 'a\033b
c\033d
e\033f
'
    sutap escapes.stp
    expect_file out $'a\033b\nc\033d\ne\033f\n'
    on_a_terminal "$runner --format json escapes.stp"
    expect_match '"a\\u001bb\\nc\\u001bd\\ne\\u001bf\\n"' out
}

case_characters_of_a_terminal() {
    local terminal
    # A character comes without its line, and the terminal is left as it was.
    mkfifo keys
    exec 4<>keys
    timeout 20 script -qec "stty -a >before; '$runner' -e 'probe begin { println(\"begin\") }
        probe input.char { printf(\"got %s\n\", char); exit() }'; stty -a >after" /dev/null <keys >out &
    terminal=$!
    eventually grep -q begin out
    printf x >&4
    eventually grep -q 'got x' out
    wait "$terminal"
    exec 4>&-
    grep -q ' icanon' before || fail "the terminal does not gather lines"
    cmp before after || fail "the terminal was left in another mode"
}

case_time_zone() {
    # tz_gmtoff() counts the seconds west of Greenwich.
    TZ=XYZ-2:30 sutap -e 'probe begin { println(tz_ctime(0)); println(tz_gmtoff(), " ", tz_name()); exit() }'
    expect_file out "Thu Jan  1 02:30:00 1970 XYZ${newline}-9000 XYZ$newline"
}

case_output_file() {
    sutap -o out-%Y -e 'probe begin { println("text"); exit() }'
    expect_status 0
    expect_file out ""
    expect_file "out-$(date +%Y)" "text$newline"
    sutap -o nowhere/out -e 'probe begin { exit() }'
    expect_status 1
    expect_match 'cannot write to nowhere/out: No such file or directory' err
    # Commands of system() write where the script does.
    sutap -o both -e 'probe begin { println("script"); system("echo command"); exit() }'
    eventually grep -q command both
    expect_file both "script${newline}command$newline"
}

case_output_reopened() {
    start -o file -e 'global n probe timer.ms(10) { println(++n) }'
    eventually grep -qx 3 file
    mv file old
    kill -USR2 "$session"
    eventually test -s file
    finish TERM
    expect_status 0
    cat old file >all
    seq 1 "$(tail -n 1 all)" | cmp - all || fail "lines are missing"
    # The same name is added to.
    start -o file -e 'global n probe timer.ms(10) { println(++n) }'
    eventually grep -qx 3 file
    kill -USR2 "$session"
    eventually grep -qx 30 file
    finish TERM
    seq 1 "$(tail -n 1 file)" | cmp - file || fail "lines are missing"
}

case_output_rotates() {
    # 100,000 lines of 40 bytes: four megabytes.
    sutap -S 1,3 -o file -DMAXACTION=1000000000 -DMAXACTION_INTERRUPTIBLE=1000000000 -e '
        probe begin { for (i = 0; i < 100000; i++) printf("%039d\n", i); exit() }'
    expect_status 0
    [ "$(ls file*)" = "file.1${newline}file.2${newline}file.3" ] || fail "files: $(ls)"
    cat file.1 file.2 file.3 | sed 's/^0*//;s/^$/0/' >all
    seq "$(head -n 1 all)" 99999 | cmp - all || fail "lines are missing"
    local name
    for name in file.1 file.2 file.3; do
        [ "$(stat -c %s "$name")" -le 1048576 ] || fail "$name is too large"
    done
    [ "$(stat -c %s file.1)" -gt 1048000 ] || fail "file.1 is too small"
}

case_output_rotates_by_signal() {
    start -S 1 -o file -e 'probe begin { println("first") } probe end { println("last") }'
    eventually grep -q first file.0
    kill -USR2 "$session"
    eventually test -e file.1
    finish INT
    expect_status 0
    expect_file file.0 "first$newline"
    expect_file file.1 "last$newline"
}

case_background() {
    local process
    echo input >in
    sutap -F -o file -e 'probe begin { println("begin") } probe end { println("end") }
                         probe timer.s(30) { exit() }' <in
    expect_status 0
    expect_file err ""
    expect_match '^[0-9]+$' out
    expect_file file "begin$newline"
    # A session of its own, which keeps nothing of the terminal.
    process=$(cat out)
    [ "$(cut -d ' ' -f 6 "/proc/$process/stat")" = "$process" ] || fail "it is in our session"
    [ "$(id -u)" != 0 ] || [ "$(readlink "/proc/$process/fd/0")" = /dev/null ] || fail "it keeps standard input"
    kill -INT "$process"
    eventually grep -q end file
    expect_file file "begin${newline}end$newline"
    # What goes wrong before is told at once.
    sutap -F -o nowhere/file -e 'probe begin { next }'
    expect_status 1
    expect_match 'cannot write to nowhere/file' err
    sutap -F -o file -e 'probe begin { foo( }'
    expect_status 1
}

case_background_lets_go() {
    # Nobody who waits for the end of our standard output or error has to wait for the session.
    local process
    process=$(timeout 10 "$runner" -F -o file -e 'probe begin { system("sleep 3") } probe timer.s(3) { exit() }' 2>&1) ||
        fail "it held the streams"
    kill -TERM "$process"
}

case_command() {
    sutap -c 'sh -c "echo child; exit 0"' -e 'probe begin { println("begin") } probe end { println("end") }'
    expect_status 0
    expect_file out "begin${newline}child${newline}end$newline"
    sutap -c 'echo one; echo two | cat' -e 'probe end { println("end") }'
    expect_file out "one${newline}two${newline}end$newline"
    sutap -c 'sh -c "exit 3"' -e 'probe begin { next }'
    expect_status 1
    expect_file err "WARNING: Child process exited with status 3
Pass 5: run failed.  [man error::pass5]
"
    sutap -c 'kill -11 $$' -e 'probe begin { next }'
    expect_status 1
    expect_match '^WARNING: Child process exited with signal 11 \(Segmentation fault\)$' err
    sutap -c 'echo $$' -e 'probe begin { println(target()) }'
    [ "$(sort -u out | wc -l)" = 1 ] || fail "target() is not the command's process"
    # A word list needs no shell.
    sutap -c 'cat /proc/self/comm' -e 'probe begin { next }'
    expect_file out "cat$newline"
}

case_command_has_nothing_of_ours() {
    sutap -c 'ls -l /proc/self/fd' -e 'probe begin { next }'
    # 3 is the folder that ls reads.
    expect_no_match ' [4-9] -> | [0-9]{2,} -> ' out
    sutap -c 'grep -E "^(Cap|NoNew|SigBlk)" /proc/self/status' -e 'probe begin { next }'
    expect_match '^CapPrm:.0000000000000000$' out
    expect_match '^CapEff:.0000000000000000$' out
    expect_match '^CapInh:.0000000000000000$' out
    expect_match '^NoNewPrivs:.1$' out
    expect_match '^SigBlk:.0000000000000000$' out
    OUR_OWN=value sutap -c 'printenv OUR_OWN' -e 'probe begin { next }'
    expect_file out "value$newline"
    sutap -e 'probe begin { system("grep -E ^Cap[PE] /proc/self/status; ls -l /proc/self/fd"); exit() }'
    eventually grep -q CapEff out
    expect_no_match '^Cap...:.*[1-9a-f]' out
    expect_no_match ' [4-9] -> | [0-9]{2,} -> ' out
}

case_command_outlives_the_session() {
    start -c 'sleep 1; echo done >late' -e 'probe timer.ms(50) { exit() }'
    finish
    expect_status 0
    [ ! -e late ] || fail "the session waited for the command"
    eventually test -s late
}

case_command_is_not_started_for_nothing() {
    sutap -c 'echo started >started' -e 'probe begin { error("no") }'
    expect_status 1
    sleep 0.2
    [ ! -e started ] || fail "the command was started"
}

case_limits_on_resources() {
    sutap --rlimit-fsize=0 --rlimit-stack=8388608 -o file -e 'probe begin { println("x"); exit() }'
    expect_status 153 # SIGXFSZ, as for any program
    sutap --rlimit-cpu=1000 -e 'probe begin { system("ulimit -t"); exit() }'
    eventually grep -qx 1000 out
}

# Where the files of the session -m "$1" are.
folder_of() { echo "/tmp/sutap-$(id -u)/$1"; }

case_files_go_with_the_session() {
    local folder signal
    folder=$(folder_of "case_$$")
    for signal in TERM KILL; do
        start -m "case_$$" -e 'probe procfs("a/b").read { $value = "x" } probe begin { println("begin") }'
        eventually grep -q begin out
        [ "$(timeout 5 cat "$folder/a/b")" = x ] || fail "cannot be read"
        [ "$(stat -c %a "$folder")" = 711 ] || fail "others may change the folder"
        finish $signal
        eventually test ! -e "$folder"
    done
}

case_one_session_of_a_name() {
    start -m "case_$$" -e 'probe procfs.read { $value = "x" } probe begin { println("begin") }'
    eventually grep -q begin out
    timeout 10 "$runner" -m "case_$$" -e 'probe procfs.read { $value = "y" } probe begin { exit() }' 2>second &&
        fail "a second one of that name"
    expect_match "^sutap-runner: a session named case_$$ is running$" second
    [ "$(timeout 5 cat "$(folder_of "case_$$")/command")" = x ] || fail "the first one suffered"
    finish TERM
    expect_status 0
}

case_foreign_folders_are_refused() {
    # As another user, whose folder in /tmp nobody has used before.
    [ "$(id -u)" = 0 ] || return 0
    local user=61234 folder=/tmp/sutap-61234 script='probe procfs.read { $value = "" } probe begin { exit() }'
    chmod 755 . && cp "$runner" ./copy && chmod 755 copy
    as_user() { timeout 10 setpriv --reuid $user --regid $user --clear-groups "$PWD/copy" -e "$script" >out 2>err; }
    as_user || fail "it does not run at all"
    mkdir $folder
    as_user && fail "a folder of somebody else's was used"
    expect_match "^sutap-runner: $folder is not a folder that only you can write to" err
    chown $user $folder && chmod 777 $folder
    as_user && fail "a folder that everybody can write to was used"
    expect_match "^sutap-runner: $folder is not a folder that only you can write to" err
    rmdir $folder && mkdir target && chown $user target && ln -s "$PWD/target" $folder
    as_user && fail "a symbolic link was followed"
    rm $folder && [ -z "$(ls target)" ] || fail "something was made behind the link"
}

case_many_readers_and_writers() {
    local folder number
    folder=$(folder_of "case_$$")
    start -m "case_$$" -e 'global reads, writes
        probe procfs("read").read { $value = sprintf("%d\n", ++reads) }
        probe procfs("write").write { writes += strtol($value, 10) }
        probe procfs("sum").read { $value = sprintf("%d\n", writes) }
        probe begin { println("begin") }'
    eventually grep -q begin out
    for number in {1..50}; do
        [ "$(timeout 5 cat "$folder/read")" = "$number" ] || fail "read $number"
        echo "$number" >"$folder/write"
    done
    wait_for_sum() { [ "$(timeout 5 cat "$folder/sum")" = 1275 ]; }
    eventually wait_for_sum
    # One who opens and goes away harms nobody.
    : >"$folder/write"
    timeout 0.1 sleep 1 <"$folder/read"
    wait_for_sum || fail "the sum changed"
    finish TERM
    expect_status 0
    expect_file err ""
}

case_one_file_read_and_written() {
    local file number reader
    file=$(folder_of "case_$$")/x
    start -m "case_$$" -e 'global value
        probe procfs("x").read { $value = value }
        probe procfs("x").write { value = $value; printf("%s", $value) }
        probe begin { println("begin") }'
    eventually grep -q begin out
    for number in {1..200}; do
        echo "$number" >"$file" || fail "write $number"
        [ "$(timeout 5 cat "$file")" = "$number" ] || fail "read $number"
    done
    # A reader that keeps its file keeps its answer; each opening has an answer of its own.
    exec 3<"$file"
    echo new >>"$file"
    [ "$(timeout 5 cat "$file") $(timeout 5 cat <&3)" = "new 200" ] || fail "the readers' answers"
    exec 3<&-
    # Neither a writer that says nothing nor one that says it slowly keeps others waiting.
    exec 3>"$file"
    echo quick >"$file"
    [ "$(timeout 5 cat "$file")" = quick ] || fail "read beside a silent writer"
    echo slow >&3
    is_slow() { [ "$(timeout 5 cat "$file")" = slow ]; }
    eventually is_slow
    echo slower >&3
    exec 3>&-
    [ "$(timeout 5 cat "$file")" = slower ] || fail "what was written before closing"
    # Readers that come at once share an answer at most.
    for reader in {1..8}; do
        timeout 5 cat "$file" >"reader_$reader" &
    done
    wait $(jobs -p | grep -vx "$session")
    [ "$(cat reader_*)" = "$(printf 'slower\n%.0s' {1..8})" ] || fail "eight readers"
    # Who opens the same file once more, through its first writer, empties it.
    exec 3>"$file"
    printf 'the beginning' >&3
    eventually grep -q 'the beginning$' out
    printf 'and more\n' >/proc/self/fd/3
    eventually grep -q 'the beginningand more$' out
    exec 3>&-
    head -c 200000 /dev/zero | tr '\0' x >"$file"
    is_complete() { [ "$(tr -dc x <out | wc -c)" = 200000 ]; }
    eventually is_complete
    finish TERM
    expect_status 0
    expect_file err ""
    [ "$(grep -c '^[0-9]*$' out)" = 200 ] || fail "the numbers written"
}

case_files_written_at_the_same_instant() {
    local file
    file=$(folder_of "case_$$")/x
    start -m "case_$$" -e 'global sum
        probe procfs("x").read { $value = sprint(sum) }
        probe procfs("x").write { sum += strtol($value, 10) }
        probe begin { println("begin") }'
    eventually grep -q begin out
    # The attendant stands still, so that both come before it has another file in place.
    kill -STOP "$(pgrep -P "$session" -f . | head -n 1)" || fail "no attendant"
    echo 1 >"$file" &
    echo 1 >"$file" &
    timeout 10 cat "$file" >read &
    sleep 0.3
    kill -CONT "$(pgrep -P "$session" -f . | head -n 1)"
    wait $(jobs -p | grep -vx "$session")
    [ "$(timeout 5 cat "$file")" -ge 1 ] || fail "nothing arrived"
    finish TERM
    expect_status 0
    expect_match '^WARNING: procfs\("x"\) was opened at the same instant by several, and not only to read' err
}

case_files_beside_timers() {
    local folder
    folder=$(folder_of "case_$$")
    start -m "case_$$" -e 'global ticks probe timer.ms(1) { ticks++ }
        probe procfs("ticks").read { $value = sprint(ticks) } probe begin { println("begin") }
        probe timer.s(1) { printf("%d\n", ticks); exit() }'
    eventually grep -q begin out
    timeout 5 cat "$folder/ticks" >first
    timeout 5 cat "$folder/ticks" >second
    finish
    [ "$(cat second)" -ge "$(cat first)" ] || fail "$(cat first second)"
    expect_match '^(999|1000|1001)$' out
}
