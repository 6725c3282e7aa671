#include "runner/execute/user_modules.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace sutap::execute {
namespace {

// A process may have 65,530 mappings (vm.max_map_count), of which the first are enough.
constexpr std::size_t most_text = 4U << 20U;

std::string read_text(const std::string& path) {
    std::string text;
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return text;
    }
    std::array<char, 16384> buffer{};
    ssize_t length = 0;
    while (text.size() < most_text &&
           (length = ::read(descriptor, buffer.data(), buffer.size())) > 0) {
        text.append(buffer.data(), static_cast<std::size_t>(length));
    }
    ::close(descriptor);
    return text;
}

// Takes the hexadecimal number before `separator` off the text.
std::optional<std::uint64_t> take_number(std::string_view& text, char separator) {
    std::uint64_t number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
    if (problem != std::errc{} || end == text.data() + text.size() || *end != separator) {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
    return number;
}

// man proc: "START-END PERMISSIONS OFFSET DEVICE INODE PATH".
std::optional<UserModule> parse_line(std::string_view line) {
    const auto start = take_number(line, '-');
    const auto end = start ? take_number(line, ' ') : std::nullopt;
    if (!end || *end <= *start) {
        return std::nullopt;
    }
    for (int field = 0; field < 4; ++field) {
        line.remove_prefix(std::min(line.find(' '), line.size()));
        line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    }
    if (line.empty() || (line.front() != '/' && !line.starts_with("[v"))) {
        return std::nullopt;  // a heap, a stack, or no file at all
    }
    return UserModule{.path = std::string(line), .start = *start, .end = *end};
}

}  // namespace

std::string_view UserModule::name() const {
    const std::string_view whole = path;
    const std::size_t slash = whole.rfind('/');
    return slash == std::string_view::npos ? whole : whole.substr(slash + 1);
}

UserModules::UserModules(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = std::min(text.find('\n'), text.size());
        const auto mapping = parse_line(text.substr(0, length));
        text.remove_prefix(std::min(length + 1, text.size()));
        if (!mapping) {
            continue;
        }
        // The parts of a file stand one after the other, each beginning with the file's start.
        if (!modules_.empty() && modules_.back().path == mapping->path) {
            modules_.back().end = mapping->end;
        } else {
            modules_.push_back(*mapping);
        }
    }
}

UserModules UserModules::of_process(const std::string& folder, std::int64_t pid) {
    return UserModules(read_text(folder + "/" + std::to_string(pid) + "/maps"));
}

const UserModule* UserModules::find(std::uint64_t address) const {
    const auto found = std::find_if(modules_.begin(), modules_.end(), [&](const UserModule& each) {
        return address >= each.start && address < each.end;
    });
    return found == modules_.end() ? nullptr : &*found;
}

}  // namespace sutap::execute
