#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "policies/lint.h"

using namespace sutap::policy;

TEST_CASE("The example policies are free of errors and of warnings, and have tests") {
    const Accounts accounts{
        {{"nobody", 65534, "65534"}},
        {{"developers", 1100, ""}, {"operators", 1101, ""}, {"nogroup", 65534, ""}}};
    const std::filesystem::path folder = SUTAP_SOURCE_FOLDER "/examples/policies";
    std::vector<PolicyText> all;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        INFO(entry.path());
        std::stringstream text;
        text << std::ifstream(entry.path()).rdbuf();
        all.push_back({entry.path().filename(), text.str()});
        const ParsedPolicy parsed = parse_policy({all.back()});
        for (const PolicyError& error : parsed.errors) UNSCOPED_INFO(describe(error));
        REQUIRE(parsed.errors.empty());
        CHECK_FALSE(parsed.policy.tests.empty());
        for (const PolicyError& warning : lint(parsed.policy, accounts, "2026-01-01"))
            FAIL_CHECK(describe(warning));
        for (const Script& script : parsed.policy.scripts) {
            const std::filesystem::path path = script.path;
            CHECK(path.parent_path() == "/usr/share/sutap/examples");
            CHECK(std::filesystem::exists(folder.parent_path() / path.filename()));
        }
    }
    CHECK(all.size() == 3);
    CHECK(parse_policy(all).errors.empty());
}
