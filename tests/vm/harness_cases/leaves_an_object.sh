bpf_objects pin /sys/fs/bpf/left
