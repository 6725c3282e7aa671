# limit: 120
# netfilter.bridge.* and netfilter.arp.forward: a bridge between two veth pairs whose other ends are
# in namespaces of their own, and the spanning tree's messages.
for module in llc stp bridge br_netfilter veth; do load_module $module; done
# add_wire NAME FAR_NAME: busybox leaves the other end's name to the kernel.
add_wire() {
    ip link add "$1" type veth
    ip link set veth0 name "$2"
}
add_wire one far_one
add_wire two far_two
brctl addbr br0
mac=02:00:00:00:00:01 # the lower one is the root's
ip link set br0 address $mac
brctl addif br0 one
brctl addif br0 two
unshare -n sleep 300 &
first=$!
unshare -n sleep 300 &
second=$!
sleep 1
ip link set far_one netns $first
ip link set far_two netns $second
inside() { # PID COMMAND…
    local pid=$1
    shift
    nsenter -t "$pid" -n "$@"
}
inside $first sh -c 'ip addr add 10.5.0.1/24 dev far_one; ip link set far_one up'
inside $second sh -c 'ip addr add 10.5.0.2/24 dev far_two; ip link set far_two up'
for device in one two br0; do ip link set $device up; done
ip addr add 10.5.0.3/24 dev br0

cat >watch.stp <<'STP'
probe begin { println("ready") }
function at_work:long (protocol:long) { return protocol == 0x800 }
probe netfilter.bridge.pre_routing { if (at_work(protocol)) printf("pre %s %s>%s %d %s\n", pf, indev_name, outdev_name, length, substr(data_hex, 0, 4)) }
probe netfilter.bridge.forward { if (at_work(protocol)) printf("forward %s %s>%s %d %x\n", pf, indev_name, outdev_name, length, brhdr) }
probe netfilter.bridge.post_routing { if (at_work(protocol)) printf("post %s>%s %d\n", indev_name, outdev_name, length) }
probe netfilter.bridge.local_in { if (at_work(protocol)) printf("in %s>%s %d\n", indev_name, outdev_name, length) }
probe netfilter.bridge.local_out { if (at_work(protocol)) printf("out %s>%s %d\n", indev_name, outdev_name, length) }
probe netfilter.arp.forward {
    printf("arp %s %s>%s op %d %d %s asks for %s %d/%d\n", pf, indev_name, outdev_name, ar_op,
           ar_hrd, ar_sip, ar_tip, ar_hln, ar_pln)
    printf("arp mac %s %s\n", ar_sha, ar_tha)
}
probe netfilter.bridge.local_out {
    if (protocol == llcproto_stp && outdev_name == "one")
        printf("message %d %d %d flags %d root %s cost %d bridge %s port %x age %d max %d hello %d forward %d %d\n",
               br_prid, br_vid, br_type, br_flags, br_rmac, br_cost, br_mac, br_poid, br_msg,
               br_max / 256, br_htime / 256, br_fd / 256, br_rid == br_bid && br_rid < 0)
}
probe netfilter.bridge.local_in {
    if (protocol == llcproto_stp)
        printf("heard on %s %s %s %d %d %x\n", indev_name, br_rmac, br_mac, br_htime / 256, br_fd / 256, br_poid)
}
STP
start $runner watch.stp
wait_for '^ready$' out 60
inside $first ping -c 1 -s 100 10.5.0.2 >/dev/null
inside $first ping -c 1 -s 60 10.5.0.3 >/dev/null
wait_for '^in one>' out 20
wait_for '^out >one' out 20
# A second bridge hears the first one's messages, on a wire between them.
add_wire wire other_end
brctl addbr br1
ip link set br1 address 02:00:00:00:00:02
brctl addif br0 wire
brctl addif br1 other_end
for bridge in br0 br1; do echo 1 >/sys/class/net/$bridge/bridge/stp_state; done
for device in wire other_end br1; do ip link set $device up; done
wait_for '^message' out 40
wait_for '^heard on' out 40
end_cleanly
expect_line 'pre bridge one> 128 4500' out
expect_line 'forward bridge one>two 128 0' out
expect_line 'forward bridge two>one 128 0' out
expect_line 'post >two 128' out
expect_line 'in one> 88' out
expect_line 'out >one 88' out
expect_line 'arp arp one>two op 1 1 10.5.0.1 asks for 10.5.0.2 6/4' out
expect_match "^arp mac ([0-9a-f]{2}:){5}[0-9a-f]{2} 00:00:00:00:00:00\$" out
expect_match "^message 0 0 0 flags [01] root $mac cost 0 bridge $mac port 8001 age 0 max 20 hello 2 forward 15 1\$" out
expect_match '^heard on (wire|other_end) ([0-9a-f:]{17}) \2 2 15 80' out

kill $first $second
wait || true
ip link del br1
ip link del br0
ip link del wire
# The other two wires end with the namespaces, which takes a while.
tries=0
while [ -e /sys/class/net/one ] || [ -e /sys/class/net/two ]; do
    tries=$((tries + 1))
    [ $tries -lt 100 ] || fail "the namespaces stay"
    sleep 0.1
done
rmmod br_netfilter bridge stp llc veth
