#include <cstddef>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runner/language/literals.h"
#include "runner/language/preprocessor.h"
#include "runner/language/text_match.h"

namespace sutap::language {
namespace {

bool is_operation(const Token& token, std::string_view text) {
    return token.kind == TokenKind::operation && token.text == text;
}

bool is_comparison(const Token& token) {
    return is_operation(token, "<") || is_operation(token, "<=") || is_operation(token, "==") ||
           is_operation(token, "!=") || is_operation(token, ">") || is_operation(token, ">=");
}

// Whether `order` (negative, 0, positive: left is less, equal, greater) satisfies the operator.
bool satisfies(std::string_view operation, int order) {
    if (operation == "==" || operation == "!=") {
        return (order == 0) == (operation == "==");
    }
    if (order == 0) {
        return operation.size() == 2;
    }
    return (order < 0) == (operation.front() == '<');
}

std::string_view privilege_name(Privilege privilege) {
    switch (privilege) {
        case Privilege::stapusr:
            return "stapusr";
        case Privilege::stapsys:
            return "stapsys";
        case Privilege::stapdev:
            break;
    }
    return "stapdev";
}

// What is wrong with a condition, and at which token.
struct ConditionError {
    std::size_t at;
    std::string message;
};

class Conditions {
  public:
    Conditions(const ParseContext& context, TokenStream& stream)
        : context_(context), stream_(stream), tokens_(stream.tokens) {}

    void run();

  private:
    // Each reads at at_ and moves behind what it read; after an error the value is of no use.
    bool alternatives();
    bool comparison();
    bool compare_version(const std::string& value, bool by_glob);
    bool compare_glob(const std::string& value);
    bool compare_numbers(std::int64_t left);
    bool compare_strings(const std::string& left);
    bool compare_named(const Token& name);

    void fail(std::string message) {
        if (!error_) {
            error_ = ConditionError{at_, std::move(message)};
        }
    }
    [[nodiscard]] const Token& here() const { return tokens_[at_]; }
    std::string_view take_operator(bool equality_only);
    std::string take_string();
    std::int64_t take_number();
    std::size_t skip_to_branch_end(bool stop_at_else);
    void copy_definition(std::vector<Token>& out);

    const ParseContext& context_;
    TokenStream& stream_;
    const std::vector<Token> tokens_;
    std::size_t at_ = 0;
    std::optional<ConditionError> error_;
};

std::string_view Conditions::take_operator(bool equality_only) {
    const bool is_equality = is_operation(here(), "==") || is_operation(here(), "!=");
    if (!is_comparison(here()) || (equality_only && !is_equality)) {
        fail(equality_only ? "expected '==' or '!='" : "expected comparison operator");
        return "==";
    }
    return tokens_[at_++].text;
}

std::string Conditions::take_string() {
    if (here().kind != TokenKind::string) {
        fail("expected string literal");
        return {};
    }
    return take_glued_string(tokens_, at_);
}

std::int64_t Conditions::take_number() {
    const bool is_negative = is_operation(here(), "-");
    at_ += is_negative ? 1 : 0;
    const auto value = here().kind == TokenKind::number ? number_value(here().text) : std::nullopt;
    if (!value) {
        fail(here().kind == TokenKind::number ? "number invalid or out of range"
                                              : "expected number");
        return 0;
    }
    ++at_;
    // Wraps as the language's arithmetic does.
    return is_negative ? static_cast<std::int64_t>(0 - static_cast<std::uint64_t>(*value)) : *value;
}

// The operator decides whether a wildcard is one: only equality compares by glob.
bool Conditions::compare_version(const std::string& value, bool by_glob) {
    const std::string_view operation = take_operator(false);
    const std::string pattern = take_string();
    const bool is_equality = operation == "==" || operation == "!=";
    if (by_glob && is_equality && has_wildcard(pattern)) {
        return glob_match(pattern, value) == (operation == "==");
    }
    return satisfies(operation, strverscmp(value.c_str(), pattern.c_str()));
}

bool Conditions::compare_glob(const std::string& value) {
    const std::string_view operation = take_operator(true);
    const std::string pattern = take_string();
    return glob_match(pattern, value) == (operation == "==");
}

bool Conditions::compare_numbers(std::int64_t left) {
    const std::string_view operation = take_operator(false);
    const std::int64_t right = take_number();
    return satisfies(operation, left < right ? -1 : left > right ? 1 : 0);
}

bool Conditions::compare_strings(const std::string& left) {
    const std::string_view operation = take_operator(false);
    return satisfies(operation, left.compare(take_string()));
}

bool Conditions::compare_named(const Token& name) {
    ++at_;
    const std::string& release = context_.kernel_release;
    if (name.text == "kernel_vr") {
        return compare_version(release, true);
    }
    if (name.text == "kernel_v") {
        return compare_version(release.substr(0, release.find('-')), true);
    }
    if (name.text == "systemtap_v") {
        return compare_version(context_.systemtap_version, true);
    }
    if (name.text == "arch") {
        return compare_glob(context_.architecture);
    }
    if (name.text == "runtime") {
        return compare_glob("bpf");
    }
    if (name.text == "systemtap_privilege") {
        return compare_glob(std::string(privilege_name(context_.privilege)));
    }
    if (name.text == "guru_mode") {
        const std::string_view operation = take_operator(true);
        return satisfies(operation, take_number() == (context_.guru ? 1 : 0) ? 0 : 1);
    }
    if (name.text.starts_with("CONFIG_")) {
        const auto value = context_.kernel_configuration
                               ? context_.kernel_configuration(std::string(name.text))
                               : std::nullopt;
        return compare_glob(value.value_or(""));
    }
    --at_;
    fail(
        "expected 'arch', 'kernel_v', 'kernel_vr', 'systemtap_v', 'systemtap_privilege', "
        "'guru_mode', 'runtime', 'CONFIG_…', or a literal");
    return false;
}

bool Conditions::comparison() {
    const Token& first = here();
    if (first.kind == TokenKind::identifier || first.kind == TokenKind::keyword) {
        return compare_named(first);
    }
    if (first.kind == TokenKind::string) {
        return compare_strings(take_string());
    }
    if (first.kind == TokenKind::number || is_operation(first, "-")) {
        return compare_numbers(take_number());
    }
    fail(first.kind == TokenKind::invalid ? std::string(first.text)
                                          : "expected preprocessor condition");
    return false;
}

// && binds tighter than ||; there are no parentheses.
bool Conditions::alternatives() {
    bool result = false;
    bool conjunction = comparison();
    while (!error_ && (is_operation(here(), "&&") || is_operation(here(), "||"))) {
        const bool is_and = here().text == "&&";
        ++at_;
        const bool next = comparison();
        result = result || (!is_and && conjunction);
        conjunction = is_and ? conjunction && next : next;
    }
    return result || conjunction;
}

// From inside a conditional: the index of the `%)` that closes it, or of its `%:`; that of the end
// of the text if there is none.
std::size_t Conditions::skip_to_branch_end(bool stop_at_else) {
    std::size_t depth = 0;
    for (std::size_t i = at_;; ++i) {
        const Token& token = tokens_[i];
        if (token.kind == TokenKind::end) {
            return i;
        }
        if (is_operation(token, "%(")) {
            ++depth;
        } else if (depth > 0) {
            depth -= is_operation(token, "%)") ? 1 : 0;
        } else if (is_operation(token, "%)") || (stop_at_else && is_operation(token, "%:"))) {
            return i;
        }
    }
}

// A macro's body keeps its conditions: they are applied where it is used.
void Conditions::copy_definition(std::vector<Token>& out) {
    const auto begin = tokens_.begin() + static_cast<std::ptrdiff_t>(at_);
    while (tokens_[at_ + 1].kind != TokenKind::end && !is_operation(tokens_[at_], "%(")) {
        ++at_;
    }
    if (is_operation(tokens_[at_], "%(") && tokens_[at_ + 1].kind != TokenKind::end) {
        ++at_;
        const std::size_t end = skip_to_branch_end(false);
        at_ = tokens_[end].kind == TokenKind::end ? end - 1 : end;
    }
    out.insert(out.end(), begin, tokens_.begin() + static_cast<std::ptrdiff_t>(at_ + 1));
}

void Conditions::run() {
    std::vector<Token>& out = stream_.tokens;
    out.clear();
    struct Open {
        std::size_t start;
        bool in_else;
    };
    std::vector<Open> open;
    const auto invalid = [&](const Token& token, std::string message) {
        Token error = token;
        error.kind = TokenKind::invalid;
        error.text = stream_.own(std::move(message));
        out.push_back(error);
    };
    for (; tokens_[at_].kind != TokenKind::end; ++at_) {
        const Token& token = tokens_[at_];
        if (token.kind == TokenKind::at_word && token.text == "@define") {
            copy_definition(out);
        } else if (is_operation(token, "%(")) {
            const std::size_t start = at_;
            ++at_;
            error_.reset();
            const bool holds = alternatives();
            if (!error_ && !is_operation(here(), "%?")) {
                fail("expected '%?'");
            }
            if (error_) {
                invalid(tokens_[error_->at], error_->message);
                at_ = start + 1;
            }
            at_ = holds && !error_ ? at_ : skip_to_branch_end(!error_);
            if (tokens_[at_].kind == TokenKind::end) {
                invalid(tokens_[start], "could not find the '%)' that ends this conditional");
                break;
            }
            if (!is_operation(here(), "%)")) {
                open.push_back({start, is_operation(here(), "%:")});
            }
        } else if (is_operation(token, "%:") && !open.empty() && !open.back().in_else) {
            open.back().in_else = true;
            ++at_;
            at_ = skip_to_branch_end(true);
            // A second `%:` is the mistake of the next round.
            --at_;
        } else if (is_operation(token, "%)") && !open.empty()) {
            open.pop_back();
        } else if (is_operation(token, "%?") || is_operation(token, "%:") ||
                   is_operation(token, "%)")) {
            invalid(token, "unexpected '" + std::string(token.text) + "'");
        } else {
            out.push_back(token);
        }
    }
    if (!open.empty()) {
        invalid(tokens_[open.back().start], "could not find the '%)' that ends this conditional");
    }
    out.push_back(tokens_.back());
}

}  // namespace

std::string take_glued_string(const std::vector<Token>& tokens, std::size_t& at) {
    std::string result;
    for (; tokens[at].kind == TokenKind::string; ++at) {
        result += tokens[at].is_raw ? std::string(tokens[at].text) : string_value(tokens[at].text);
    }
    // A string ends at its first NUL.
    return result.substr(0, result.find('\0'));
}

void apply_conditions(const ParseContext& context, TokenStream& stream) {
    bool has_conditions = false;
    for (const Token& token : stream.tokens) {
        has_conditions =
            has_conditions || (token.kind == TokenKind::operation && token.text.size() == 2 &&
                               token.text[0] == '%' && token.text[1] != '=');
    }
    if (has_conditions) {
        Conditions(context, stream).run();
    }
}

}  // namespace sutap::language
