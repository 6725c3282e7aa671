# limit: 120
# What handlers on kernel events do with the values of real events: regular expressions, memory as
# text and bytes, indentation, histograms, values of the entry.
script /srv/scripts/language.stp <<'STP'
global sizes, by_name, asked, total
probe begin { println("ready") }
probe syscall.openat, syscall.open {
    if (execname() != "cat") next
    if (filename =~ "/srv/([a-z]+)-([0-9]+)\\.txt")
        printf("open %s %s of %d in %s\n", matched(1), matched(2), ngroups(), matched(0))
    else if (filename !~ "/srv/")
        printf("other %d\n", filename =~ "^.*$")
}
probe kernel.function("vfs_write").call {
    if (execname() != "dd" || $count != 1234) next
    name = $file->f_path->dentry->d_name->name
    printf("name %.6m|%.6M|%10.3m|%s\n", name, name, name, kernel_string(name))
    printf("data %#.4m|%#.4M\n", $buf, $buf)
    printf("%s -> %s\n", thread_indent(1), ppfunc())
}
probe kernel.function("vfs_write").return {
    if (execname() != "dd" || @entry($count) != 1234) next
    printf("%s <- %s\n", thread_indent(-1), ppfunc())
    asked += @entry($count) * 2
    total += $return
    if (@entry(tid()) != tid() || @entry(ktime_get_ns()) > ktime_get_ns() || @entry($count) != $return)
        println("wrong values of the entry")
}
probe syscall.write { if (execname() == "dd" && count == 1234) printf("%s -> %s\n", thread_indent(1), name) }
probe syscall.write.return { if (execname() == "dd" && retval == 1234) printf("%s <- %s\n", thread_indent(-1), name) }
probe kernel.function("vfs_read") {
    if (execname() == "dd" && $count >= 1000) { sizes <<< $count; by_name[execname(), $count] <<< $count }
}
probe end {
    printf("asked %d total %d\n", asked, total)
    printf("reads %d %d %d %d\n", @count(sizes), @sum(sizes), @min(sizes), @max(sizes))
    print(@hist_log(sizes))
    foreach ([name, size] in by_name- limit 1) {
        printf("most %s %d\n", name, size)
        print(@hist_linear(by_name[name, size], 1000, 5000, 1000))
    }
    printf("bucket %d\n", @hist_log(sizes)[75])
}
STP
allow language /srv/scripts/language.stp user1
for number in 12 345; do echo "text $number" >/srv/lines-$number.txt; done
yes wxyz | head -c 20000 >/srv/input
chmod 644 /srv/lines-*.txt /srv/input
start as user1 sutap language
wait_for '^ready$' out 60
as user2 cat /srv/lines-12.txt /srv/lines-345.txt /etc/passwd >/dev/null
as user2 dd if=/srv/input of=/tmp/wanted bs=1234 count=5 2>/dev/null
as user2 dd if=/srv/input of=/dev/null bs=4096 count=2 2>/dev/null
stop $session INT
[ "$status" = 0 ] || show out err
expect_equal 0 "$status" "exit status"
expect_no_match 'ERROR|WARNING' err
expect_no_match '^wrong' out

expect_line "open lines 12 of 3 in /srv/lines-12.txt" out
expect_line "open lines 345 of 3 in /srv/lines-345.txt" out
expect_line "other 1" out
expect_equal 5 "$(grep -c -x 'name wanted|77616e746564|       wan|wanted' out)" "the file's name"
expect_equal 5 "$(grep -c '^data ' out)" "data"
expect_line "data wxyz|7778797a" out
# The system call around the function, five times.
for line in '[0-9]+ dd\([0-9]+\): -> write' '[0-9]+ dd\([0-9]+\):  -> vfs_write' \
    '[0-9]+ dd\([0-9]+\):  <- vfs_write' '[0-9]+ dd\([0-9]+\): <- write'; do
    expect_equal 5 "$(grep -c -E "^ *$line\$" out)" "$line"
done
expect_line "asked 12340 total 6170" out
expect_line "reads 7 14362 1234 4096" out
expect_line " 1024 |@@@@@                                              5" out
expect_line " 4096 |@@                                                 2" out
expect_line "most dd 1234" out
expect_line " 1000 |@@@@@                                              5" out
expect_line "bucket 5" out
