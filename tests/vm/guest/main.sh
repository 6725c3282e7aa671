# Runs the cases that /harness/list names, one after the other, and reports each on the second
# serial line: "@TOKEN case NAME", the case's output, "@TOKEN result NAME STATUS SECONDS CHECKS".
token=$(cat /harness/token)
exec 3>/dev/ttyS1
# What the kernel says when it, or a program, has gone wrong.
alarming='WARNING: CPU|BUG:|kernel BUG|Oops|Call Trace|general protection|rcu.*(stall|starved)'
alarming="$alarming|soft lockup|blocked for more than|segfault at|traps: |UBSAN|KASAN|verifier bug"

report() { echo "@$token $*" >&3; }

# Everything but process 1, this script and the kernel's own threads: those have no command line.
end_strangers() {
    local process pid
    for process in /proc/[0-9]*; do
        pid=${process#/proc/}
        [ "$pid" -gt 1 ] || continue
        [ "$pid" != $$ ] || continue
        [ -n "$(tr -d '\0' 2>/dev/null <"$process/cmdline")" ] || continue
        kill -KILL "$pid" 2>/dev/null
    done
}

# Each case finds the machine as it was: the policies, no audit log, empty /tmp and home folders.
lay_out_anew() {
    end_strangers
    rm -rf /tmp/* /tmp/.[!.]* /var/log/sutap/audit.log /home/user[123]/* /srv/* /opt/*
    rm -rf /etc/sutap
    cp -a /harness/etc-sutap /etc/sutap
    mkdir -m 700 /tmp/case
}

# A program is freed some time after its last descriptor was closed.
await_no_objects() {
    local tries=0
    while [ "$(bpf_objects)" != "$objects_at_start" ]; do
        tries=$((tries + 1))
        if [ $tries -gt 50 ]; then
            echo "BPF objects are left behind: $(bpf_objects), at the start: $objects_at_start"
            rm -rf /sys/fs/bpf/*
            sleep 1
            objects_at_start=$(bpf_objects)
            return 1
        fi
        sleep 0.1
    done
}

no_alarm() {
    dmesg -c >/tmp/case/kernel_log
    cat /tmp/case/kernel_log >>/run/kernel_log
    if grep -E "$alarming" /tmp/case/kernel_log; then
        echo "--- the kernel's log:"
        cat /tmp/case/kernel_log
        return 1
    fi
}

now() { cut -d ' ' -f 1 /proc/uptime; }

run_case() {
    local name=$1 file=/harness/cases/$1.sh limit status started
    limit=$(sed -n 's/^# limit: *\([0-9]*\)$/\1/p' "$file")
    limit=${limit:-60}
    lay_out_anew
    report "case $name"
    started=$(now)
    cd /tmp/case || exit 1
    : >/run/checks
    KERNEL=$(cat /harness/kernel) CASE=$name timeout -s KILL "$limit" \
        setsid sh -eu -c '. /harness/library.sh; . "$0"' "$file" >/run/output 2>&1
    status=$?
    [ $status != 137 ] || echo "ended: after $limit s, or killed" >>/run/output
    end_strangers
    await_no_objects >>/run/output 2>&1 || [ $status != 0 ] || status=98
    no_alarm >>/run/output 2>&1 || [ $status != 0 ] || status=99
    tail -c 40000 /run/output >&3
    echo >&3
    report "result $name $status $(echo "$started $(now)" | awk '{ printf "%.1f", $2 - $1 }')" \
        "$(wc -l </run/checks)"
}

mkdir -p /var/log/sutap
chmod 700 /var/log/sutap
[ -d /etc/sutap ] || mkdir -p /etc/sutap/policy.d
cp -a /etc/sutap /harness/etc-sutap
mkdir -m 700 /tmp/case
# What the boot says is not the cases'.
dmesg -c >/run/kernel_log
report "ready $(uname -r)"
objects_at_start=$(bpf_objects)
while read -r name; do
    run_case "$name"
done </harness/list
report end
