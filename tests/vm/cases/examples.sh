# limit: 900
# Each of Debian's example scripts that /harness/example-list names (tests/examples/attaches; a
# version behind the name: on that kernel) loads and attaches all its probes: only then do begin probes run, and ours, the first, ends the session.
least=125
examples=/harness/examples

# prepare NAME: sets $options and $words to what tests/examples/arguments says, one a line.
prepare() {
    fields() {
        awk -F '\t' -v name="$1" -v wanted="$2" '$1 == name {
            for (i = 2; i <= NF; i++)
                if ($i == "--" && !behind) behind = 1
                else if ((behind ? "words" : "options") == wanted) print $i
            exit
        }' /harness/example-arguments
    }
    options=$(fields "$1" options)
    words=$(fields "$1" words)
}

# attach FILE OUTPUT: true when its probes are attached; what it says is in OUTPUT. Straight to the
# runner, which keeps root's right to open perf events.
attach() (
    prepare "$(basename "$1")"
    cd "$examples/$(dirname "$1")"
    IFS='
'
    set -f
    # shellcheck disable=SC2086 # a line is a word
    timeout 300 /usr/libexec/sutap/sutap-runner -w -s 1 $options \
        -E 'probe begin(-0x8000000000000000) { println("all attached"); exit() }' \
        "$(basename "$1")" $words </dev/null >"/tmp/case/$2" 2>&1 3>&- || true
    grep -q -x 'all attached' "/tmp/case/$2"
)

# work N: every fourth script; much of the time is waiting in the kernel, so four work at once.
work() {
    local script
    for script in $(awk -v mine="$1" 'NR % 4 == mine' list); do
        # On the machine's second line: one that says nothing for minutes is taken for dead.
        echo "$(cut -d ' ' -f 1 /proc/uptime) $script" >&3
        if ! attach "$script" "out.$1"; then
            echo "$script does not attach:"
            tail -n 12 "out.$1"
        fi >>"problems.$1"
    done
}

awk -v kernel="$KERNEL" 'NF == 1 || $2 == kernel { print $1 }' /harness/example-list >list
in_parallel 4 work
cat problems.*
failed=$(cat problems.* | grep -c ' does not attach:$' || true)
all=$(wc -l </harness/example-list)
[ "$failed" = 0 ] || fail "$failed of $(wc -l <list) scripts do not attach"
[ "$all" -ge "$least" ] || fail "only $all scripts are listed, fewer than $least"
