#include "runner/elaborate/problems.h"

#include <string_view>

namespace sutap::elaborate {

bool Problems::is_new(const language::Place& place, const std::string& message) {
    return seen_.emplace(place.source, place.line, place.column, message).second;
}

void Problems::error(const language::Place& place, std::string message) {
    failed_ = true;
    if (is_new(place, message)) {
        diagnostics_.push_back({.kind = language::Diagnostic::Kind::semantic_error,
                                .place = place,
                                .message = std::move(message),
                                .notes = {},
                                .related = {}});
    }
}

void Problems::error(const language::Place& place, std::string message,
                     const language::Place& related, std::string related_message) {
    failed_ = true;
    if (is_new(place, message)) {
        diagnostics_.push_back({.kind = language::Diagnostic::Kind::semantic_error,
                                .place = place,
                                .message = std::move(message),
                                .notes = {},
                                .related = {{related, std::move(related_message)}}});
    }
}

void Problems::warning(const language::Place& place, std::string message) {
    if (warnings_ && is_new(place, message)) {
        diagnostics_.push_back({.kind = language::Diagnostic::Kind::warning,
                                .place = place,
                                .message = std::move(message),
                                .notes = {},
                                .related = {}});
    }
}

void Problems::add(language::Diagnostic diagnostic) {
    failed_ = failed_ || diagnostic.kind != language::Diagnostic::Kind::warning;
    if (is_new(diagnostic.place, diagnostic.message)) {
        diagnostics_.push_back(std::move(diagnostic));
    }
}

std::string similar_text(const std::string& name, const std::vector<std::string>& candidates,
                         const std::string& title) {
    const std::vector<std::string_view> views(candidates.begin(), candidates.end());
    std::string text;
    for (const std::string& near : language::similar_names(name, views)) {
        text += (text.empty() ? " (" + title + ": " : ", ") + near;
    }
    return text.empty() ? text : text + ")";
}

}  // namespace sutap::elaborate
