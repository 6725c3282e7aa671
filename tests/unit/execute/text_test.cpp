#include "runner/execute/text.h"

#include <catch2/catch.hpp>
#include <limits>

using namespace sutap::execute;

TEST_CASE("substr") {
    CHECK(substring("hello", 1, 3) == "ell");
    CHECK(substring("hello", 1, 100) == "ello");
    CHECK(substring("hello", -1, 3).empty());
    CHECK(substring("hello", 5, 3).empty());
    CHECK(substring("hello", 0, -1).empty());
    CHECK(substring("hello", 0, std::numeric_limits<std::int64_t>::max()) == "hello");
}

TEST_CASE("strpos") {
    CHECK(position("hello", "l") == 2);
    CHECK(position("hello", "") == 0);
    CHECK(position("", "") == 0);
    CHECK(position("hello", "x") == -1);
}

TEST_CASE("strtol") {
    CHECK(parse_number("123abc", 10) == 123);
    CHECK(parse_number("-123", 10) == -123);
    CHECK(parse_number("abc", 10) == 0);
    CHECK(parse_number(" 12", 10) == 0);
    CHECK(parse_number("", 10) == 0);
    CHECK(parse_number("-", 10) == 0);
    CHECK(parse_number("101", 2) == 5);
    CHECK(parse_number("777", 8) == 511);
    CHECK(parse_number("ff", 16) == 255);
    CHECK(parse_number("0xFF", 16) == 255);
    CHECK(parse_number("0x", 16) == 0);
    CHECK(parse_number("0x10", 0) == 16);
    CHECK(parse_number("010", 0) == 8);
    CHECK(parse_number("10", 0) == 10);
    CHECK(parse_number("10", 1) == 0);
    CHECK(parse_number("10", -16) == 0);
    CHECK(parse_number("18446744073709551615", 10) == -1);
    CHECK(parse_number("-9223372036854775808", 10) == std::numeric_limits<std::int64_t>::min());
}

TEST_CASE("str_replace") {
    CHECK(replace_all("a-b-c", "-", "+", 100) == "a+b+c");
    CHECK(replace_all("aaa", "aa", "b", 100) == "ba");
    CHECK(replace_all("abc", "", "x", 100) == "abc");
    CHECK(replace_all("aaaa", "a", "1234567890", 12) == "123456789012");
    CHECK(replace_all("abc", "b", "", 100) == "ac");
}

TEST_CASE("tokenize goes on where it was") {
    Tokenizer tokenizer;
    CHECK(tokenizer.next("", " ").empty());
    CHECK(tokenizer.next("  one two,,three", " ,") == "one");
    CHECK(tokenizer.next("", " ,") == "two");
    CHECK(tokenizer.next("", " ,") == "three");
    CHECK(tokenizer.next("", " ,").empty());
    CHECK(tokenizer.next("", "").empty());
    CHECK(tokenizer.next("whole rest", "") == "whole rest");
    CHECK(tokenizer.next(",,,", ",").empty());
}

TEST_CASE("names of numbers") {
    CHECK(error_name(2) == "ENOENT");
    CHECK(error_name(11) == "EAGAIN");
    CHECK(error_name(512) == "ERESTARTSYS");
    CHECK(error_name(520) == "E#520");
    CHECK(error_name(530) == "ERECALLCONFLICT");
    CHECK(error_name(3333) == "E#3333");
    CHECK(error_name(-1) == "E#-1");
    CHECK(error_name(std::numeric_limits<std::int64_t>::max()) == "E#9223372036854775807");
    CHECK(signal_name(15) == "SIGTERM");
    CHECK(signal_name(1) == "SIGHUP");
    CHECK(signal_name(31) == "SIGSYS");
    CHECK(signal_name(0) == "0");
    CHECK(signal_name(34) == "SIGRTMIN+2");
    CHECK(signal_name(64) == "SIGRTMAX");
    CHECK(signal_name(-5) == "-5");
    CHECK(signal_name(std::int64_t{1} << 32) == "4294967296");
}

TEST_CASE("ctime") {
    CHECK(calendar_time(0) == "Thu Jan  1 00:00:00 1970");
    CHECK(calendar_time(-2147483648) == "Fri Dec 13 20:45:52 1901");
    CHECK(calendar_time(2147483647) == "Tue Jan 19 03:14:07 2038");
    CHECK(calendar_time(2147483648).empty());
    CHECK(calendar_time(std::numeric_limits<std::int64_t>::min()).empty());
}
