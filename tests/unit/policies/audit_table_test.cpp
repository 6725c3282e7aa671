#include "policies/audit_table.h"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace sutap::policy;

namespace {

const Accounts accounts{{{"alice", 1001, "1001"}, {"bob", 1002, "1002"}}, {}};

std::string record(const std::string& time, const std::string& decision, const std::string& uid,
                   const std::string& script) {
    return R"({"time":")" + time + R"(","decision":")" + decision +
           R"(","rule":"","reason":"why","uid":)" + uid + R"(,"login_uid":null,"groups":[1,2],)" +
           R"("request":"/a/b","script":")" + script +
           R"(","given_reason":"OPS","options":[],"arguments":["x","y"]})" + "\n";
}

std::size_t rows(const std::string& text, const RecordFilter& filter) {
    const std::string table = format_table({text}, filter, accounts).text;
    return static_cast<std::size_t>(std::count(table.begin(), table.end(), '\n'));
}

}  // namespace

TEST_CASE("A record's members are read as text") {
    const auto one = parse_record(
        R"({"time":"t","uid":7,"list":["a","b c"],"none":[],"odd":"\"\\\u001b\u00c3\n","n":-1.5})");
    REQUIRE(one);
    CHECK((*one)["time"] == "t");
    CHECK((*one)["uid"] == "7");
    CHECK((*one)["list"] == "a b c");
    CHECK((*one)["none"].empty());
    CHECK((*one)["odd"] == "\"\\\x1b\xc3\n");
    CHECK((*one)["n"] == "-1.5");
    CHECK((*one)["missing"].empty());
}

TEST_CASE("What is cut short or no record is none") {
    const std::string whole = R"({"time":"t\u0041","list":["a",2],"n":1})";
    REQUIRE(parse_record(whole));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        INFO(size);
        CHECK_FALSE(parse_record(whole.substr(0, size)));
    }
    for (const char* text : {"", "x", "{}", "[]", "null", R"({"a":})", R"({"a":"\u01ff"})",
                             R"({"a":"\u00g0"})", R"({"a":"\x"})", R"({"a":1}x)", R"({"a":{}})",
                             R"({"a":[[]]})", R"({"a":["x",]})", R"({a:1})"}) {
        INFO(text);
        CHECK_FALSE(parse_record(text));
    }
}

TEST_CASE("The table is aligned, the newest record last") {
    const AuditTable table =
        format_table({record("2026-02", "deny", "1002", ""),
                      "{\"time\":\"2026-01\",\"decision\":\"end\",\"by\":\"runner\",\"uid\":1001,"
                      "\"script\":\"kill-watch\",\"reason\":\"exit\",\"seconds\":1.500,"
                      "\"output_bytes\":6,\"status\":0}\ncut {\n\n{\"time\":\n" +
                          record("2026-01", "allow", "77", "other")},
                     {}, accounts);
    CHECK(table.unread == 2);
    CHECK(table.text ==
          "2026-01  alice  end    kill-watch  exit, 1.500 s, 6 bytes, status 0\n"
          "2026-01  #77    allow  other       why, because OPS, arguments x y\n"
          "2026-02  bob    deny   /a/b        why, because OPS, arguments x y\n");
}

TEST_CASE("No byte of a record reaches the terminal as a command") {
    const std::string text =
        format_table({record("\x9b\\u001b]0;", "al\\u000alow", "1001", "a\\u0007\xff")}, {},
                     accounts)
            .text;
    CHECK(text ==
          "\\x9b\\x1b]0;  alice  al\\x0alow  a\\x07\\xff  why, because OPS, arguments x y\n");
}

TEST_CASE("Records are picked by user, decision, script and time") {
    const std::string text = record("2026-01-01T10", "allow", "1001", "one") +
                             record("2026-01-02T10", "deny", "1001", "two") +
                             record("2026-01-03T10", "deny", "1002", "");
    CHECK(rows(text, {}) == 3);
    CHECK(rows(text, {.user = "alice"}) == 2);
    CHECK(rows(text, {.user = "#1002"}) == 1);
    CHECK(rows(text, {.user = "1002"}) == 0);
    CHECK(rows(text, {.decision = "deny"}) == 2);
    CHECK(rows(text, {.script = "two"}) == 1);
    CHECK(rows(text, {.script = "/a/b"}) == 3);
    CHECK(rows(text, {.since = "2026-01-02"}) == 2);
    CHECK(rows(text, {.user = "alice", .decision = "deny", .since = "2026-01-03"}) == 0);
}
