# sutap --list: each user sees what they may run, and only that.
lay_note kill.stp /srv/scripts/kill.stp sutap
allow kill-watch /srv/scripts/kill.stp user1
allow for-another /srv/scripts/kill.stp user2
expect_status 0 as user1 sutap --list
expect_match '^kill-watch +the script of the case list$' out
expect_no_match 'for-another' out
expect_lines 1 out
expect_status 0 as user2 sutap --list
expect_match '^for-another ' out
expect_lines 1 out
