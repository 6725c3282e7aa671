#include "runner/session_end.h"

#include <fcntl.h>
#include <sys/resource.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>

#include "tests/unit/execute/runs.h"
#include "tests/unit/temporary_file.h"

using namespace sutap;
using options::Grant;
using options::GrantedDescriptor;
using Reason = SessionEnd::Reason;

namespace {

Grant grant_of(std::string policy_script) {
    Grant grant;
    grant.script_name = "/home/user/x.stp";
    grant.policy_script = std::move(policy_script);
    grant.user = 1000;
    grant.maximum_seconds = 600;
    return grant;
}

std::string size_line(std::uint64_t bytes) {
    Grant grant = grant_of("");
    grant.maximum_output = bytes;
    return limit_message(grant, Reason::output_limit);
}

}  // namespace

TEST_CASE("the record of a session's end is one line of ASCII") {
    const std::string line =
        format_end(grant_of("kill-watch"), 77, 12'345'678'901, {Reason::time_limit, 4096, 1});
    CHECK(line.starts_with("{\"time\":\"20"));
    const auto rest = line.find("Z\",");
    REQUIRE(rest == 32);
    CHECK(line.substr(rest + 3) ==
          R"("decision":"end","by":"runner","uid":1000,"pid":77,"script":"kill-watch",)"
          R"("reason":"time limit","seconds":12.345,"output_bytes":4096,"status":1})"
          "\n");
    Grant odd = grant_of("");
    odd.script_name = "a\n\"\\\x1b\x7f\xc3\xa4";
    CHECK_THAT(format_end(odd, 1, 0, {}),
               Catch::Contains(R"("script":"a\n\"\\\u001b\u007f\u00c3\u00a4","reason":"error")"));
    CHECK_THAT(format_end(odd, 1, 0, {Reason::exit, 0, 0}), Catch::Contains("\"exit\""));
    CHECK_THAT(format_end(odd, 1, 0, {Reason::interrupted, 0, 0}),
               Catch::Contains("\"interrupted\""));
    CHECK_THAT(format_end(odd, 1, 0, {Reason::output_limit, 0, 0}),
               Catch::Contains("\"output limit\""));
}

TEST_CASE("a session's end is recorded once, where the grant gives a log") {
    tests::Pipe log;
    std::optional<Grant> grant = grant_of("kill-watch");
    EndRecord without(grant);
    without.write({});
    CHECK(log.read_all().empty());

    grant->descriptors.push_back({GrantedDescriptor::Kind::slot, log.writer(), ""});
    grant->descriptors.push_back({GrantedDescriptor::Kind::audit, log.writer(), ""});
    EndRecord record(grant);
    record.write({Reason::exit, 5, 0});
    record.write({Reason::error, 0, 1});
    const std::string text = log.read_all();
    CHECK_THAT(text, Catch::Contains("\"output_bytes\":5,\"status\":0}\n"));
    CHECK_THAT(text, !Catch::Contains("\"error\""));
}

TEST_CASE("a record that the caller's limit on files would cut short is left out") {
    const tests::TemporaryFile file("");
    const int log = open(file.path().c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    REQUIRE(log >= 0);
    std::optional<Grant> grant = grant_of("kill-watch");
    grant->descriptors.push_back({GrantedDescriptor::Kind::audit, log, ""});
    rlimit limit{};
    REQUIRE(getrlimit(RLIMIT_FSIZE, &limit) == 0);
    const rlimit small{100, limit.rlim_max};
    REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
    EndRecord(grant).write({Reason::exit, 5, 0});
    REQUIRE(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    CHECK(std::filesystem::file_size(file.path()) == 0);
    EndRecord(grant).write({Reason::exit, 5, 0});
    CHECK(std::filesystem::file_size(file.path()) > 100);
    close(log);
}

TEST_CASE("the last words name the limit and the script") {
    CHECK(limit_message(grant_of("kill-watch"), Reason::time_limit) ==
          "sutap: stopped: 600 s limit of kill-watch\n");
    CHECK(limit_message(grant_of(""), Reason::time_limit) ==
          "sutap: stopped: 600 s limit of this rule\n");
    CHECK(limit_message(grant_of("a\x1b"), Reason::time_limit) ==
          "sutap: stopped: 600 s limit of a\\033\n");
    CHECK(size_line(64U << 20U) == "sutap: stopped: 64 MiB output limit of this rule\n");
    CHECK(size_line(std::uint64_t{2048} << 30U) ==
          "sutap: stopped: 2048 GiB output limit of this rule\n");
    CHECK(size_line(1536) == "sutap: stopped: 1536 bytes output limit of this rule\n");
    CHECK(size_line(1024) == "sutap: stopped: 1 KiB output limit of this rule\n");
    for (const Reason reason : {Reason::exit, Reason::interrupted, Reason::error}) {
        CHECK(limit_message(grant_of("kill-watch"), reason).empty());
    }
}
