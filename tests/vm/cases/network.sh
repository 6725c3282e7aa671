# The aliases of tcp.*, udp.* and netdev.* with a connection over the loopback device.
ip link set lo up
cat >net.stp <<'STP'
probe begin { println("ready") }
probe tcp.sendmsg { if (execname() == "nc") printf("send %d family %d to %s:%d from %s:%d\n", size, family, daddr, dport, saddr, sport > 0) }
probe tcp.sendmsg.return { if (execname() == "nc") printf("sent %d\n", size) }
probe tcp.recvmsg { if (execname() == "nc") printf("receive at %d from %s\n", sport, saddr) }
probe tcp.recvmsg.return { if (execname() == "nc") printf("received %d\n", size) }
probe tcp.receive { if (dport == 4242 && syn) printf("syn from %s to %s ack %d fin %d protocol %d\n", saddr, daddr, ack, fin, protocol) }
probe udp.sendmsg { if (dport == 4243 || execname() == "nc") printf("udp send %d family %d\n", size, family) }
probe netdev.transmit { if (dev_name == "lo") transmitted[dev_name]++ }
probe netdev.receive { if (dev_name == "lo" && length > 0 && ntohs(protocol) == 0x800) received[dev_name]++ }
global transmitted, received
probe end { printf("lo %d %d\n", transmitted["lo"] > 3, received["lo"] > 3) }
STP
nc -l -p 4242 >got &
server=$!
start sutap net.stp
wait_for '^ready$' out 40
echo 'hello over there' | nc 127.0.0.1 4242
wait $server || true
expect_line 'hello over there' got
wait_for '^received' out 20
stop $session INT
expect_equal 0 "$status" "exit status"
expect_line "send 17 family 2 to 127.0.0.1:4242 from 127.0.0.1:1" out
expect_line "sent 17" out
expect_match "^receive at 4242 from " out
expect_line "received 17" out
expect_line "syn from 127.0.0.1 to 127.0.0.1 ack 0 fin 0 protocol 6" out
expect_line "lo 1 1" out
