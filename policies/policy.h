// The policy as values, and its TOML form. Nothing here reads a file.
#pragma once

#include <cstddef>
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

/// What may be run. At least one of `path` and `sha256` is set.
struct Script {
    std::string name;                 // [A-Za-z0-9][A-Za-z0-9._+-]*, at most 64 bytes, unique
    std::string path;                 // absolute, without "." and ".." parts, may be empty
    std::string sha256;               // 64 lower-case hexadecimal digits; may be empty
    std::string about;                // one line
    std::vector<std::string> probes;  // the only probe points the runner accepts; empty: all
    bool kernel_addresses = false;    // may be shown to its user
    Place place;
};

enum class Effect { allow, deny };

/// Who may, or may not. Subjects are names, or numbers written "#1001".
struct Rule {
    std::string name;
    Effect effect = Effect::deny;
    std::vector<std::string> users;
    std::vector<std::string> groups;
    std::vector<std::string> scripts;  // names, or "*" alone
    Place place;

    bool names(std::string_view script) const;
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
