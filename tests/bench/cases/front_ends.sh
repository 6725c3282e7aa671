# limit: 300
# What a request costs that is denied, and one that is allowed, up to the program that it is for:
# sutap's, and beside it doas's and sudo's to run `true`. Neither of those asks for a password, and
# PAM has pam_permit.so alone to ask, which is less than Debian's configuration gives them to do.
# A program that does nothing stands in for the runner. The bounds on system calls are a little more
# than what sutap makes today; the aim is 120 and 250.
[ -n "${INSIDE:-}" ] || cp $runner /tmp/case/real_runner
replace_the_runner true
rivals=/front_ends
for folder in proc sys dev; do
    mkdir -p $rivals/$folder
    mount --rbind /$folder $rivals/$folder
done
mkdir -p $rivals/run/sudo $rivals/tmp $rivals/var/log $rivals/etc/pam.d
cp /etc/passwd /etc/group $rivals/etc/
cp /harness/bin/as /harness/bin/true $rivals/
for kind in passwd group shadow hosts; do echo "$kind: files"; done >$rivals/etc/nsswitch.conf
echo "127.0.0.1 localhost $(hostname)" >$rivals/etc/hosts
echo "root:*:19000:0:99999:7:::
user1:*:19000:0:99999:7:::" >$rivals/etc/shadow
for service in sudo doas; do
    for kind in auth account session; do echo "$kind required pam_permit.so"; done \
        >$rivals/etc/pam.d/$service
done
echo 'user1 ALL = (root) NOPASSWD: /true' >$rivals/etc/sudoers
chmod 440 $rivals/etc/sudoers
echo 'permit nopass user1 as root cmd /true' >$rivals/etc/doas.conf
chmod 644 $rivals/etc/doas.conf
chroot $rivals /sbin/ldconfig
echo 'probe begin { println("hello") }' | script /srv/scripts/hello.stp
echo 'probe begin { println("other") }' | script /srv/scripts/other.stp
allow hello /srv/scripts/hello.stp user1
allow other /srv/scripts/other.stp user2

# request PROGRAM allowed|denied: the words after `measure` that make it, as user1.
request() {
    case $1-$2 in
    sutap-allowed) echo -- /harness/bin/as user1 /usr/bin/sutap hello ;;
    sutap-denied) echo --status 126 -- /harness/bin/as user1 /usr/bin/sutap other ;;
    *-allowed) echo --root $rivals -- /as user1 /usr/bin/"$1" -n /true ;;
    *-denied) echo --root $rivals --status 1 -- /as user1 /usr/bin/"$1" -n /as ;;
    esac
}

# System calls, and shared libraries opened, by the program's name: until execve() has succeeded.
cat >calls.stp <<'EOF'
global calls, libraries
probe begin { println("ready") }
probe kernel.trace("raw_syscalls:sys_enter") { calls[execname()]++ }
probe syscall.open, syscall.openat {
    if (isinstr(filename, ".so") && !isinstr(filename, "ld.so")) libraries[execname()]++
}
probe end {
    foreach (name in calls)
        if (name == @1) printf("%d %d\n", calls[name], libraries[name])
}
EOF

# count PROGRAM REQUEST: "CALLS LIBRARIES"
count() {
    rm -f counted
    /tmp/case/real_runner calls.stp "$1" >counted 2>err &
    session=$!
    wait_for '^ready$' counted 60
    # shellcheck disable=SC2046 # words
    measure --repeat 1 $(request "$1" "$2") >/dev/null 2>&1
    kill -INT $session
    wait $session
    tail -n 1 counted
}

for what in denied allowed; do
    for program in sutap doas sudo; do
        # shellcheck disable=SC2046 # words
        time=$(measure --repeat 21 $(request $program $what) 2>measured) || {
            show measured >&2
            fail "$program, $what" >&2
        }
        echo "$program $what ${time% *} $(count $program $what)"
    done
done >figures
idle=$(measure --repeat 21 -- /harness/bin/as user1 /harness/bin/true)
awk -v idle="${idle% *}" '
    { time[$1, $2] = ($3 - idle) / 1e6; calls[$1, $2] = $4; libraries[$1, $2] = $5 }
    function row(what, most,    name, names, i) {
        split("sutap doas sudo", names, " ")
        for (i = 1; i <= 3; i++) {
            name = names[i]
            printf "%-8s %-6s %6.2f ms (1/%.1f)  %4d system calls (1/%.1f)  %2d shared libraries\n",
                what, name, time[name, what], time[name, what] / time["sutap", what],
                calls[name, what], calls[name, what] / calls["sutap", what], libraries[name, what]
            if (calls[name, what] == 0) bad = 1
        }
        if (calls["sutap", what] > most || libraries["sutap", what] > 0 ||
            time["sutap", what] >= time["doas", what])
            bad = 1
    }
    END { row("denied", 190); row("allowed", 370); exit bad }' figures || fail "worse than a bound"
checked
