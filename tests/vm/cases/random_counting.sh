# limit: 900
# Random programs that count (tests/generate/counting.cpp), five in a session, print the same whether
# the kernel counts or posts each event. `RANDOM_COUNTING=1000 tests/vm/run random_counting` tries
# more of them than a run of all cases does.
programs=/harness/counting
options='-DMAXERRORS=100000 -w -v'

# compare FIRST: the programs from this number on
compare() {
    rm -f programs.stp
    for number in 0 1 2 3 4; do cat "$programs/$(($1 + number)).stp" >>programs.stp; done
    echo 'global level = 9 probe begin(100000) { println("ready") }' >>programs.stp
    rm -f auto.out user.out  # which the last programs wrote
    for place in auto user; do
        $runner $options --place=$place programs.stp >$place.out 2>$place.err </dev/null &
        eval "$place=$!"
    done
    session=''
    wait_for '^ready$' auto.out 60
    wait_for '^ready$' user.out 60
    for signal in 18 23 28; do
        provoke --thread counted --count 4 kill "$victim" $signal >provoked
    done
    provoke --thread counted --count 3 kill 2000000 0 >provoked || true
    for session in $auto $user; do stop $session INT; done
    cmp user.out auto.out || {
        diff user.out auto.out || true
        show user.err auto.err
        fail "the programs from $1 print something else where the kernel counts"
    }
    grep '^ERROR' user.err | sort >user.errors || true
    grep '^ERROR' auto.err | sort >auto.errors || true
    cmp user.errors auto.errors || fail "the programs from $1 fail otherwise where the kernel counts"
    grep -q '^[a-z].* [1-9]' user.out || fail "the programs from $1 count nothing"
    counting=$((counting + $(sed -n 's/.*, \([0-9]*\) that only count.*/\1/p' auto.err)))
    all=$((all + $(sed -n 's/.*, \([0-9]*\) of them on kernel.*/\1/p' auto.err)))
}

start_victim root
counting=0
all=0
first=0
while [ -f "$programs/$first.stp" ]; do
    compare $first
    first=$((first + 5))
done
[ $first -ge 20 ] || fail "only $first programs were made"
echo "$counting of $all handlers only count"
[ $((3 * counting)) -ge $all ] || fail "$counting of $all handlers only count"
