#include "runner/targets/type_name.h"

#include <catch2/catch.hpp>

using sutap::targets::canonical_integer;
using sutap::targets::parse_type_name;

TEST_CASE("a type's name has an optional keyword") {
    CHECK(parse_type_name("struct file").keyword == "struct");
    CHECK(parse_type_name("struct file").name == "file");
    CHECK(parse_type_name("  union \t x ").keyword == "union");
    CHECK(parse_type_name("enum pid_type").name == "pid_type");
    CHECK(parse_type_name("size_t").keyword.empty());
    CHECK(parse_type_name("unsigned   long").name == "unsigned long");
    CHECK(parse_type_name("").name.empty());
    CHECK(parse_type_name("struct").name.empty());
}

TEST_CASE("the spellings of one integer type are one") {
    CHECK(canonical_integer("unsigned long") == canonical_integer("long unsigned int"));
    CHECK(canonical_integer("int long long unsigned") == "unsigned long long");
    CHECK(canonical_integer("unsigned") == canonical_integer("unsigned int"));
    CHECK(canonical_integer("signed") == "int");
    CHECK(canonical_integer("short int") == "short");
    CHECK(canonical_integer("char") != canonical_integer("signed char"));
    CHECK(canonical_integer("unsigned char") == "unsigned char");
}

TEST_CASE("what is no integer type of C has no spelling") {
    for (const char* const text :
         {"", "size_t", "unsigned signed", "long short", "long long long", "char int", "int int",
          "unsigned unsigned int", "short short", "struct int"}) {
        INFO(text);
        CHECK(canonical_integer(text).empty());
    }
}
