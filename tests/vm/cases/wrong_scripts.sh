# limit: 90
# A wrong script: where, the line, a caret, near names; exit status 1; nothing loaded.
before=$(bpf_objects)

script wrong.stp <<'END'
probe begin { println("fine") }
probe end { x = }
END
expect_status 1 sutap wrong.stp
expect_match '^parse error: ' err
expect_match 'wrong\.stp:2:17' err
expect_match 'source: probe end \{ x = \}' err
expect_match '^ *\^$' err
expect_lines 0 out

expect_status 1 sutap -e 'probe kernel.function("vfs_raed") { println("x") }'
expect_match 'vfs_raed' err
expect_match 'vfs_read' err
expect_match ' at <input>:1:[0-9]+$' err
expect_status 1 sutap -e 'probe kernel.trace("sched_swich") { println("x") }'
expect_match 'sched_switch' err
expect_status 1 sutap -e 'probe syscall.kil { println("x") }'
expect_match 'kill' err
expect_status 0 sutap -T 1 -e 'probe syscall.kill { println(sigg) }'
expect_match "WARNING: .*'sigg' \\(similar: sig" err
expect_status 1 sutap -e 'probe kernel.function("vfs_read") { println($cuont) }'
expect_match 'count' err
expect_status 1 sutap -e 'probe begin { printf("%d\n", "text") }'
expect_match 'type mismatch' err
expect_status 1 sutap -e 'probe begin { no_such_function() }'
expect_match 'no_such_function' err
expect_status 1 sutap -e ''
expect_status 1 sutap nowhere.stp
expect_status 1 sutap /srv
expect_equal "$before" "$(bpf_objects)" "BPF objects"

# Bytes at random, a very long line, very deep nesting: an error, never a crash.
for n in 1 2 3 4 5; do
    head -c 20000 /dev/urandom >random.stp
    expect_status 1 sutap ./random.stp
done
awk 'BEGIN { printf "probe begin { x = "; for (i = 0; i < 100000; i++) printf "("; print "" }' >deep.stp
expect_status 1 sutap ./deep.stp
awk 'BEGIN { printf "probe begin { println("; for (i = 0; i < 20000; i++) printf "1+"; print "1) exit() }" }' \
    >long.stp
run sutap ./long.stp
[ "$status" = 1 ] || { [ "$status" = 0 ] && expect_line 20001 out; }
