# What cases use. Each helper that finds something wrong says what and ends the case.
# A case runs as root in /tmp/case (0700), with $KERNEL (6.1 or 6.12) and $CASE set.

fail() {
    echo "FAILED: $*"
    exit 1
}

# One more thing that the case has looked at; main.sh counts them.
checked() { echo >>/run/checks; }

show() {
    local file
    for file in "$@"; do
        echo "--- $file:"
        cat "$file"
    done
    echo "---"
}

# run COMMAND…: $status is its exit status, the files out and err what it printed.
run() {
    status=0
    "$@" >out 2>err </dev/null || status=$?
}

# expect_status STATUS COMMAND…
expect_status() {
    local wanted=$1
    shift
    checked
    run "$@"
    [ "$status" = "$wanted" ] || {
        show out err
        fail "exit status $status, not $wanted: $*"
    }
}

# expect_equal WANTED GOT [WHAT]
expect_equal() {
    checked
    [ "$1" = "$2" ] || fail "${3:-value}: wanted '$1', got '$2'"
}

# expect_output TEXT COMMAND…: exit status 0, and TEXT (a last line end aside) is all it prints.
expect_output() {
    local wanted=$1
    shift
    expect_status 0 "$@"
    checked
    [ "$(cat out)" = "$wanted" ] || {
        show out err
        fail "not the output '$wanted': $*"
    }
}

# expect_line TEXT FILE: a line that is TEXT exactly.
expect_line() {
    checked
    grep -q -x -F -e "$1" "$2" || {
        show "$2"
        fail "no line '$1' in $2"
    }
}

# expect_match PATTERN FILE, expect_no_match PATTERN FILE: extended regular expressions.
expect_match() {
    checked
    grep -q -E -e "$1" "$2" || {
        show "$2"
        fail "nothing in $2 matches '$1'"
    }
}
expect_no_match() {
    checked
    ! grep -q -E -e "$1" "$2" || {
        show "$2"
        fail "something in $2 matches '$1'"
    }
}

# expect_lines COUNT FILE
expect_lines() {
    checked
    [ "$(wc -l <"$2")" = "$1" ] || {
        show "$2"
        fail "$(wc -l <"$2") lines in $2, not $1"
    }
}

# start COMMAND…: in the background, into the files out and err; its process id lands in $session.
# The files of an earlier session go first: the new one makes its own only when it gets to run, and
# until then a wait_for would read the old one's.
start() {
    rm -f out err
    "$@" >out 2>err </dev/null &
    session=$!
}

# has_ended PID: true when the process is gone, or dead and not waited for.
has_ended() {
    case $(cat "/proc/$1/stat" 2>/dev/null) in
    '' | *') Z '*) true ;;
    *) false ;;
    esac
}

# wait_for PATTERN FILE [SECONDS]: until a line matches (10 s), or the process $session has ended.
wait_for() {
    local tries=0 limit=$((${3:-10} * 10)) last=false
    until grep -q -E -e "$1" "$2" 2>/dev/null; do
        tries=$((tries + 1))
        if [ $tries -ge $limit ] || $last; then
            show "$2" ./*err*
            fail "'$1' did not come in $2"
        fi
        if [ -n "${session-}" ] && has_ended "$session"; then last=true; fi
        sleep 0.1
    done
}

# stop PID [SIGNAL]: sends it (INT) and takes the exit status, which lands in $status.
stop() {
    kill "-${2:-INT}" "$1"
    status=0
    wait "$1" || status=$?
}

# in_parallel COUNT COMMAND: COMMAND 0 to COMMAND COUNT-1 beside each other.
in_parallel() {
    local number workers=''
    for number in $(seq 0 $(($1 - 1))); do
        "$2" "$number" &
        workers="$workers $!"
    done
    for number in $workers; do wait "$number" || fail "a worker ended"; done
}

# runners: the process ids of all runners.
runners() { grep -s -l -x sutap-runner /proc/[0-9]*/comm | cut -d / -f 3; }

# parent_of PID
parent_of() { sed -n 's/^PPid:[[:space:]]*//p' "/proc/$1/status"; }

# runner_of PID: the process that prints for the session started as PID. The front end becomes the
# runner by execve; something before it may have made a child.
runner_of() {
    local tries=0 each
    while [ $tries -lt 100 ]; do
        for each in $(runners); do
            if [ "$each" = "$1" ] || [ "$(parent_of "$each")" = "$1" ]; then
                echo "$each"
                return
            fi
        done
        tries=$((tries + 1))
        sleep 0.05
    done
    echo "no runner at or below process $1" >&2
    return 1
}

# expect_no_runners: not one, 5 seconds from now at the latest.
expect_no_runners() {
    local tries=0
    while [ -n "$(runners)" ]; do
        tries=$((tries + 1))
        [ $tries -lt 50 ] || fail "runners are left: $(runners)"
        sleep 0.1
    done
}

# lineage PID: what pstrace() gives for the process: " name(pid)" from it up to process 1's child.
lineage() {
    local pid=$1
    while [ "$pid" -gt 1 ]; do
        printf ' %s(%s)' "$(cat "/proc/$pid/comm")" "$pid"
        pid=$(parent_of "$pid")
    done
}

# policy NAME <<END: a file of that name in /etc/sutap/policy.d/, with the text of the input.
policy() {
    cat >"/etc/sutap/policy.d/$1"
    chown 0:0 "/etc/sutap/policy.d/$1"
    chmod 644 "/etc/sutap/policy.d/$1"
}

# script PATH [MODE] <<END: an executable of root, with the text of the input.
script() {
    mkdir -p "$(dirname "$1")"
    cat >"$1"
    chmod "${2:-755}" "$1"
}

# lay_note NAME PATH PROGRAM: one of the scripts of /harness/scripts, whose header runs "stap", with
# that word replaced by PROGRAM.
lay_note() {
    sed "s/exec stap /exec $3 /" "/harness/scripts/$1" | script "$2"
    expect_match "exec $3 " "$2"
}

# allow NAME PATH USER [LINE…]: a policy in which USER may run the script; LINEs are more keys of it.
allow() {
    local name=$1 path=$2 user=$3
    shift 3
    policy "$name.toml" <<END
schema = 1

[[script]]
name = "$name"
path = "$path"
about = "the script of the case $CASE"
$(printf '%s\n' "$@")

[[rule]]
name = "$name-rule"
effect = "allow"
users = ["$user"]
scripts = ["$name"]
END
}

# start_victim USER: starts a process to send signals to; its pid lands in $victim.
start_victim() {
    as "$1" sleep 1000 &
    victim=$!
    wait_for '^sleep$' "/proc/$victim/comm"
}

# expect_refused COMMAND…: one line on standard error, nothing else, exit status 126.
expect_refused() {
    expect_status 126 "$@"
    expect_lines 1 err
    expect_lines 0 out
}

# sum_of FILE
sum_of() { sha256sum "$1" | cut -d ' ' -f 1; }

# end_cleanly: ends the session $session, which must have had no word of trouble.
end_cleanly() {
    stop $session INT
    [ "$status" = 0 ] || show out err
    expect_equal 0 "$status" "exit status"
    expect_no_match 'ERROR|WARNING' err
}

runner=/usr/libexec/sutap/sutap-runner

# replace_the_runner PROGRAM: the case begins anew in a mount namespace of its own, where PROGRAM of
# /harness/bin stands in for the runner.
replace_the_runner() {
    if [ -z "${INSIDE:-}" ]; then
        mkdir -p "$(dirname $runner)"
        [ -e $runner ] || touch $runner
        export INSIDE=1
        exec unshare -m sh -eu -c ". /harness/library.sh; . \"\$0\"" "/harness/cases/$CASE.sh"
    fi
    cp "/harness/bin/$1" /tmp/case/stand_in
    chmod 711 /tmp/case/stand_in
    mount -o bind /tmp/case/stand_in $runner
}

audit_log=/var/log/sutap/audit.log

# load_module NAME: one of those that fetch takes from the kernel's package.
load_module() {
    insmod "/harness/modules/$1.ko" || fail "the kernel does not take the module $1"
}

# load_disk: /dev/sda, emulated by scsi_debug; unload_disk takes it and its modules away.
load_disk() {
    local module
    for module in scsi_common scsi_mod sd_mod scsi_debug; do load_module $module; done
    wait_for scsi_debug /sys/block/sda/device/model
    [ -b /dev/sda ] || mknod /dev/sda b 8 0
}
unload_disk() { rmmod scsi_debug sd_mod scsi_mod scsi_common; }

# serve_folder VERSIONS: /srv/shared, a file system of its own, by NFS on 127.0.0.1 ("-3 +4"), as the
# root of all, to this machine; the server does not run yet. The modules of server and client are
# loaded. Version 3 needs a port_mapper.
serve_folder() {
    local module later=2147483647
    for module in sunrpc grace lockd auth_rpcgss nfs_acl nfsd netfs fscache nfs nfsv3 dns_resolver nfsv4; do
        [ ! -e "/harness/modules/$module.ko" ] || [ -e "/sys/module/$module" ] || load_module $module
    done
    ip link set lo up
    mkdir -p /srv/shared /mnt/nfs
    mount -t tmpfs none /srv/shared
    mount -t nfsd none /proc/fs/nfsd
    # What mountd would answer: this client, and the folder as the root of all (fsid=0).
    echo "nfsd 127.0.0.1 $later here" >/proc/net/rpc/auth.unix.ip/channel
    printf 'here 1 \\x00000000 %d /srv/shared\n' $later >/proc/net/rpc/nfsd.fh/channel
    printf 'here /srv/shared %d 9218 65534 65534 0\n' $later >/proc/net/rpc/nfsd.export/channel
    echo "$1" >/proc/fs/nfsd/versions
    echo 10 >/proc/fs/nfsd/nfsv4leasetime
    echo 10 >/proc/fs/nfsd/nfsv4gracetime
    echo 'tcp 2049' >/proc/fs/nfsd/portlist
}
mount_nfs4() { mount -t nfs4 -o vers=4.2,addr=127.0.0.1,clientaddr=127.0.0.1,sec=sys 127.0.0.1:/ /mnt/nfs; }
serve_no_more() {
    echo 0 >/proc/fs/nfsd/threads
    umount /proc/fs/nfsd
    umount /srv/shared
}
