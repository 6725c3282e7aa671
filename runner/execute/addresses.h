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
// The same, or "(address)" for one of the kernel where these are hidden.
std::string shown(std::uint64_t address, bool hides_addresses);
// What an error says of a read that failed at `address`.
std::string fault_message(std::uint64_t address, bool hides_addresses);
// A stack as the kernel records it: words, innermost first.
Addresses addresses_of(std::string_view bytes);
// The hexadecimal numbers in a text, as backtrace() and its like give them.
Addresses addresses_in(std::string_view text);
// A line of print_backtrace(): " ADDRESS : DESCRIPTION\n"; without a description that is the
// address, without an address that is hidden.
std::string address_line(std::uint64_t address, std::string_view description, bool hides_addresses);

}  // namespace sutap::execute
