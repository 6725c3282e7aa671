#include "runner/targets/glob.h"

#include <catch2/catch.hpp>
#include <string>

using sutap::targets::is_plain_name;
using sutap::targets::matches_glob;

TEST_CASE("a glob matches whole names") {
    CHECK(matches_glob("vfs_*", "vfs_read"));
    CHECK(matches_glob("vfs_*", "vfs_"));
    CHECK_FALSE(matches_glob("vfs_*", "xvfs_read"));
    CHECK_FALSE(matches_glob("vfs", "vfs_read"));
    CHECK(matches_glob("*_read", "vfs_read"));
    CHECK(matches_glob("*a*b*c", "xxaxxbxxbxc"));
    CHECK_FALSE(matches_glob("*a*b*c", "xxaxxbxxbxcd"));
    CHECK(matches_glob("v?s_read", "vfs_read"));
    CHECK_FALSE(matches_glob("vfs_read?", "vfs_read"));
    CHECK(matches_glob("", ""));
    CHECK(matches_glob("**", ""));
    CHECK_FALSE(matches_glob("", "a"));
    CHECK_FALSE(matches_glob("a", ""));
}

TEST_CASE("a glob has classes") {
    CHECK(matches_glob("sys_[a-c]x", "sys_bx"));
    CHECK_FALSE(matches_glob("sys_[a-c]x", "sys_dx"));
    CHECK(matches_glob("sys_[!a-c]x", "sys_dx"));
    CHECK_FALSE(matches_glob("sys_[^a-c]x", "sys_ax"));
    CHECK(matches_glob("[]a]", "]"));
    CHECK(matches_glob("[a-]", "-"));
    CHECK(matches_glob("*[0-9]", "dup2"));
    CHECK_FALSE(matches_glob("*[0-9]", "dup"));
}

TEST_CASE("a class that does not end is an ordinary character") {
    CHECK(matches_glob("a[b", "a[b"));
    CHECK_FALSE(matches_glob("a[b", "ab"));
    CHECK(matches_glob("[", "["));
    CHECK(matches_glob("*[!", "x[!"));
}

TEST_CASE("many stars don't take exponential time") {
    std::string pattern;
    for (int i = 0; i < 200; ++i) {
        pattern += "*a";
    }
    CHECK_FALSE(matches_glob(pattern + "b", std::string(4000, 'a')));
    CHECK(matches_glob(pattern, std::string(4000, 'a')));
}

TEST_CASE("plain names are known") {
    CHECK(is_plain_name("vfs_read"));
    CHECK_FALSE(is_plain_name("vfs_*"));
    CHECK_FALSE(is_plain_name("vfs_?"));
    CHECK_FALSE(is_plain_name("[v]fs"));
}
