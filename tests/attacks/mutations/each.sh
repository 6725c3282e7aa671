# What a case of mutations reads: each program of the list $list in turn takes the place of the
# installed one, and one attack is made.

anew() {
    cd /
    rm -rf /tmp/* /srv/* /opt/* /home/user[123]/* /var/log/sutap/audit.log /etc/sutap
    cp -a /harness/etc-sutap /etc/sutap
    mkdir -m 700 /tmp/case
    cd /tmp/case
}
# make CASE ATTACK: its report lands in /run/attack.
make() {
    anew
    CASE=$1 ATTACK=$2 INSIDE='' timeout 60 sh -eu -c '. /harness/library.sh; . "$0"' \
        "/harness/cases/$1.sh" >/run/attack 2>&1 </dev/null || true
}
# The attacks that the program as it is has refused.
touch /run/refused
while read -r name case attack; do
    if ! grep -q -x "$attack" /run/refused; then
        make "$case" "$attack"
        grep -q "^passed attack $attack " /run/attack || {
            echo "FAILED guard $name: $attack is not refused with it"
            cut -c 1-200 /run/attack
            continue
        }
        echo "$attack" >>/run/refused
    fi
    mount -o bind "/harness/mutants/$name" /usr/bin/sutap
    make "$case" "$attack"
    umount /usr/bin/sutap
    if grep -q "^FAILED attack $attack:" /run/attack; then
        echo "passed guard $name: without it $attack succeeds"
        sed -n '2,$p' /run/attack | tail -n 3 | cut -c 1-200
    else
        echo "FAILED guard $name: $attack is refused without it"
        cut -c 1-200 /run/attack
    fi
done <"$list"
anew
