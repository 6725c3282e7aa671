# For the cases: sutap's runner and bpftrace, which lives in a tree of its own.
runner=/usr/libexec/sutap/sutap-runner
if [ ! -d /bpftrace/proc/1 ]; then
    for folder in proc sys dev tmp; do
        mkdir -p /bpftrace/$folder
        mount --rbind /$folder /bpftrace/$folder
    done
    # It runs uname through the shell, and crashes without one.
    mkdir -p /bpftrace/bin
    cp -a /usr/bin/busybox /usr/bin/sh /usr/bin/uname /bpftrace/bin/
fi
