echo 'WARNING: CPU: 0 PID: 1 at a test' >/dev/kmsg
