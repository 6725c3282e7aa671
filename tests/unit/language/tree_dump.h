// A syntax tree as text in which every field but the places shows, independent of the printer.
#pragma once

#include <string>

#include "runner/language/syntax_tree.h"

namespace sutap::language {

std::string dump(const Script& script);
std::string dump(const Expression& expression);
std::string dump(const Statement& statement);

}  // namespace sutap::language
