# limit: 120
# A path is followed with the rights of the caller, and counts for what it leads to.
replace_the_runner show_start

script /srv/scripts/hello.stp <<'END'
probe begin { println("AS CHECKED") }
END
allow hello /srv/scripts/hello.stp user1
cd /home/user1

# The same inode, however it is reached.
as user1 ln -s /srv/scripts/hello.stp link
ln /srv/scripts/hello.stp hard
for path in ./link ./hard /srv/../srv/scripts/hello.stp /proc/self/root/srv/scripts/hello.stp; do
    expect_status 0 as user1 sutap $path
    expect_match 'AS CHECKED' out
done
chmod 111 /srv/scripts/hello.stp
expect_status 0 as user1 sutap /srv/scripts/hello.stp
expect_match 'AS CHECKED' out
chmod 755 /srv/scripts/hello.stp

# Not the same inode, or no file: one text each.
as user1 cp /srv/scripts/hello.stp copy.stp
mkfifo pipe.stp
ln -s loop.stp loop.stp
printf 'probe begin { }' >/tmp/mine.stp
for path in copy.stp ./pipe.stp ./loop.stp ./none.stp . /dev/null /dev/stdin /etc/shadow /tmp/mine.stp \
    /proc/self/mem /proc/1/root/srv/scripts/hello.stp "" - "hello " "$(printf 'a\033[2Jb')"; do
    expect_refused as user1 sutap "$path"
    expect_match '^sutap: not allowed: ' err
    expect_no_match "$(printf '\033')" err
done

# A file may not take the place of a name.
as user1 sh -c 'echo "probe begin { println(\"MINE\") }" >hello'
expect_status 0 as user1 sutap hello
expect_match 'AS CHECKED' out
expect_refused as user1 sutap ./hello

# The link leads elsewhere at every moment: only what was checked runs.
as user1 sh -c 'echo "probe begin { println(\"SWAPPED IN\") }" >evil.stp'
as user1 ln -s evil.stp other
as user1 swap link other 60 >/tmp/case/swaps &
swapper=$!
ran=0 refused=0
for n in $(seq 30); do
    run as user1 sutap ./link
    case $status in
    0) ran=$((ran + 1)) && expect_match 'AS CHECKED' out ;;
    126) refused=$((refused + 1)) ;;
    *) show out err && fail "exit status $status" ;;
    esac
    expect_no_match 'SWAPPED' out
done
kill $swapper
if [ $ran -lt 2 ] || [ $refused -lt 2 ]; then fail "$ran ran, $refused refused"; fi
