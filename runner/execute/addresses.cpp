#include "runner/execute/addresses.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace sutap::execute {
namespace {

// Of the kernel's half, or the beginning of such a one, in a text that was cut.
bool is_hidden(std::uint64_t address, bool hides_addresses) {
    return hides_addresses && (address >> 63U != 0 || hexadecimal(address).starts_with("0xff"));
}

}  // namespace

std::string hexadecimal(std::uint64_t number) {
    std::array<char, 24> text{};
    std::snprintf(text.data(), text.size(), "0x%llx", static_cast<unsigned long long>(number));
    return text.data();
}

std::string shown(std::uint64_t address, bool hides_addresses) {
    return is_hidden(address, hides_addresses) ? "(address)" : hexadecimal(address);
}

std::string fault_message(std::uint64_t address, bool hides_addresses) {
    std::array<char, 24> text{};
    std::snprintf(text.data(), text.size(), "0x%016llx", static_cast<unsigned long long>(address));
    return std::string("read fault [man error::fault] at ") +
           (is_hidden(address, hides_addresses) ? "(address)" : text.data());
}

Addresses addresses_of(std::string_view bytes) {
    Addresses addresses(bytes.size() / sizeof(std::uint64_t));
    std::memcpy(addresses.data(), bytes.data(), addresses.size() * sizeof(std::uint64_t));
    return addresses;
}

Addresses addresses_in(std::string_view text) {
    Addresses addresses;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        const std::string word(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        char* rest = nullptr;
        const std::uint64_t address = std::strtoull(word.c_str(), &rest, 16);
        if (!word.empty() && *rest == '\0') {
            addresses.push_back(address);
        }
    }
    return addresses;
}

std::string address_line(std::uint64_t address, std::string_view description,
                         bool hides_addresses) {
    if (is_hidden(address, hides_addresses)) {
        return " " + std::string(description) + "\n";
    }
    std::string line = " " + hexadecimal(address);
    if (description != std::string_view(line).substr(1)) {
        line.append(" : ").append(description);
    }
    return line + "\n";
}

}  // namespace sutap::execute
