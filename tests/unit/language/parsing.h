// What the tests of this room share: parse a text, and say what came of it.
#pragma once

#include <string>
#include <vector>

#include "runner/language/parser.h"

namespace sutap::language {

// Parses as "<input>", with a kernel 6.1.0-18-amd64 that has CONFIG_NET=y and CONFIG_EXT4=m.
ParseResult parse_text(const std::string& text, std::vector<std::string> arguments = {});

// Fails the test if there is a diagnostic.
Script parsed(const std::string& text, std::vector<std::string> arguments = {});

// The expression of `probe begin { TEXT }`, printed with all its parentheses, or its dump.
std::string grouped(const std::string& expression, std::vector<std::string> arguments = {});
std::string dumped(const std::string& expression);
// The dump of the one statement TEXT inside a function.
std::string dumped_statement(const std::string& statement);

// Each diagnostic as "LINE:COLUMN+LENGTH MESSAGE"; checks that there are some.
std::vector<std::string> mistakes(const std::string& text, std::vector<std::string> arguments = {});

}  // namespace sutap::language
