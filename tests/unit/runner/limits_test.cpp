#include "runner/limits.h"

#include <catch2/catch.hpp>

namespace {

using namespace sutap;

Limits limits_with(std::vector<options::Setting> definitions, std::uint32_t megabytes = 0) {
    options::Options options;
    options.definitions = std::move(definitions);
    options.buffer_megabytes = megabytes;
    return limits_of(options);
}

}  // namespace

TEST_CASE("without -D the limits are SystemTap's") {
    const Limits limits = limits_with({});
    CHECK(limits.string_size == 128);
    CHECK(limits.max_actions == 1000);
    CHECK(limits.max_actions_begin == 10000);
    CHECK(limits.max_errors == 0);
    CHECK(limits.max_map_entries == 2048);
    CHECK(limits.ring_bytes == 4U << 20U);
}

TEST_CASE("the buffer of procfs files has its own limit") {
    CHECK(limits_with({}).file_capacity == 0);
    CHECK(limits_with({{"STP_PROCFS_BUFSIZE", "65536"}}).file_capacity == 65536);
    CHECK_THROWS_AS(limits_with({{"STP_PROCFS_BUFSIZE", "65537"}}), RequestError);
    CHECK_THROWS_AS(limits_with({{"STP_PROCFS_BUFSIZE", "0"}}), RequestError);
}

TEST_CASE("-D and -s set them") {
    const Limits limits = limits_with(
        {{"MAXSTRINGLEN", "250"}, {"MAXERRORS", "7"}, {"MAXMAPENTRIES", "9"}, {"OTHER", "x"}}, 3);
    CHECK(limits.string_size == 250);
    CHECK(limits.max_errors == 7);
    CHECK(limits.max_map_entries == 9);
    CHECK(limits.ring_bytes == 4U << 20U);
    CHECK(limits_with({{"SUTAP_RING_BYTES", "4096"}}, 3).ring_bytes == 4096);
    CHECK(limits_with({}, 4095).ring_bytes == 1U << 30U);
}

TEST_CASE("MAXACTION counts for begin tenfold, unless that is said too") {
    CHECK(limits_with({{"MAXACTION", "5"}}).max_actions_begin == 50);
    CHECK(limits_with({{"MAXACTION", "1000000000"}}).max_actions_begin == 1'000'000'000);
    const Limits limits = limits_with({{"MAXACTION_INTERRUPTIBLE", "6"}, {"MAXACTION", "5"}});
    CHECK(limits.max_actions == 5);
    CHECK(limits.max_actions_begin == 6);
}

TEST_CASE("a value that is no number or out of range is refused") {
    for (const char* value : {"", "x", "5x", "-1", " 5", "0", "99999999999999999999"}) {
        CHECK_THROWS_AS(limits_with({{"MAXACTION", value}}), RequestError);
    }
    CHECK_THROWS_AS(limits_with({{"MAXSTRINGLEN", "1000000"}}), RequestError);
    CHECK_THROWS_AS(limits_with({{"SUTAP_RING_BYTES", "10"}}), RequestError);
}
