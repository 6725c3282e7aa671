#include "runner/elaborate/problems.h"

#include <string_view>

namespace sutap::elaborate {
namespace {

// Nobody reads more; it bounds what a script of mistakes costs.
constexpr std::size_t most_diagnostics = 200;
constexpr const char* resolving_point = "while resolving probe point";

}  // namespace

using language::Diagnostic;

// What a chain ends with makes a difference: one point may fail in two ways.
bool Problems::is_new(const Diagnostic& diagnostic) {
    const language::Place& place = diagnostic.place;
    std::string text = diagnostic.message;
    for (const language::RelatedPlace& related : diagnostic.related) {
        text.append("\n").append(related.message);
    }
    return seen_.emplace(place.source, place.line, place.column, std::move(text)).second;
}

void Problems::add(Diagnostic diagnostic) {
    failed_ = failed_ || diagnostic.kind != Diagnostic::Kind::warning;
    if (diagnostics_.size() < most_diagnostics && is_new(diagnostic)) {
        diagnostics_.push_back(std::move(diagnostic));
    }
}

void Problems::error(const language::Place& place, std::string message) {
    add({Diagnostic::Kind::semantic_error, place, std::move(message), {}, {}});
}

void Problems::error(const language::Place& place, std::string message,
                     const language::Place& related, std::string related_message) {
    add({Diagnostic::Kind::semantic_error,
         place,
         std::move(message),
         {},
         {{related, std::move(related_message)}}});
}

void Problems::unresolved_point(const language::Place& place, const Unresolved& problem) {
    Diagnostic diagnostic{Diagnostic::Kind::semantic_error, place, resolving_point, {}, {}};
    for (auto point = problem.points.rbegin(); point != problem.points.rend(); ++point) {
        if (*point != place) {
            diagnostic.related.push_back({*point, resolving_point});
        }
    }
    diagnostic.related.push_back({problem.place, problem.message});
    add(std::move(diagnostic));
}

void Problems::warning(const language::Place& place, std::string message) {
    if (warnings_) {
        add({Diagnostic::Kind::warning, place, std::move(message), {}, {}});
    }
}

std::string alternatives_text(const std::vector<std::string>& names, const std::string& title) {
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? " (" + title + ": " : ", ") + name;
    }
    return text.empty() ? text : text + ")";
}

std::string similar_text(const std::string& name, const std::vector<std::string>& candidates,
                         const std::string& title) {
    const std::vector<std::string_view> views(candidates.begin(), candidates.end());
    return alternatives_text(language::similar_names(name, views), title);
}

}  // namespace sutap::elaborate
