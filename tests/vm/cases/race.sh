# limit: 150
# The caller swaps the script for another while the front end looks at it: only what was checked runs.
echo 'probe oneshot { println("AS CHECKED") }' >/home/user1/good.stp
echo 'probe oneshot { println("SWAPPED IN") }' >/home/user1/evil.stp
chown user1 /home/user1/*.stp
script /srv/scripts/good.stp </home/user1/good.stp
allow good /srv/scripts/good.stp user1 "sha256 = \"$(sum_of /srv/scripts/good.stp)\""

as user1 swap /home/user1/good.stp /home/user1/evil.stp 120 >swaps &
swapper=$!
ran=0
refused=0
for n in $(seq 40); do
    run as user1 sutap /home/user1/good.stp
    case $status in
    0)
        expect_equal "AS CHECKED" "$(cat out)" "output"
        ran=$((ran + 1))
        ;;
    126) refused=$((refused + 1)) ;;
    *) show out err && fail "exit status $status in try $n" ;;
    esac
    expect_no_match 'SWAPPED IN' out
done
kill $swapper
# The race was one: both sides were met.
if [ $ran -le 2 ] || [ $refused -le 2 ]; then fail "$ran ran, $refused refused"; fi
