// What the script and the tapset declare, by name. Tapset items are parsed when they are asked for.
//
// A script sees its own declarations first, then the tapset's; the tapset sees only its own, so
// that a script's names never change what the tapset does.
#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runner/elaborate/problems.h"
#include "runner/language/parser.h"
#include "runner/language/syntax_tree.h"
#include "runner/tapset/tapset.h"

namespace sutap::elaborate {

// A declaration that stays where it is for as long as the Library and the script live.
template <typename Syntax>
struct Declared {
    const Syntax* syntax = nullptr;
    bool is_tapset = false;
};

// However SystemTap comes to know of a system call, the points and their variables are the same.
inline constexpr std::array<std::string_view, 3> syscall_families = {"syscall", "nd_syscall",
                                                                     "tp_syscall"};

struct AliasMatch {
    Declared<language::Alias> alias;
    std::string name;          // "syscall.open"
    std::size_t consumed = 0;  // leading components of the point that it stands for
};

class Library {
  public:
    Library(const language::Script& script, language::SourceMap& sources,
            const language::ParseContext& context, Problems& problems);

    // All overloads in the order in which a call tries them. `file` is the source that asks: what
    // others keep private is not seen there.
    std::vector<Declared<language::Function>> functions(const std::string& name, bool from_tapset,
                                                        std::uint32_t file);
    std::optional<Declared<language::Global>> global(const std::string& name, bool from_tapset,
                                                     std::uint32_t file);
    // The aliases that a probe point may mean: of each name the longest, the script's before the
    // tapset's.
    std::vector<AliasMatch> aliases(const std::vector<language::ProbeComponent>& point);

    // A text that elaboration itself has made; `name` is what messages call it.
    const language::Script& generated(const std::string& name, const std::string& text) {
        return parse(name, text, 1);
    }

    // For "similar:".
    std::vector<std::string> function_names(bool from_tapset) const;
    std::vector<std::string> global_names() const;
    // First components of aliases, or the names below `first`.
    std::vector<std::string> alias_names(const std::string& first) const;

    std::size_t items_used() const { return parsed_.size(); }

  private:
    const language::Script& parse(std::string name, std::string text, std::uint32_t line);
    const language::Script& item(const tapset::Item& of);
    const language::Script& syscall(const std::string& name, bool is_return);
    void user_aliases(const std::vector<language::ProbeComponent>& point,
                      std::vector<AliasMatch>& found) const;
    void tapset_aliases(const std::vector<language::ProbeComponent>& point,
                        std::vector<AliasMatch>& found);
    void syscall_aliases(const std::vector<language::ProbeComponent>& point,
                         std::vector<AliasMatch>& found);

    const language::Script& script_;
    // The script's own declarations by name.
    std::unordered_map<std::string_view, std::vector<const language::Global*>> globals_;
    std::unordered_map<std::string_view, std::vector<const language::Function*>> functions_;
    language::SourceMap& sources_;
    const language::ParseContext& context_;
    Problems& problems_;
    // The tapset's aliases with their names in parts.
    struct TapsetAlias {
        const tapset::Item* item = nullptr;
        std::vector<std::string> name;
    };
    std::vector<TapsetAlias> tapset_aliases_;
    std::deque<language::Script> parsed_;
    std::unordered_map<const tapset::Item*, const language::Script*> by_item_;
    std::map<std::string, const language::Script*, std::less<>> by_syscall_;
};

// "kernel.function(\"vfs_read\").return".
std::string point_text(const std::vector<language::ProbeComponent>& components);

}  // namespace sutap::elaborate
