# limit: 120
# What a function computes in the kernel is what it computes in user space: each operator on awkward
# numbers, and the comparison of strings. A function that asks for pid() is run by the kernel as a
# whole; the same text without it is run by the interpreter.
operators='+ - * / % << >> >>> & | ^ == != < <= > >='
set -f
{
    echo 'function number:long(n:long) {
        if (n == 0) return 0
        if (n == 1) return 1
        if (n == 2) return -1
        if (n == 3) return 7
        if (n == 4) return -7
        if (n == 5) return 64
        if (n == 6) return 0x7fffffffffffffff
        if (n == 7) return -9223372036854775808
        return 0x123456789
    }'
    n=0
    for operator in $operators; do
        n=$((n + 1))
        case $operator in
        / | %) guard='if (b == 0) return 77' ;;
        *) guard='' ;;
        esac
        echo "function kernel$n:long(a:long, b:long) { here = pid(); $guard
            return (a $operator b) + here - here }"
        echo "function user$n:long(a:long, b:long) { $guard
            return a $operator b }"
        echo "probe syscall.kill { if (sig == 18) for (i = 0; i < 9; i++) for (j = 0; j < 9; j++) {
            a = number(i); b = number(j)
            k = kernel$n(a, b); u = user$n(a, b)
            if (k == u) println(\"same $n\")
            else println(sprintf(\"%d, %d: %d in the kernel, %d in user space\", a, b, k, u), \" $n\") } }"
    done
    for operator in '==' '!=' '<' '<=' '>' '>='; do
        n=$((n + 1))
        echo "function word:string(n:long) { if (n == 0) return \"\"; if (n == 1) return \"abc\"
            if (n == 2) return \"abcdefgh\"; if (n == 3) return \"abcdefghi\"; return \"~\" }" |
            sed "s/word:/word$n:/"
        echo "function kernel$n:long(a:long, b:long) { here = pid()
            return (word$n(a) $operator word$n(b)) + here - here }"
        echo "probe syscall.kill { if (sig == 18) for (i = 0; i < 5; i++) for (j = 0; j < 5; j++) {
            k = kernel$n(i, j); u = word$n(i) $operator word$n(j)
            if (k == u) println(\"same $n\")
            else println(\"words \", i, \" \", j, \": \", k, \" in the kernel $n\") } }"
    done
    echo 'probe begin { println("ready") }'
} >placement.stp
start sutap -DMAXACTION=100000 placement.stp
wait_for '^ready$' out 60
start_victim user1
as user1 provoke kill "$victim" 18 >provoked
stop $session INT
[ "$status" = 0 ] || show err
expect_equal 0 "$status" "exit status"
expect_no_match 'ERROR|WARNING' err
expect_no_match 'kernel' out
expect_equal $((17 * 81 + 6 * 25)) "$(grep -c '^same' out)" "comparisons"
