// The policy as values, and its TOML form. Nothing here reads a file.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sutap::policy {

/// A place in a policy file; lines and columns count from 1, 0 means the whole file.
struct Place {
    std::string file;
    unsigned line = 0;
    unsigned column = 0;
};

struct PolicyError {
    Place place;
    std::string text;
};

/// `FILE:LINE:COLUMN: TEXT`, without line and column where they are unknown.
std::string describe(const PolicyError& error);

enum class Effect { allow, deny };

/// Whose processes a script sees: everybody's, or the caller's alone.
enum class Scope { system, own };

/// What a word after the script may be.
struct Argument {
    enum class Type { integer, choice, text };
    std::string name = {};
    Type type = Type::text;
    std::int64_t min = INT64_MIN;  // of an integer
    std::int64_t max = INT64_MAX;
    std::vector<std::string> of = {};  // the choices
    std::string match = {};            // a text's Pattern; empty: any text
    bool is_optional = false;          // and all after it
};

/// Of one script and user at a time, at most.
inline constexpr std::uint64_t most_sessions = 1024;

/// The same for scripts of one's own, unless a rule says otherwise.
inline constexpr std::uint64_t most_sessions_of_own = 8;

/// And so much of the kernel's memory, in bytes.
inline constexpr std::uint64_t most_memory_of_own = std::uint64_t{512} << 20;

/// Upper bounds of a session; 0 is none.
struct Limits {
    std::uint64_t seconds = 0;
    std::uint64_t output = 0;          // bytes
    std::uint64_t memory = 0;          // bytes, of maps and ring buffers
    std::uint64_t probes = 0;          // places in the kernel
    std::uint64_t parallel = 0;        // sessions of one script, for each user
    std::uint64_t parallel_total = 0;  // of all users
};

inline constexpr std::array all_limits = {&Limits::seconds,  &Limits::output,
                                          &Limits::memory,   &Limits::probes,
                                          &Limits::parallel, &Limits::parallel_total};

/// What may be run, and at most how. At least one of `path` and `sha256` is set.
struct Script {
    std::string name;                  // [A-Za-z0-9][A-Za-z0-9._+-]*, at most 64 bytes, unique
    std::string path;                  // absolute, without "." and ".." parts, may be empty
    std::string sha256;                // 64 lower-case hexadecimal digits; may be empty
    std::string about;                 // one line
    std::vector<std::string> probes;   // the only probe points the runner accepts; empty: all
    std::vector<std::string> options;  // that the caller may add, beside those of everybody
    bool takes_any = true;             // arguments, and `arguments` is empty
    std::vector<Argument> arguments;   // all that it takes
    std::vector<std::string> preset;   // arguments put before the caller's
    std::vector<std::string> capabilities = {"bpf", "perfmon"};
    Scope scope = Scope::system;
    bool kernel_addresses = false;  // may be shown to its user
    bool is_guru = false;           // -g may be among `options`
    Limits limits;
    Place place;
};

/// Who may, or may not. Subjects are names, or numbers written "#1001".
struct Rule {
    std::string name;
    Effect effect = Effect::deny;
    std::vector<std::string> users;
    std::vector<std::string> groups;
    std::vector<std::string> scripts;  // names, or "*" alone; empty: the caller's own (scope own)
    std::vector<std::string> hosts;    // the only ones where it holds, also with * and ?
    std::string expires;               // the last day on which it holds, "2026-12-31", UTC
    Scope scope = Scope::system;
    bool needs_reason = false;  // the caller gives one with -m
    bool shows_source = false;  // to whom it allows
    Limits limits;              // beside the script's
    Place place;

    bool names(std::string_view script) const;
    bool is_for_own_scripts() const { return scripts.empty(); }
};

/// An expectation that `sutap-policy check` verifies.
struct Test {
    std::string user;
    std::vector<std::string> run;
    Effect expect = Effect::deny;
    Place place;
};

struct Policy {
    std::vector<Script> scripts;  // by name
    std::vector<Rule> rules;
    std::vector<Test> tests;

    /// The script of this name; null if there is none. Owned by the policy.
    const Script* find(std::string_view name) const;
};

struct PolicyText {
    std::string file;  // for messages
    std::string text;
};

struct ParsedPolicy {
    Policy policy;
    std::vector<PolicyError> errors;  // empty: the policy may be used
};

/// Reads all files of a policy, in the order given, and checks what they say of each other.
/// Collects every error of every file; a syntax error hides its own file's others.
ParsedPolicy parse_policy(const std::vector<PolicyText>& files);

/// In one file.
inline constexpr std::size_t most_policy_bytes = std::size_t{1} << 20;

}  // namespace sutap::policy
