#include "runner/options/grant.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <limits>
#include <set>
#include <utility>

#include "runner/options/numbers.h"

namespace sutap::options {
namespace {

constexpr std::string_view header = "sutap-grant 1\n";
constexpr std::size_t maximum_size = 1U << 20U;
constexpr int first_descriptor = 3;
constexpr int last_descriptor = 65535;

int hexadecimal_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// The value with its \xHH resolved; nullopt for another escape, a bare control byte, or a NUL.
std::optional<std::string> unescape(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte < 0x20 || byte == 0x7f) {
            return std::nullopt;
        }
        if (text[i] != '\\') {
            result.push_back(text[i]);
            continue;
        }
        const int high =
            i + 3 < text.size() && text[i + 1] == 'x' ? hexadecimal_digit(text[i + 2]) : -1;
        const int low = high >= 0 ? hexadecimal_digit(text[i + 3]) : -1;
        if (low < 0 || high + low == 0) {
            return std::nullopt;
        }
        result.push_back(static_cast<char>(static_cast<unsigned char>(high * 16 + low)));
        i += 3;
    }
    return result;
}

bool is_capability(std::string_view text) {
    return !text.empty() && text.size() <= 32 &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos;
}

class GrantParser {
  public:
    GrantResult parse(std::string_view text);

  private:
    void fail(std::string message) {
        if (error_.empty()) {
            error_ = "line " + std::to_string(line_) + ": " + std::move(message);
        }
    }
    void parse_line(std::string_view line);
    void apply(std::string_view key, std::string value);
    bool apply_caller(std::string_view key, std::string value);
    void apply_descriptor(std::string_view value);
    bool truth(std::string_view key, std::string_view value) {
        if (value != "true" && value != "false") {
            fail("'" + std::string(key) + "' is neither true nor false");
        }
        return value == "true";
    }
    template <typename Number>
    Number number(std::string_view key, std::string_view value, Number minimum, Number maximum,
                  int base = 10) {
        const auto result = parse_number<Number>(value, minimum, maximum, base);
        if (!result) {
            fail("bad number for '" + std::string(key) + "'");
        }
        return result.value_or(minimum);
    }

    Grant grant_;
    std::set<std::string, std::less<>> seen_;
    std::size_t line_ = 1;
    std::string error_;
};

// KIND NUMBER NAME
void GrantParser::apply_descriptor(std::string_view value) {
    const std::size_t first = value.find(' ');
    const std::size_t second = first == std::string_view::npos ? first : value.find(' ', first + 1);
    const std::string_view kind = value.substr(0, first);
    GrantedDescriptor descriptor;
    if (kind == "module_btf") {
        descriptor.kind = GrantedDescriptor::Kind::module_btf;
    } else if (kind == "kallsyms") {
        descriptor.kind = GrantedDescriptor::Kind::kallsyms;
    } else if (kind == "audit") {
        descriptor.kind = GrantedDescriptor::Kind::audit;
    } else if (kind == "slot") {
        descriptor.kind = GrantedDescriptor::Kind::slot;
    } else if (kind != "perf_event") {
        return fail("unknown kind of descriptor");
    }
    if (first == std::string_view::npos) {
        return fail("descriptor without a number");
    }
    const std::string_view digits = second == std::string_view::npos
                                        ? value.substr(first + 1)
                                        : value.substr(first + 1, second - first - 1);
    descriptor.number = number("descriptor", digits, first_descriptor, last_descriptor);
    if (second != std::string_view::npos) {
        descriptor.name = std::string(value.substr(second + 1));
    }
    grant_.descriptors.push_back(std::move(descriptor));
}

bool GrantParser::apply_caller(std::string_view key, std::string value) {
    Caller& caller = grant_.caller;
    if (key == "caller.PATH") {
        caller.path = std::move(value);
    } else if (key == "caller.TERM") {
        caller.terminal = std::move(value);
    } else if (key == "caller.TZ") {
        caller.time_zone = std::move(value);
    } else if (key == "caller.LANG") {
        caller.language = std::move(value);
    } else if (key == "caller.COLUMNS") {
        caller.columns = std::move(value);
    } else if (key == "caller.umask") {
        caller.file_mode_mask = number<mode_t>(key, value, 0, 0777, 8);
    } else if (key == "caller.folder_kept") {
        caller.folder_kept = truth(key, value);
    } else {
        return false;
    }
    return true;
}

void GrantParser::apply(std::string_view key, std::string value) {
    const bool may_repeat = key == "probe" || key == "capability" || key == "descriptor";
    if (!may_repeat && !seen_.emplace(key).second) {
        return fail("repeated key '" + std::string(key) + "'");
    }
    // The last number of each of these types means "none" to the kernel.
    constexpr auto last_id = std::numeric_limits<uid_t>::max() - 1;
    if (key == "script_descriptor") {
        grant_.script_descriptor = number(key, value, first_descriptor, last_descriptor);
    } else if (key == "script_name") {
        grant_.script_name = std::move(value);
    } else if (key == "uid") {
        grant_.user = number<uid_t>(key, value, 0, last_id);
    } else if (key == "gid") {
        grant_.group = number<gid_t>(key, value, 0, last_id);
    } else if (key == "max_seconds") {
        grant_.maximum_seconds =
            number<std::uint64_t>(key, value, 0, std::numeric_limits<std::uint32_t>::max());
    } else if (key == "max_output") {
        grant_.maximum_output =
            number<std::uint64_t>(key, value, 0, std::numeric_limits<std::int64_t>::max());
    } else if (key == "max_memory") {
        grant_.maximum_memory =
            number<std::uint64_t>(key, value, 0, std::numeric_limits<std::int64_t>::max());
    } else if (key == "max_probes") {
        grant_.maximum_probes =
            number<std::uint64_t>(key, value, 0, std::numeric_limits<std::uint32_t>::max());
    } else if (key == "policy_script") {
        grant_.policy_script = std::move(value);
    } else if (key == "kernel_addresses") {
        grant_.kernel_addresses = truth(key, value);
    } else if (key == "scope") {
        if (value != "system" && value != "own") {
            return fail("'scope' is neither system nor own");
        }
        grant_.scope = value == "own" ? Scope::own : Scope::system;
    } else if (key == "probe") {
        if (value.empty()) {
            return fail("empty probe point");
        }
        grant_.probes.push_back(std::move(value));
    } else if (key == "capability") {
        if (!is_capability(value)) {
            return fail("bad name of a capability");
        }
        grant_.capabilities.push_back(std::move(value));
    } else if (key == "descriptor") {
        apply_descriptor(value);
    } else if (!apply_caller(key, std::move(value))) {
        fail("unknown key '" + std::string(key) + "'");
    }
}

void GrantParser::parse_line(std::string_view line) {
    const std::size_t separator = line.find(" = ");
    if (separator == std::string_view::npos) {
        return fail("expected 'key = value'");
    }
    const std::string_view key = line.substr(0, separator);
    const bool is_key =
        key.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_.") ==
        std::string_view::npos;
    auto value = unescape(line.substr(separator + 3));
    if (!is_key || !value) {
        return fail(is_key ? "bad byte or escape in a value" : "bad key");
    }
    apply(key, std::move(*value));
}

GrantResult GrantParser::parse(std::string_view text) {
    if (text.size() > maximum_size) {
        return {std::nullopt, "longer than 1 MiB"};
    }
    if (!text.starts_with(header)) {
        return {std::nullopt, "line 1: expected 'sutap-grant 1'"};
    }
    text.remove_prefix(header.size());
    while (!text.empty() && error_.empty()) {
        ++line_;
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos) {
            fail("the last line is cut off");
            break;
        }
        parse_line(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    for (const std::string_view key : {"script_descriptor", "script_name", "uid", "gid"}) {
        if (error_.empty() && seen_.find(key) == seen_.end()) {
            error_ = "missing key '" + std::string(key) + "'";
        }
    }
    if (!error_.empty()) {
        return {std::nullopt, std::move(error_)};
    }
    return {std::move(grant_), {}};
}

}  // namespace

GrantResult parse_grant(std::string_view text) {
    return GrantParser().parse(text);
}

bool is_own_scope(const std::optional<Grant>& grant) {
    return grant && grant->scope == Scope::own;
}

int descriptor_of(const Grant& grant, GrantedDescriptor::Kind kind) {
    const auto found = std::ranges::find(grant.descriptors, kind, &GrantedDescriptor::kind);
    return found == grant.descriptors.end() ? -1 : found->number;
}

bool hides_addresses(const std::optional<Grant>& grant) {
    return is_own_scope(grant) || (grant && grant->user != 0 && !grant->kernel_addresses);
}

std::string conflict(const Grant& grant, const Options& options) {
    const bool adds_text = !options.additional_scripts.empty() || !options.tapset_folders.empty();
    if (adds_text && grant.user != 0) {
        return "-E and -I bring text that the policy has not seen";
    }
    if (grant.scope == Scope::own && options.guru) {
        return "-g does not go with a rule that lets you look at your own processes alone";
    }
    if (!options.definitions.empty() && grant.user != 0) {
        return "-D sets the limits that the policy relies on";
    }
    return {};
}

}  // namespace sutap::options
