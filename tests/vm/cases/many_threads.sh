# limit: 90
# Calls of many processes at once, on both processors: every one is counted, none twice.
script /srv/scripts/count.stp <<'END'
#!/usr/bin/sutap
global calls, bytes
probe begin { println("ready") }
probe syscall.kill { if (sig == 18) { calls[pid()]++; bytes++ } }
probe end { foreach (p in calls) printf("%d %d\n", p, calls[p]); printf("all %d\n", bytes) }
END
allow count /srv/scripts/count.stp user1
start as user1 sutap count
wait_for '^ready$' out 40
start_victim user1
workers=''
for n in 1 2 3 4; do
    as user1 provoke --count 250 kill "$victim" 18 >provoked.$n &
    workers="$workers $!"
done
for worker in $workers; do wait "$worker"; done
stop $session INT
expect_equal 0 "$status" "exit status"
for worker in $workers; do expect_line "$worker 250" out; done
expect_line "all 1000" out
