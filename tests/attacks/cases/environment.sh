# limit: 120
# Variables that make programs do other things than their authors thought of.
. /harness/attacks/library.sh
replace_the_runner show_start
lay_hello

# One start with all of them: what is left of one shows.
everything() {
    local text
    while IFS='|' read -r text _; do
        echo --environment
        echo "$text"
    done <variables >words
    # shellcheck disable=SC2046 # words are wanted, the lines of the file
    (IFS='
' && unharmed as user1 hostile $(cat words) -- $sutap hello) && mv out everything
}
gone() { # NAME
    [ -s everything ] || everything
    expect_no_match "^(environment |caller\.)$1(\$|[^A-Z])" everything
}
cat >variables <<'END'
LD_PRELOAD=/tmp/preloaded.so|a library of the caller's would run with CAP_BPF
LD_AUDIT=/tmp/preloaded.so|a library of the caller's would run with CAP_BPF
LD_LIBRARY_PATH=/tmp|a library of the caller's would run with CAP_BPF
LD_DEBUG=all|addresses of the runner would be told
LD_DEBUG_OUTPUT=/tmp/x|the loader would write files
LD_PROFILE=libc.so.6|the loader would write files
LD_BIND_NOW=1|the loader would do other things
LD_ORIGIN_PATH=/tmp|a library of the caller's would be found
LD_SHOW_AUXV=1|addresses of the runner would be told
LD_USE_LOAD_BIAS=1|the loader would do other things
LD_DYNAMIC_WEAK=1|symbols would be replaced
LD_HWCAP_MASK=0xffffffff|another library would be found
LD_TRACE_LOADED_OBJECTS=1|the runner would not run, and the record would say that it did
GLIBC_TUNABLES=glibc.malloc.mxfast=glibc.malloc.mxfast=AAAAAAAAAAAAAAAA|the loader would overflow (CVE-2023-4911)
GCONV_PATH=/tmp|a module of the caller's would be loaded (pkexec)
LOCPATH=/tmp|a locale of the caller's would be read
NLSPATH=/tmp/%N|message texts of the caller's would be formats
LC_ALL=../../../tmp/x|a locale of the caller's would be read
LC_CTYPE=ru_RU.KOI8-R|what counts as a letter would change
LANGUAGE=../../tmp|message texts of the caller's would be read
CHARSET=../../tmp/x|a module of the caller's would be loaded
MALLOC_CHECK_=3|the allocator would do other things
MALLOC_PERTURB_=1|the allocator would do other things
MALLOC_TRACE=/tmp/x|the allocator would write files
HOSTALIASES=/tmp/x|names of machines would be the caller's
RES_OPTIONS=debug|the resolver would do other things
TZDIR=/tmp|files of the caller's would be read as time zones
GETCONF_DIR=/tmp|programs of the caller's would run
TMPDIR=/srv|temporary files would lie elsewhere
HOME=/root|files of root's would be read
BASH_ENV=/tmp/x|a shell would read it
ENV=/tmp/x|a shell would read it
IFS=/|a shell would split words otherwise
SHELLOPTS=xtrace|a shell would do other things
PS4=$(id)|a shell would run it
CDPATH=/tmp|a shell would be elsewhere
BASH_FUNC_ls%%=() { id; }|a shell would run it (CVE-2014-6271)
PYTHONPATH=/tmp|modules of the caller's would be loaded
PERL5OPT=-d|modules of the caller's would be loaded
DEBUGINFOD_URLS=http://127.0.0.1/|libdw would ask the caller's server
DEBUGINFOD_CACHE_PATH=/tmp|libdw would read the caller's files
SYSTEMTAP_TAPSET=/tmp|functions of the caller's would be in the script
SYSTEMTAP_RUNTIME=/tmp|code of the caller's would be compiled
SYSTEMTAP_STAPRUN=/tmp/x|a program of the caller's would run
SYSTEMTAP_DIR=/tmp|files of the caller's would be read
SYSTEMTAP_ARGS=-g|options of the caller's would count
STAP_ARGS=-g|options of the caller's would count
SUTAP_RUNNER=/tmp/x|a program of the caller's would run
SUTAP_GRANT=3|the caller would write his own grant
SUTAP_POLICY=/tmp|a policy of the caller's would decide
TERMINFO=/tmp|a terminal's description would be the caller's file
equalless|a text without an equals sign would be kept
END
while IFS='|' read -r text damage; do
    attack "variable_${text%%=*}" "$damage" gone "${text%%=*}"
done <variables

# What the grant tells the runner of, if it is harmless.
variable() { # NAME=VALUE
    unharmed as user1 hostile --clear-environment --environment "$1" -- $sutap hello
    expect_no_match "^caller\.${1%%=*} = " out
}
number=0
while IFS='|' read -r text damage; do
    number=$((number + 1))
    # shellcheck disable=SC2059 # the text has the form's signs
    attack "kept_${number}_${text%%=*}" "$damage" variable "$(printf "$text")"
done <<'END'
PATH=/tmp\n/bin|a line of the grant would be the caller's
TERM=../../x|a terminal's description would be the caller's file
TERM=\033[2J|a line of the grant would hold bytes that terminals obey
TZ=/etc/shadow|a file that the caller can't read would be read
TZ=../../../tmp/x|a file of the caller's would be read as a time zone
TZ=:/tmp/x|a file of the caller's would be read as a time zone
LANG=C\nuid = 0|a line of the grant would be the caller's
LANG=../../tmp|a locale of the caller's would be read
COLUMNS=-1|a width would be negative
COLUMNS=99999999|a line's memory would be the caller's to choose
COLUMNS=10\nprobe = kernel.function|a line of the grant would be the caller's
END

large_variable() { unharmed as user1 hostile --environment-bytes 120000 -- $sutap hello; }
attack large_variable "a buffer for it would overflow"
many_variables() {
    local options='' n
    for n in $(seq 1000); do options="$options --environment X$n=$n"; done
    # shellcheck disable=SC2086 # words are wanted
    unharmed as user1 hostile $options -- $sutap hello
}
attack many_variables "some would be left over"
same_variable_twice() {
    unharmed as user1 hostile --clear-environment --environment LD_PRELOAD=/tmp/preloaded.so \
        --environment LD_PRELOAD=/tmp/preloaded.so --environment PATH=/usr/bin \
        --environment 'PATH=/tmp|x' -- $sutap hello
    expect_line "caller.PATH = /usr/bin" out
}
attack same_variable_twice "only the first of two would be removed"
long_path() {
    unharmed as user1 hostile --clear-environment --environment "PATH=/$(printf %05000d 0)" -- $sutap hello
    expect_no_match 'caller.PATH' out
}
attack long_path "the grant would be longer than its reader expects"

# What needs no privilege keeps of the environment what the rest keeps.
without_privilege() {
    expect_status 0 as user1 hostile --environment LD_PRELOAD=/tmp/preloaded.so --environment HOME=/root \
        --environment SYSTEMTAP_TAPSET=/tmp -- $sutap --help
    expect_no_match '^environment (LD_|HOME|SYS)' out
    expect_line "NoNewPrivs:	1" out
    expect_line "CapBnd:	0000000000000000" out
    expect_line "CapEff:	0000000000000000" out
    expect_line "Uid:	1001	1001	1001	1001" out
}
attack without_privilege "the way without a policy would keep what the other removes"
end_of_attacks
