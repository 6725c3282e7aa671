// The errors and warnings of one elaboration, each said once.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "runner/language/diagnostics.h"
#include "runner/language/syntax_tree.h"

namespace sutap::elaborate {

// A name or path that means nothing here. Thrown and caught within this room alone: `@defined` and
// optional probe points take it as an answer, everybody else reports it.
struct Unresolved {
    language::Place place;
    std::string message;
    // Set for what no kernel would change: reported even where the point is optional.
    bool is_script_error = false;
    // The probe points on the way to it, the innermost first.
    std::vector<language::Place> points{};
};

// " (alternatives: a, b)" of all of them, or nothing.
std::string alternatives_text(const std::vector<std::string>& names,
                              const std::string& title = "alternatives");

// " (similar: a, b)", or nothing.
std::string similar_text(const std::string& name, const std::vector<std::string>& candidates,
                         const std::string& title = "similar");

class Problems {
  public:
    explicit Problems(bool warnings) : warnings_(warnings) {}

    void error(const language::Place& place, std::string message);
    // With a second place that explains the first.
    void error(const language::Place& place, std::string message, const language::Place& related,
               std::string related_message);
    // A probe point, the points that its aliases led to, and what is wrong with the last one.
    void unresolved_point(const language::Place& place, const Unresolved& problem);
    void warning(const language::Place& place, std::string message);
    void add(language::Diagnostic diagnostic);

    // " (similar: a, b)" from what `candidates()` gives, or nothing; also nothing for a script that
    // asked too often, since the search is slow.
    template <typename Candidates>
    std::string similar(const std::string& name, const Candidates& candidates,
                        const std::string& title = "similar") {
        if (searches_left_ == 0) {
            return {};
        }
        --searches_left_;
        return similar_text(name, candidates(), title);
    }

    bool failed() const { return failed_; }
    std::vector<language::Diagnostic> take() { return std::move(diagnostics_); }

  private:
    bool is_new(const language::Diagnostic& diagnostic);

    bool warnings_ = true;
    bool failed_ = false;
    int searches_left_ = 20;
    std::set<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, std::string>> seen_;
    std::vector<language::Diagnostic> diagnostics_;
};

}  // namespace sutap::elaborate
