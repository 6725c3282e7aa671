#include "runner/targets/kernel_symbols.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <iterator>
#include <unordered_map>

#include "runner/descriptor.h"
#include "runner/targets/glob.h"
#include "runner/targets/target_error.h"

namespace sutap::targets {
namespace {

constexpr std::size_t largest_file = std::size_t{256} << 20;

[[noreturn]] void fail(const std::string& path, const std::string& why) {
    throw TargetError{"can't read the kernel's symbol names from " + path + ": " + why +
                      "; /proc has to be mounted, and the kernel built with CONFIG_KALLSYMS=y"};
}

// Files of /proc don't know their size.
std::vector<char> read_all(const std::string& path) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file) {
        fail(path, std::strerror(errno));
    }
    std::vector<char> text(std::size_t{8} << 20);
    std::size_t size = 0;
    while (true) {
        const ssize_t taken = ::read(file.get(), text.data() + size, text.size() - size);
        if (taken < 0 && errno == EINTR) {
            continue;
        }
        if (taken < 0) {
            fail(path, std::strerror(errno));
        }
        if (taken == 0) {
            text.resize(size);
            return text;
        }
        size += static_cast<std::size_t>(taken);
        if (size > largest_file) {
            fail(path, "it does not end");
        }
        if (size == text.size()) {
            text.resize(2 * size);
        }
    }
}

struct Symbol {
    std::string_view address;  // hexadecimal
    char type = '?';
    std::string_view name;  // of a module's: NAME<tab>[MODULE]
    bool is_of_module = false;
};

bool is_function(char type) {
    return type == 't' || type == 'T' || type == 'w' || type == 'W';
}

template <typename Use>
void for_each_symbol(const std::vector<char>& text, const Use& use) {
    std::string_view rest(text.data(), text.size());
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        const std::string_view line = rest.substr(0, end);
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
        const std::size_t blank = line.find(' ');
        if (blank != std::string_view::npos && line.size() >= blank + 4 && line[blank + 2] == ' ') {
            use({line.substr(0, blank), line[blank + 1], line.substr(blank + 3),
                 line.find('\t') != std::string_view::npos});
        }
    }
}

}  // namespace

KernelSymbols::KernelSymbols(const std::string& path) : text_(read_all(path)) {
    names_.reserve(text_.size() / 40);
    for_each_symbol(text_, [this](const Symbol& symbol) {
        names_.insert(symbol.name);
        if (is_function(symbol.type) && !symbol.is_of_module) {
            functions_.push_back(symbol.name);
        }
    });
}

std::vector<std::string> present_functions(const std::string& path,
                                           std::vector<std::string> names) {
    std::unordered_map<std::string_view, bool> present;
    present.reserve(names.size());
    for (const std::string& name : names) {
        present.emplace(name, false);
    }
    bool says_where = false;
    bool is_dropped = false;
    for_each_symbol(read_all(path), [&](const Symbol& symbol) {
        if (symbol.name == "_sinittext") {
            says_where = true;
            is_dropped = true;
        } else if (symbol.name == "_einittext") {
            is_dropped = false;
        } else if (!is_dropped && is_function(symbol.type) && !symbol.is_of_module) {
            if (const auto found = present.find(symbol.name); found != present.end()) {
                found->second = true;
            }
        }
    });
    if (says_where) {
        std::vector<std::string> kept;
        std::ranges::copy_if(names, std::back_inserter(kept),
                             [&](const std::string& name) { return present.at(name); });
        return kept;
    }
    return names;
}

std::vector<std::uint64_t> variable_addresses(const std::string& path, std::string_view name) {
    std::vector<std::uint64_t> found;
    for_each_symbol(read_all(path), [&](const Symbol& symbol) {
        std::uint64_t address = 0;
        if (symbol.name == name && !is_function(symbol.type) &&
            std::from_chars(symbol.address.begin(), symbol.address.end(), address, 16).ec ==
                std::errc{}) {
            found.push_back(address);
        }
    });
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

std::vector<std::string> KernelSymbols::functions(std::string_view glob) const {
    std::vector<std::string> found;
    for (const std::string_view name : functions_) {
        if (matches_glob(glob, name)) {
            found.emplace_back(name);
        }
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

}  // namespace sutap::targets
