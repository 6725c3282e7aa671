#include "runner/lifecycle/symbol_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <string>
#include <utility>

#include "runner/descriptor.h"
#include "runner/privileges.h"

namespace sutap {

std::shared_ptr<const execute::Symbols> read_symbols(std::optional<int> granted) {
    Descriptor own;
    if (!granted) {
        // kernel/kallsyms.c: who opened the file decides whether addresses are shown.
        const privileges::CapabilityScope raised{privileges::Capability::see_addresses};
        own = Descriptor(open("/proc/kallsyms", O_RDONLY | O_CLOEXEC));
    }
    const int file = granted ? *granted : own.get();
    std::string text;
    std::array<char, 0x10000> part{};
    for (ssize_t got = 1; got > 0;) {
        got = read(file, part.data(), part.size());
        text.append(part.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
    }
    return std::make_shared<const execute::Symbols>(std::move(text));
}

}  // namespace sutap
