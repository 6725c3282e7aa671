# limit: 90
# Scripts that are not as usual, but right: they work.
text='probe oneshot { println("it works") }'

printf 'probe oneshot {\r\n  println("it works")\r\n}\r\n' | script /srv/scripts/crlf.stp
printf '#!/usr/bin/env sutap\n%s\n' "$text" | script /srv/scripts/env.stp
printf '#!/usr/bin/sutap -v -T 30\n%s\n' "$text" | script /srv/scripts/words.stp
echo "$text" | script /srv/scripts/unreadable.stp 111
mkdir -m 700 /srv/private
echo "$text" | script /srv/private/hidden.stp 644
printf '%s' "$text" | script /srv/scripts/no_line_end.stp
for name in crlf env words unreadable no_line_end; do
    allow $name /srv/scripts/$name.stp user1
done
allow hidden /srv/private/hidden.stp user1

for name in crlf env words unreadable no_line_end hidden; do
    expect_output "it works" as user1 sutap $name
done
expect_output "it works" as user1 /srv/scripts/env.stp
expect_output "it works" as user1 /srv/scripts/words.stp
expect_match '^Pass 1: ' err
expect_output "it works" as user1 sutap /srv/scripts/unreadable.stp
expect_refused as user1 sutap /srv/private/hidden.stp
