#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runner/language/diagnostics.h"
#include "runner/language/lexer.h"
#include "runner/language/preprocessor.h"

namespace sutap::language {
namespace {

constexpr std::size_t maximum_expanded_tokens = 500'000;
constexpr std::size_t maximum_nesting = 100;
constexpr std::size_t maximum_suggestions = 10;
constexpr std::string_view too_long = "the expansion of this script's macros is too long";

constexpr std::array<std::string_view, 22> operator_words = {
    "@avg",       "@cast", "@choose_defined", "@const",      "@count",  "@defined",
    "@entry",     "@enum", "@hist_linear",    "@hist_log",   "@kderef", "@kregister",
    "@max",       "@min",  "@perf",           "@probewrite", "@sum",    "@uderef",
    "@uregister", "@var",  "@variance",       "@define"};

bool is_operation(const Token& token, std::string_view text) {
    return token.kind == TokenKind::operation && token.text == text;
}

struct Macro {
    std::vector<std::string_view> parameters;
    bool has_parameter_list = false;
    std::vector<Token> body;
};

// The arguments of the use of a macro that is being expanded, by parameter; already expanded.
using Bindings = std::map<std::string_view, std::vector<Token>>;

class MacroExpander {
  public:
    MacroExpander(const SourceMap& sources, const ParseContext& context, TokenStream& stream)
        : sources_(sources), context_(context), stream_(stream) {}

    void run() {
        const std::vector<Token> input = std::move(stream_.tokens);
        stream_.tokens.clear();
        expand(input, nullptr, no_expansion, stream_.tokens);
    }

  private:
    using Tokens = std::span<const Token>;

    static bool is_end(Tokens input, std::size_t at) {
        return at >= input.size() || input[at].kind == TokenKind::end;
    }
    Token error_at(const Token& token, std::string text) {
        Token result = token;
        result.kind = TokenKind::invalid;
        result.text = stream_.own(std::move(text));
        return result;
    }
    void expand(Tokens input, const Bindings* bindings, std::uint32_t expansion,
                std::vector<Token>& out);
    std::optional<Token> define(Tokens input, std::size_t& at, std::map<std::string_view, Macro>&);
    std::optional<Token> read_parameters(Tokens input, std::size_t& at, Macro& macro);
    bool put_argument(const Token& word, const Bindings* bindings, std::vector<Token>& out);
    static std::optional<std::vector<std::vector<Token>>> take_arguments(Tokens input,
                                                                         std::size_t& at);
    std::size_t use(Tokens input, std::size_t at, const Bindings* bindings, std::uint32_t expansion,
                    std::vector<Token>& out);
    const Macro* find(std::string_view name);
    void load_library(std::string_view name);
    std::string unknown(std::string_view word);

    const SourceMap& sources_;
    const ParseContext& context_;
    TokenStream& stream_;
    std::map<std::string_view, Macro> macros_;
    std::map<std::string_view, Macro> library_;
    std::set<std::string_view> missing_;  // names the library does not know either
    std::vector<std::string_view> open_;  // macros that are being expanded
    std::size_t expanded_ = 0;            // tokens put out by macros
    std::size_t depth_ = 0;               // of uses inside bodies and arguments
    std::size_t suggestions_ = 0;         // searched for so far: the search is slow
};

void MacroExpander::expand(Tokens input, const Bindings* bindings, std::uint32_t expansion,
                           std::vector<Token>& out) {
    for (std::size_t at = 0; at < input.size();) {
        const Token& token = input[at];
        if (token.kind == TokenKind::at_word && token.text == "@define") {
            if (auto error = define(input, at, macros_)) {
                out.push_back(*error);
            }
            continue;
        }
        if (token.kind == TokenKind::at_word) {
            if (put_argument(token, bindings, out)) {
                ++at;
                continue;
            }
            if (find(token.text.substr(1)) || !is_operator_word(token.text)) {
                at = use(input, at, bindings, expansion, out);
                continue;
            }
        }
        out.push_back(token);
        if (out.back().expansion == no_expansion) {
            out.back().expansion = expansion;
        }
        expanded_ += expansion == no_expansion ? 0 : 1;
        ++at;
    }
}

// Whether the word names a parameter; its argument is then put out.
bool MacroExpander::put_argument(const Token& word, const Bindings* bindings,
                                 std::vector<Token>& out) {
    if (!bindings) {
        return false;
    }
    const auto bound = bindings->find(word.text.substr(1));
    if (bound == bindings->end()) {
        return false;
    }
    expanded_ += bound->second.size() + 1;
    if (expanded_ <= maximum_expanded_tokens) {
        out.insert(out.end(), bound->second.begin(), bound->second.end());
    } else {
        out.push_back(error_at(word, std::string(too_long)));
    }
    return true;
}

// Behind `@define NAME`: an optional list of parameters.
std::optional<Token> MacroExpander::read_parameters(Tokens input, std::size_t& at, Macro& macro) {
    if (at >= input.size() || !is_operation(input[at], "(")) {
        return std::nullopt;
    }
    macro.has_parameter_list = true;
    ++at;
    while (at < input.size() && !is_operation(input[at], ")")) {
        const bool is_name =
            input[at].kind == TokenKind::identifier || input[at].kind == TokenKind::keyword;
        if (!is_name) {
            return error_at(input[at], "expected the name of a macro's parameter");
        }
        macro.parameters.push_back(input[at].text);
        ++at;
        if (at < input.size() && is_operation(input[at], ",")) {
            ++at;
        } else if (at >= input.size() || !is_operation(input[at], ")")) {
            return error_at(input[std::min(at, input.size() - 1)], "expected ',' or ')'");
        }
    }
    ++at;
    return std::nullopt;
}

// At `@define`: reads the definition and moves behind it, or behind what could be read of it.
std::optional<Token> MacroExpander::define(Tokens input, std::size_t& at,
                                           std::map<std::string_view, Macro>& macros) {
    const Token& start = input[at];
    ++at;
    const bool is_name = at < input.size() && (input[at].kind == TokenKind::identifier ||
                                               input[at].kind == TokenKind::keyword);
    if (!is_name) {
        return error_at(is_end(input, at) ? start : input[at], "expected the name of a macro");
    }
    const Token& name = input[at];
    ++at;
    Macro macro;
    if (auto error = read_parameters(input, at, macro)) {
        return error;
    }
    if (at >= input.size() || !is_operation(input[at], "%(")) {
        return error_at(is_end(input, at) ? name : input[at], "expected '%('");
    }
    std::size_t depth = 1;
    for (++at; at < input.size() && input[at].kind != TokenKind::end; ++at) {
        depth += is_operation(input[at], "%(") ? 1 : 0;
        depth -= is_operation(input[at], "%)") ? 1 : 0;
        if (depth == 0) {
            break;
        }
        macro.body.push_back(input[at]);
    }
    if (depth > 0) {
        return error_at(start, "could not find the '%)' that ends this macro");
    }
    ++at;
    const std::string word = std::string("@").append(name.text);
    const bool is_fixed = is_operator_word(word) && word != "@choose_defined";
    if (is_fixed || macros.count(name.text) > 0) {
        return error_at(name, "attempt to redefine macro '" + word + "'");
    }
    macros.emplace(name.text, std::move(macro));
    return std::nullopt;
}

void MacroExpander::load_library(std::string_view name) {
    const auto source = context_.library_macro ? context_.library_macro(name) : std::nullopt;
    if (!source || !sources_.contains(*source)) {
        missing_.insert(name);
        return;
    }
    std::vector<Token> outer = std::move(stream_.tokens);
    stream_.tokens.clear();
    tokenize(sources_, *source, context_, stream_);
    // Here the conditions come first: they choose between definitions.
    apply_conditions(context_, stream_);
    const std::vector<Token> input = std::move(stream_.tokens);
    stream_.tokens = std::move(outer);
    for (std::size_t at = 0; at < input.size();) {
        if (input[at].kind != TokenKind::at_word || input[at].text != "@define") {
            ++at;
            continue;
        }
        define(input, at, library_);
    }
    if (library_.count(name) == 0) {
        missing_.insert(name);
    }
}

const Macro* MacroExpander::find(std::string_view name) {
    if (const auto found = macros_.find(name); found != macros_.end()) {
        return &found->second;
    }
    const bool is_built_in = is_operator_word(std::string("@").append(name));
    if (is_built_in || missing_.count(name) > 0) {
        return nullptr;
    }
    if (library_.count(name) == 0) {
        load_library(name);
    }
    const auto found = library_.find(name);
    return found == library_.end() ? nullptr : &found->second;
}

std::string MacroExpander::unknown(std::string_view word) {
    std::string message = "unknown operator or undefined macro '";
    message.append(word).append("'");
    if (++suggestions_ > maximum_suggestions) {
        return message;
    }
    std::vector<std::string> known(operator_words.begin(), operator_words.end());
    for (const auto& [name, macro] : macros_) {
        known.push_back(std::string("@").append(name));
    }
    const std::vector<std::string_view> views(known.begin(), known.end());
    std::string separator = " (similar: ";
    for (const std::string& name : similar_names(word, views)) {
        message.append(std::exchange(separator, ", ")).append(name);
    }
    return message.append(separator == ", " ? ")" : "");
}

// At the '(' of a macro's use: the tokens between the commas. Moves behind the ')'; nullopt, where
// that shows, if there is none.
std::optional<std::vector<std::vector<Token>>> MacroExpander::take_arguments(Tokens input,
                                                                             std::size_t& at) {
    std::vector<std::vector<Token>> arguments(1);
    std::size_t depth = 1;
    for (++at; at < input.size() && input[at].kind != TokenKind::end; ++at) {
        const Token& token = input[at];
        const bool is_operator = token.kind == TokenKind::operation;
        const std::string_view text = is_operator ? token.text : std::string_view();
        depth += text == "(" || text == "[" || text == "{" || text == "%(" ? 1 : 0;
        depth -= text == ")" || text == "]" || text == "}" || text == "%)" ? 1 : 0;
        if (depth == 0 && text != ")") {
            return std::nullopt;
        }
        if (depth == 0) {
            ++at;
            return arguments;
        }
        if (depth == 1 && text == ",") {
            arguments.emplace_back();
        } else {
            arguments.back().push_back(token);
        }
    }
    return std::nullopt;
}

// The use of a macro at `at`; gives the index behind it.
std::size_t MacroExpander::use(Tokens input, std::size_t at, const Bindings* bindings,
                               std::uint32_t expansion, std::vector<Token>& out) {
    const Token& call = input[at];
    const std::string word(call.text);
    const std::string_view name = call.text.substr(1);
    const auto fail = [&](std::string message) {
        out.push_back(error_at(call, std::move(message)));
        return at;
    };
    const Macro* macro = find(name);
    ++at;
    ++expanded_;
    if (!macro) {
        return fail(unknown(call.text));
    }
    std::vector<std::vector<Token>> arguments;
    if (macro->has_parameter_list && at < input.size() && is_operation(input[at], "(")) {
        auto taken = take_arguments(input, at);
        if (!taken) {
            return fail("could not find the ')' that ends the arguments of macro '" + word + "'");
        }
        const bool is_empty =
            macro->parameters.empty() && taken->size() == 1 && taken->front().empty();
        arguments = is_empty ? std::move(arguments) : std::move(*taken);
    }
    if (arguments.size() != macro->parameters.size()) {
        return fail("macro '" + word + "' takes " + std::to_string(macro->parameters.size()) +
                    " argument(s), not " + std::to_string(arguments.size()));
    }
    if (std::find(open_.begin(), open_.end(), name) != open_.end()) {
        return fail("attempted recursive invocation of macro '" + word + "'");
    }
    if (depth_ >= maximum_nesting || expanded_ > maximum_expanded_tokens) {
        return fail(std::string(too_long));
    }
    ++depth_;
    Bindings inner;
    const std::vector<std::string_view> parameters = macro->parameters;
    const std::vector<Token> body = macro->body;  // a nested @define may move the macro
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        expand(arguments[i], bindings, expansion, inner[parameters[i]]);
    }
    stream_.expansions.push_back({name, call.place, expansion});
    const auto index = static_cast<std::uint32_t>(stream_.expansions.size() - 1);
    open_.push_back(name);
    expand(body, &inner, index, out);
    open_.pop_back();
    --depth_;
    return at;
}

}  // namespace

bool is_operator_word(std::string_view word) {
    return std::find(operator_words.begin(), operator_words.end(), word) != operator_words.end();
}

void expand_macros(const SourceMap& sources, const ParseContext& context, TokenStream& stream) {
    const bool has_macros =
        std::any_of(stream.tokens.begin(), stream.tokens.end(), [](const Token& token) {
            return token.kind == TokenKind::at_word &&
                   (token.text == "@define" || token.text == "@choose_defined" ||
                    !is_operator_word(token.text));
        });
    if (has_macros) {
        MacroExpander(sources, context, stream).run();
    }
}

}  // namespace sutap::language
