// Inside the room: lists of code addresses, of the kernel or a process, as stacks and texts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sutap::execute {

using Addresses = std::vector<std::uint64_t>;

// "0x…"
std::string hexadecimal(std::uint64_t number);
// A stack as the kernel records it: words, innermost first.
Addresses addresses_of(std::string_view bytes);
// The hexadecimal numbers in a text, as backtrace() and its like give them.
Addresses addresses_in(std::string_view text);
// A line of print_backtrace(): " ADDRESS : DESCRIPTION\n", without a description that is the
// address.
std::string address_line(std::uint64_t address, std::string_view description);

}  // namespace sutap::execute
