# limit: 120
# signal.* with what a program of the test does to itself (guest/signals.cpp).
cat >signals.stp <<'STP'
probe begin { println("ready") }
probe signal.do_action { if (execname() == "signals" && sig == 10) printf("%s %s new %d old %d handler %d mask %x\n", name, sig_name, sigact_addr != 0, oldsigact_addr != 0, sa_handler > 1, sa_mask) }
probe signal.do_action.return { if (execname() == "signals") printf("%s returns %s\n", name, retstr) }
probe signal.procmask { if (execname() == "signals") printf("%s how %d set %x at %d old %d\n", name, how, sigset, sigset_addr != 0, oldsigset_addr != 0) }
probe signal.procmask.return { if (execname() == "signals") printf("%s returns %s\n", name, retstr) }
probe signal.pending { if (execname() == "signals") printf("%s size %d at %d\n", name, sigset_size, sigset_add != 0) }
probe signal.pending.return { if (execname() == "signals") printf("%s returns %s\n", name, retstr) }
probe signal.sys_tkill { if (execname() == "signals") printf("%s %s to %d %s %d\n", name, sig_name, sig_pid == pid(), pid_name, task == task_current()) }
probe signal.sys_tkill.return { if (execname() == "signals") printf("%s returns %s\n", name, retstr) }
probe signal.systkill.return { if (execname() == "signals") printf("%s comes back\n", name) }
probe signal.sys_tgkill { if (execname() == "signals") printf("%s %s to %d of %d %s %d\n", name, sig_name, sig_pid == pid(), tgid == pid(), pid_name, task == task_current()) }
probe signal.sys_tgkill.return { if (execname() == "signals") printf("%s returns %s\n", name, retstr) }
probe signal.syskill.return { if (execname() == "provoke") printf("%s returns %s\n", name, retstr) }
probe signal.send_sig_queue { printf("%s %d %s to %s %d queue %d\n", name, sig, sig_name, pid_name, sig_pid == seen, sigqueue_addr != 0) }
probe signal.send_sig_queue.return { printf("%s returns %s\n", name, retstr) }
probe signal.send.return { if (execname() == "signals" || send2queue) printf("%s shared %d queue %d returns %s\n", name, shared, send2queue, retstr) }
probe signal.check_ignored { checked[tid()] = sig }
probe signal.check_ignored { if (execname() == "signals" && sig == 10) printf("%s %s %s %d\n", name, sig_name, pid_name, sig_pid == pid()) }
probe signal.check_ignored.return { if (execname() == "signals" || execname() == "provoke") printf("%s %d by %s: %s\n", name, checked[tid()], execname(), retstr) }
probe signal.force_segv { printf("%s %s %s %d\n", name, sig_name, pid_name, sig_pid == pid()) }
probe signal.force_segv.return { printf("%s returns %s\n", name, retstr) }
probe signal.handle.return { if (execname() == "signals") printf("%s returns %s\n", name, retstr) }
global seen, checked
probe syscall.timer_create { if (execname() == "signals") seen = pid() }
STP
start sutap signals.stp
wait_for '^ready$' out 60
signals >done
expect_line 'done 11' done
# This shell's child ignores SIGUSR1, and so does what it becomes.
sh -c 'trap "" USR1; exec provoke kill $$ 10' >/dev/null
wait_for '^check_ignored 10 by provoke' out 20
stop $session INT
expect_equal 0 "$status" "exit status"
expect_line 'do_action SIGUSR1 new 1 old 0 handler 1 mask 1' out
expect_line 'do_action returns 0' out
expect_line 'procmask how 0 set 800 at 1 old 0' out
expect_line 'procmask returns 0' out
expect_line 'pending size 8 at 1' out
expect_line 'pending returns 0' out
expect_line 'tkill SIGUSR1 to 1 signals 1' out
expect_line 'tkill returns 0' out
expect_line 'tkill comes back' out
expect_line 'tgkill SIGUSR1 to 1 of 1 signals 1' out
expect_line 'tgkill returns 0' out
expect_line 'kill returns 0' out
expect_line 'send_sig_queue 12 SIGUSR2 to signals 1 queue 1' out
expect_line 'send_sig_queue returns 0' out
expect_line 'send_signal shared 0 queue 0 returns 0' out
expect_line 'send_sigqueue shared 1 queue 1 returns 0' out
expect_line 'check_ignored SIGUSR1 signals 1' out
expect_line 'check_ignored 10 by signals: 0' out
expect_no_match '^check_ignored 10 by signals: 1' out
expect_line 'check_ignored 10 by provoke: 1' out
expect_no_match '^check_ignored 10 by provoke: 0' out
expect_line 'force_segv SIGUSR1 signals 1' out
expect_line 'force_segv returns 0' out
expect_line 'handle returns 0' out
expect_line 'handle returns -14' out
