#include "runner/execute/symbols.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace sutap::execute {
namespace {

// What is farther than this behind the last symbol of a module is not in that module.
constexpr std::uint64_t longest_function = 0x10000;

}  // namespace

Symbols::Symbols(std::string text) : text_(std::move(text)) {
    const std::string_view all = text_;
    for (std::size_t begin = 0; begin < all.size();) {
        const std::size_t end = std::min(all.find('\n', begin), all.size());
        add_line(all.substr(begin, end - begin));
        begin = end + 1;
    }
    // Of names for one address the global one, and of those the first.
    std::stable_sort(symbols_.begin(), symbols_.end(), [](const Symbol& left, const Symbol& right) {
        return std::pair(left.address, left.is_local) < std::pair(right.address, right.is_local);
    });
    const auto last = std::unique(
        symbols_.begin(), symbols_.end(),
        [](const Symbol& left, const Symbol& right) { return left.address == right.address; });
    symbols_.erase(last, symbols_.end());
}

void Symbols::add_line(std::string_view line) {
    Symbol symbol;
    const char* const end = line.data() + line.size();
    const auto [rest, error] = std::from_chars(line.data(), end, symbol.address, 16);
    if (error != std::errc() || symbol.address == 0 || end - rest < 4) {
        return;
    }
    const char type = rest[1];
    std::string_view name(rest + 3, static_cast<std::size_t>(end - rest - 3));
    if (const std::size_t tab = name.find('\t'); tab != std::string_view::npos) {
        std::string_view module = name.substr(tab + 1);
        name = name.substr(0, tab);
        if (module.size() > 2 && module.front() == '[' && module.back() == ']') {
            module = module.substr(1, module.size() - 2);
            symbol.module = offset_of(module);
            symbol.module_size = static_cast<std::uint32_t>(module.size());
        }
    }
    if (symbol.address >> 63U == 0) {
        return;  // a number, or an offset in the memory of a processor
    }
    if (symbol.module_size == 0) {
        if (name == "_stext") {
            text_start_ = symbol.address;
        } else if (name == "_etext") {
            text_end_ = symbol.address;
        }
        end_ = std::max(end_, symbol.address + longest_function);
    }
    symbol.name = offset_of(name);
    symbol.name_size = static_cast<std::uint32_t>(name.size());
    symbol.is_local = type >= 'a' && type <= 'z';
    symbols_.push_back(symbol);
}

// The text knows the other names of an address, too.
std::vector<std::uint64_t> Symbols::addresses_of(std::string_view name,
                                                 std::string_view module) const {
    std::string ending = " " + std::string(name);
    if (!module.empty()) {
        ending += "\t[" + std::string(module) + "]";
    }
    const std::string_view all = text_;
    std::vector<std::uint64_t> found;
    for (auto at = all.find(ending); at != std::string_view::npos; at = all.find(ending, at + 1)) {
        const std::size_t end = at + ending.size();
        const std::size_t line = all.rfind('\n', at) + 1;  // 0 after npos
        std::uint64_t address = 0;
        const auto [rest, error] = std::from_chars(all.data() + line, all.data() + at, address, 16);
        const bool is_whole = end == all.size() || all[end] == '\n';
        if (is_whole && error == std::errc() && address != 0 && rest == all.data() + at - 2) {
            found.push_back(address);
        }
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

std::optional<Symbols::Found> Symbols::find(std::uint64_t address) const {
    const auto next = std::upper_bound(
        symbols_.begin(), symbols_.end(), address,
        [](std::uint64_t wanted, const Symbol& symbol) { return wanted < symbol.address; });
    if (next == symbols_.begin()) {
        return std::nullopt;
    }
    const Symbol& symbol = *(next - 1);
    const std::string_view all = text_;
    Found found{.name = all.substr(symbol.name, symbol.name_size),
                .start = symbol.address,
                .size = 0,
                .module = "kernel"};
    if (symbol.module_size > 0) {
        found.module = all.substr(symbol.module, symbol.module_size);
    }
    const bool is_known_module = symbol.module_size > 0;
    if (is_known_module ? address - symbol.address > longest_function : address >= end_) {
        return std::nullopt;
    }
    if (next != symbols_.end() && next->module_size == symbol.module_size) {
        found.size = next->address - symbol.address;
    }
    return found;
}

}  // namespace sutap::execute
