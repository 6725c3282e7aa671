# limit: 120
# socket.* with a connection over the loopback device, a raw socket and messages that fail.
ip link set lo up
cat >sockets.stp <<'STP'
probe begin { println("ready") }
probe socket.create { if (execname() == "nc" && family == 2) printf("create %d %d %d\n", type, protocol, requester) }
probe socket.create.return { if (execname() == "nc" && family == 2) printf("%s %d %d %d\n", name, type, success, err) }
probe socket.sendmsg { if (execname() == "nc") printf("%s %d family %d protocol %d type %d state %s\n", name, size, family, protocol, type, sock_state_num2str(state)) }
probe socket.sendmsg.return { if (execname() == "nc") printf("%s done %d %d flags %d\n", name, size, success, flags) }
probe socket.send { printf("%s %d %d by %s\n", name, size, success, execname()) }
probe socket.write_iter { if (execname() == "nc") printf("%s %d family %d\n", name, size, family) }
probe socket.write_iter.return { if (execname() == "nc") printf("%s done %d %d\n", name, size, success) }
probe socket.recvmsg { if (execname() == "nc") printf("%s room %d family %d type %d\n", name, size > 0, family, type) }
probe socket.recvmsg.return { if (execname() == "nc") printf("%s done %d %d\n", name, size, success) }
probe socket.receive { if (execname() == "ping") printf("%s %d family %d type %d protocol %d\n", name, size, family, type, protocol) }
probe socket.read_iter { if (execname() == "nc") printf("%s room %d\n", name, size > 0) }
probe socket.read_iter.return { if (execname() == "nc") printf("%s done %d %d\n", name, size, success) }
probe socket.sendmsg { if (execname() == "ping") printf("echo %d type %d protocol %d\n", size, type, protocol) }
probe socket.close { if (execname() == "nc" && family == 2) printf("close %d %d\n", type, protocol) }
probe socket.close.return { if (execname() == "nc") printf("%s done\n", name) }
STP
nc -l -p 4242 >got &
server=$!
start sutap sockets.stp
wait_for '^ready$' out 60
echo 'hello over there' | nc 127.0.0.1 4242
wait $server || true
ping -c 1 -s 100 127.0.0.1 >/dev/null
ping -c 1 10.9.9.9 >/dev/null 2>&1 || true
wait_for ' -101 ' out 20
stop $session INT
expect_equal 0 "$status" "exit status"
expect_line 'create 1 0 0' out
expect_line 'socket.create 1 1 0' out
expect_line 'socket.sendmsg 17 family 2 protocol 6 type 1 state CONNECTED' out
expect_line 'socket.sendmsg done 17 1 flags 32' out
expect_line 'socket.send 17 1 by nc' out
expect_line 'socket.write_iter 17 family 2' out
expect_line 'socket.write_iter done 17 1' out
expect_line 'socket.recvmsg room 1 family 2 type 1' out
expect_line 'socket.recvmsg done 17 1' out
expect_line 'socket.read_iter room 1' out
expect_line 'socket.read_iter done 17 1' out
expect_line 'echo 108 type 3 protocol 1' out
expect_line 'socket.receive 128 family 2 type 3 protocol 1' out
expect_line 'socket.send -101 0 by ping' out
expect_line 'close 1 6' out
expect_line 'socket.close done' out
# What this kernel lacks says which function it looked for.
expect_status 1 sutap -p4 -e 'probe socket.aio_write { next }'
