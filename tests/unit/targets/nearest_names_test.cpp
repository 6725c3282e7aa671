#include "runner/targets/nearest_names.h"

#include <algorithm>
#include <catch2/catch.hpp>

using sutap::targets::nearest_names;

namespace {

using Names = std::vector<std::string>;

const Names functions{"vfs_read",     "vfs_readv",    "vfs_write",       "vfs_fsync",
                      "do_sync_work", "schedule",     "__x64_sys_fsync", "vfs_fsync_range",
                      "printk",       "sched_switch", "vfs_unlink"};

}  // namespace

TEST_CASE("a misspelling finds the name") {
    CHECK(nearest_names("vfs_raed", functions).at(0) == "vfs_read");
    CHECK(nearest_names("sched_swich", functions) == Names{"sched_switch"});
    CHECK(nearest_names("VFS_UNLINK", functions).at(0) == "vfs_unlink");
    CHECK(nearest_names("shedule", functions) == Names{"schedule"});
}

TEST_CASE("a name that is gone finds those with its parts") {
    const Names near = nearest_names("do_fsync", functions);
    CHECK(near.at(0) == "vfs_fsync");
    CHECK(std::find(near.begin(), near.end(), "__x64_sys_fsync") != near.end());
    CHECK(std::find(near.begin(), near.end(), "schedule") == near.end());
}

TEST_CASE("what resembles nothing finds nothing") {
    CHECK(nearest_names("quite_different", functions).empty());
    CHECK(nearest_names("", functions).empty());
    CHECK(nearest_names("_", functions).empty());
    CHECK(nearest_names(std::string(100'000, 'v'), functions).empty());
    CHECK(nearest_names("vfs_read", {}).empty());
    CHECK(nearest_names("vfs_read", {"", std::string(100'000, 'v')}).empty());
}

TEST_CASE("at most as many as asked, each once, best first") {
    CHECK(nearest_names("vfs_rea", functions, 1) == Names{"vfs_read"});
    CHECK(nearest_names("vfs_rea", functions, 0).empty());
    CHECK(nearest_names("aaaa", {"aaab", "aaab", "aaaa"}) == Names{"aaaa", "aaab"});
}
