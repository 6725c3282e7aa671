# limit: 120
# What examples/quickstart shows to a newcomer, with the scripts and the policy that it installs.
sh /harness/quickstart --demonstrate user1 >shown || {
    show shown
    fail "the demonstration failed"
}
cat shown
expect_match '^list of kill\(\) calls:$' shown
expect_equal 3 "$(grep -c -E '^kill (1|15|9) [0-9]+\(sleep\) from  sh\([0-9]+\)' shown)" "kill calls shown"
expect_no_runners
