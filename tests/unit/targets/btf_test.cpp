#include "runner/targets/btf.h"

#include <linux/btf.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <random>

#include "runner/targets/target_error.h"
#include "tests/unit/targets/sample_btf.h"
#include "tests/unit/temporary_file.h"

using namespace sutap::targets;
using sutap::targets::testing::sample_btf;
using sutap::targets::testing::sample_module_btf;

namespace {

std::string spelled_parameter(const Btf& btf, const std::string& function, std::size_t index) {
    return btf.spelling(btf.type(btf.find_function(function).value()).members.at(index).type);
}

// Every query that there is, on every id and some beyond.
void query_everything(const Btf& btf) {
    for (const char* const name : {"task", "task_t", "struct task", "union secret", "enum limits",
                                   "unsigned long", "x", "", "struct", "btf_trace_task_exit"}) {
        (void)btf.find_type(name);
        (void)btf.find_enumerator(name);
        (void)btf.find_function(name);
        (void)btf.find_typedef(name);
    }
    std::size_t letters = 0;
    btf.for_each_function([&](std::string_view name) { letters += name.size(); });
    btf.for_each_typedef([&](std::string_view name) { letters += name.size(); });
    for (TypeId id = 0; id < 80; ++id) {
        (void)btf.type(id);
        (void)btf.strip(id);
        (void)btf.spelling(id);
        (void)btf.find_member(id, "comm");
        (void)btf.find_member(id, "nothing");
    }
    (void)btf.type(~TypeId{0});
    CHECK(letters < 1'000'000);
}

// The sample's bytes with one type section of our own making.
std::string btf_of(const std::vector<std::uint32_t>& words, const std::string& names) {
    btf_header header = {};
    header.magic = BTF_MAGIC;
    header.version = BTF_VERSION;
    header.hdr_len = sizeof(header);
    header.type_len = static_cast<std::uint32_t>(words.size() * 4);
    header.str_off = header.type_len;
    header.str_len = static_cast<std::uint32_t>(names.size());
    std::string bytes(sizeof(header) + header.type_len, '\0');
    std::memcpy(bytes.data(), &header, sizeof(header));
    if (!words.empty()) {
        std::memcpy(bytes.data() + sizeof(header), words.data(), header.type_len);
    }
    return bytes + names;
}

constexpr std::uint32_t info(std::uint32_t kind, std::uint32_t count) {
    return kind << 24 | count;
}

}  // namespace

TEST_CASE("types are found by name and kind") {
    const Btf btf(sample_btf(), "sample");
    const auto task = btf.find_type("struct task");
    REQUIRE(task);
    CHECK(btf.find_type("task") == task);
    CHECK_FALSE(btf.find_type("union task"));
    CHECK_FALSE(btf.find_type("enum task"));
    CHECK_FALSE(btf.find_type("tas"));
    CHECK_FALSE(btf.find_type(""));
    CHECK(btf.type(*task).kind == TypeKind::structure);
    CHECK(btf.type(*task).size == 40);
    CHECK(btf.type(*task).members.size() == 5);
    const auto name = btf.find_type("task_t");
    REQUIRE(name);
    CHECK(btf.type(*name).kind == TypeKind::typedef_name);
    CHECK(btf.strip(*name) == *task);
    CHECK(btf.find_type("long signed int") == btf.find_type("long int"));
    CHECK_FALSE(btf.find_type("unsigned long"));
}

TEST_CASE("a type that is only declared is found last, and by its own keyword") {
    const Btf btf(sample_btf(), "sample");
    const auto secret = btf.find_type("union secret");
    REQUIRE(secret);
    CHECK(btf.type(*secret).kind == TypeKind::forward);
    CHECK(btf.spelling(*secret) == "union secret");
    CHECK_FALSE(btf.find_type("struct secret"));
    CHECK(btf.find_type("secret") == secret);
}

TEST_CASE("members are found through anonymous ones, with their bits") {
    const Btf btf(sample_btf(), "sample");
    const TypeId task = btf.find_type("task_t").value();
    const auto comm = btf.find_member(task, "comm");
    REQUIRE(comm);
    CHECK(comm->bit_offset == 128);
    CHECK(comm->bit_size == 0);
    CHECK(btf.type(comm->type).count == 16);
    CHECK(btf.type(comm->type).size == 16);
    const auto mode = btf.find_member(task, "mode");
    REQUIRE(mode);
    CHECK(mode->bit_offset == 257);
    CHECK(mode->bit_size == 3);
    CHECK_FALSE(btf.find_member(task, "absent"));
    CHECK_FALSE(btf.find_member(task, ""));
    CHECK_FALSE(btf.find_member(btf.find_type("int").value(), "comm"));
}

TEST_CASE("enumerators have their values, whatever their width and sign") {
    const Btf btf(sample_btf(), "sample");
    CHECK(btf.find_enumerator("BPF_FUNC_loop") == 181);
    CHECK(btf.find_enumerator("MINUS") == -1);
    CHECK(btf.find_enumerator("SMALLEST") == -5);
    CHECK(btf.find_enumerator("LARGEST") == std::int64_t{1} << 40);
    CHECK_FALSE(btf.find_enumerator("BPF_FUNC_loo"));
    CHECK_FALSE(btf.find_enumerator(""));
}

TEST_CASE("functions have parameters and results") {
    const Btf btf(sample_btf(), "sample");
    const Type kill = btf.type(btf.find_function("do_kill").value());
    CHECK(kill.kind == TypeKind::function);
    CHECK(kill.name == "do_kill");
    REQUIRE(kill.members.size() == 2);
    CHECK(kill.members[1].name == "signal");
    CHECK_FALSE(kill.is_variadic);
    CHECK(btf.spelling(kill.target) == "int");
    const Type log = btf.type(btf.find_function("log_line").value());
    CHECK(log.members.size() == 1);
    CHECK(log.is_variadic);
    CHECK_FALSE(btf.find_function("task"));
}

TEST_CASE("declarations are spelled as SystemTap does") {
    const Btf btf(sample_btf(), "sample");
    CHECK(spelled_parameter(btf, "do_kill", 0) == "task_t const*");
    CHECK(spelled_parameter(btf, "log_line", 0) == "char const*");
    CHECK(spelled_parameter(btf, "__traceiter_task_exit", 1) == "struct task*");
    CHECK(btf.spelling(void_type) == "void");
    const TypeId task = btf.find_type("task").value();
    CHECK(btf.spelling(btf.find_member(task, "comm")->type) == "char[16]");
    CHECK(btf.spelling(btf.type(btf.find_type("btf_trace_task_exit").value()).target) ==
          "void (*)(void*, struct task*, _Bool)");
    CHECK(btf.spelling(btf.type(task).members[2].type) == "union {...}");
    CHECK(btf.spelling(btf.find_function("log_line").value()) == "long int (char const*, ...)");
}

TEST_CASE("an id that does not exist is void") {
    const Btf btf(sample_btf(), "sample");
    CHECK(btf.type(1'000'000).kind == TypeKind::nothing);
    CHECK(btf.strip(1'000'000) == 1'000'000);
    CHECK(btf.spelling(1'000'000) == "void");
}

TEST_CASE("each truncation is refused, or leaves a graph that answers") {
    const std::string whole = sample_btf();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        CHECK_THROWS_AS(Btf(std::string_view(whole).substr(0, size), "cut"), TargetError);
    }
    CHECK_NOTHROW(Btf(whole, "whole"));
}

TEST_CASE("changed bytes never break the reader") {
    const std::string whole = sample_btf();
    std::mt19937 random(20240607);
    int accepted = 0;
    for (int round = 0; round < 3000; ++round) {
        std::string bytes = whole;
        const auto changes = 1 + random() % 4;
        for (unsigned i = 0; i < changes; ++i) {
            bytes[random() % bytes.size()] = static_cast<char>(random() % 256);
        }
        try {
            const Btf btf(bytes, "changed");
            ++accepted;
            query_everything(btf);
        } catch (const TargetError& error) {
            CHECK(error.message.find("changed") != std::string::npos);
        }
    }
    CHECK(accepted > 100);
}

TEST_CASE("cycles end") {
    // 1: const → 2: typedef "a" → 1; 3: pointer → 3; 4: array of 4; 5: struct with itself,
    // nameless.
    const Btf btf(btf_of({0,
                          info(BTF_KIND_CONST, 0),
                          2,
                          1,
                          info(BTF_KIND_TYPEDEF, 0),
                          1,  //
                          0,
                          info(BTF_KIND_PTR, 0),
                          3,  //
                          0,
                          info(BTF_KIND_ARRAY, 0),
                          0,
                          4,
                          4,
                          0xffffffff,  //
                          0,
                          info(BTF_KIND_STRUCT, 2),
                          8,
                          0,
                          5,
                          0,
                          0,
                          5,
                          0},
                         std::string("\0a\0", 3)),
                  "cycles");
    CHECK(btf.strip(1) == void_type);
    CHECK(btf.strip(2) == void_type);
    CHECK_FALSE(btf.find_member(2, "x"));
    CHECK_FALSE(btf.find_member(5, "x"));
    CHECK(btf.spelling(3).size() < 1000);
    CHECK(btf.spelling(4).size() < 1000);
    CHECK(btf.type(4).size == 0);
    query_everything(btf);
}

TEST_CASE("a function that takes itself many times is spelled in bounded time") {
    constexpr std::uint32_t count = 60000;
    std::vector<std::uint32_t> words{0, info(BTF_KIND_FUNC_PROTO, count), 1};
    for (std::uint32_t i = 0; i < count; ++i) {
        words.insert(words.end(), {0, 1});
    }
    const Btf btf(btf_of(words, std::string(1, '\0')), "wide");
    CHECK(btf.spelling(1).size() < 100'000);
}

TEST_CASE("what is refused says why and what to do") {
    const auto message = [](const std::string& bytes) {
        try {
            const Btf btf(bytes, "/some/file");
        } catch (const TargetError& error) {
            return error.message;
        }
        return std::string("accepted");
    };
    CHECK(message("ELF").find("too short") != std::string::npos);
    CHECK(message(std::string(100, 'x')).find("no BTF") != std::string::npos);
    CHECK(message(btf_of({0, info(31, 0), 0}, std::string(1, '\0'))).find("kind 31") !=
          std::string::npos);
    CHECK(message(btf_of({0, info(BTF_KIND_STRUCT, 9), 0}, std::string(1, '\0')))
              .find("ends within a type") != std::string::npos);
    CHECK(message(btf_of({}, "names")).find("malformed names") != std::string::npos);
    CHECK(message("ELF").find("boot a kernel") != std::string::npos);
}

TEST_CASE("a missing file, a folder and an empty file are refused") {
    const auto message = [](const std::string& path) {
        try {
            const Btf btf(path);
        } catch (const TargetError& error) {
            return error.message;
        }
        return std::string("accepted");
    };
    CHECK(message("/nonexistent/btf").find("CONFIG_DEBUG_INFO_BTF=y") != std::string::npos);
    CHECK(message("/").find("not a regular file") != std::string::npos);
    CHECK(message("/dev/null").find("not a regular file") != std::string::npos);
    const sutap::tests::TemporaryFile empty("");
    CHECK(message(empty.path()).find("too short") != std::string::npos);
}

TEST_CASE("a module's types continue the kernel's") {
    const Btf kernel(sample_btf(), "sample");
    const Btf module(sample_module_btf(), "module", &kernel);
    CHECK(module.first_id() == kernel.end_id());
    const TypeId part = module.find_type("struct part").value();
    CHECK(part >= module.first_id());
    CHECK(module.spelling(module.find_member(part, "owner")->type) == "struct task*");
    const TypeId owner = module.type(module.find_member(part, "owner")->type).target;
    CHECK(owner < module.first_id());
    CHECK(module.find_member(owner, "comm")->bit_offset == 128);
    CHECK(spelled_parameter(module, "part_open", 0) == "struct part*");
    CHECK(spelled_parameter(module, "part_open", 1) == "int");
    // Its prototype is the kernel's.
    CHECK(spelled_parameter(module, "do_kill", 0) == "task_t const*");
    CHECK(module.type(module.find_function("do_kill").value()).members.at(1).name == "signal");
    CHECK(module.find_enumerator("PART_MOST") == 7);
    // By name it knows its own alone.
    CHECK_FALSE(module.find_type("struct task"));
    CHECK_FALSE(module.find_function("log_line"));
    CHECK_FALSE(module.find_enumerator("MINUS"));
    CHECK(module.type(module.end_id()).kind == TypeKind::nothing);
    CHECK(kernel.type(part).kind == TypeKind::nothing);
}

TEST_CASE("a module's changed or cut bytes never break the reader") {
    const Btf kernel(sample_btf(), "sample");
    const std::string whole = sample_module_btf();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        CHECK_THROWS_AS(Btf(std::string_view(whole).substr(0, size), "cut", &kernel), TargetError);
    }
    std::mt19937 random(20261123);
    int accepted = 0;
    for (int round = 0; round < 3000; ++round) {
        std::string bytes = whole;
        const auto changes = 1 + random() % 4;
        for (unsigned i = 0; i < changes; ++i) {
            bytes[random() % bytes.size()] = static_cast<char>(random() % 256);
        }
        try {
            const Btf btf(bytes, "changed", &kernel);
            ++accepted;
            query_everything(btf);
        } catch (const TargetError& error) {
            CHECK(error.message.find("changed") != std::string::npos);
        }
    }
    CHECK(accepted > 100);
}

TEST_CASE("a module's types may have no names of their own") {
    const Btf kernel(sample_btf(), "sample");
    const Btf empty(btf_of({}, ""), "empty", &kernel);
    CHECK(empty.first_id() == empty.end_id());
    CHECK(empty.type(kernel.find_type("int").value()).name == "int");
    CHECK_FALSE(empty.find_type("int"));
    CHECK_THROWS_AS(Btf(btf_of({}, ""), "alone"), TargetError);
    CHECK_THROWS_AS(Btf(btf_of({}, "x"), "unended", &kernel), TargetError);
}
