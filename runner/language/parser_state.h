// The recursive-descent parser, inside the room only. Its parts are in parser.cpp (declarations),
// parse_probes.cpp, parse_statements.cpp, parse_expressions.cpp and parse_operands.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runner/language/parser.h"
#include "runner/language/token.h"

namespace sutap::language {

// Leaves the declaration that holds the mistake; caught where the next one begins.
struct ParseFailure {
    Diagnostic diagnostic;
};

// An expression and the height of its tree, which is bounded because later passes recurse over it.
struct Operand {
    Expression expression;
    std::uint32_t height = 1;
};

// Of "@count" and its relatives; nullopt for another word.
std::optional<StatisticExtractor> extractor_of(std::string_view word);
bool is_histogram(StatisticExtractor extractor);

class Parser {
  public:
    Parser(const SourceMap& sources, const TokenStream& stream)
        : sources_(sources), stream_(stream) {}
    ParseResult run();

  private:
    // A point of which only the last components are parsed yet.
    struct PartialPoint {
        Place place;
        std::vector<ProbeComponent> components;
        bool optional = false;
        bool sufficient = false;
        std::optional<ExpressionBox> condition;
        [[nodiscard]] bool is_complete() const { return optional || sufficient || condition; }
    };
    class Nesting;  // counts how deep the parser has recursed

    // Tokens.
    [[nodiscard]] const Token& peek(std::size_t offset = 0) const;
    const Token& next();
    [[nodiscard]] bool at_operator(std::string_view text, std::size_t offset = 0) const;
    [[nodiscard]] bool at_keyword(std::string_view text) const;
    bool accept_operator(std::string_view text);
    bool accept_keyword(std::string_view text);
    const Token& expect_operator(std::string_view text);
    void expect_closing(std::string_view text, const Token& opening);
    void expect_list_end(std::string_view text, const Token& opening);
    const Token& expect_identifier(const char* what = "expected identifier");
    std::string take_string();
    std::int64_t take_number();
    Literal take_literal();
    [[noreturn]] void fail(std::string message) const { fail(std::move(message), peek()); }
    [[noreturn]] void fail(std::string message, const Token& token) const;
    [[noreturn]] void fail_at(std::string message, Place place) const;
    [[nodiscard]] Diagnostic mistake(std::string message, const Token& token) const;
    [[nodiscard]] std::string saw(const Token& token) const;
    void report(Diagnostic diagnostic);
    void recover(std::size_t start);

    // Declarations.
    void parse_declaration();
    void parse_globals(bool is_private);
    Global parse_global(bool is_private);
    void parse_function(bool is_private);
    Parameter parse_parameter();
    DeclaredType parse_type();
    void parse_probe();
    void parse_alias(Place place, std::vector<std::vector<ProbeComponent>> names,
                     std::vector<ProbePoint> points, bool is_epilogue);
    std::vector<PartialPoint> parse_point();
    std::vector<PartialPoint> parse_point_group();
    std::vector<PartialPoint> parse_point_rest(std::vector<PartialPoint> heads);
    ProbeComponent parse_component();
    void charge_copies(std::size_t amount, const Token& token);
    void parse_point_flags(std::vector<PartialPoint>& points);
    std::pair<Statement, std::optional<Statement>> parse_bodies();

    // Statements.
    Statement parse_statement();
    Statement parse_block();
    Statement parse_if();
    Statement parse_while();
    Statement parse_for();
    Statement parse_foreach();
    void parse_foreach_names(ForeachStatement& statement);
    void parse_foreach_name(ForeachStatement& statement);
    void parse_foreach_array(ForeachStatement& statement);
    void set_sort(ForeachStatement& statement, SortDirection direction, int column,
                  const Token& token) const;
    std::optional<SortDirection> accept_sort();
    Statement parse_return();
    Statement parse_delete();
    Statement parse_try();
    Statement parse_expression_statement();

    // Expressions.
    Operand parse_expression();
    ExpressionBox parse_expression_box() { return parse_expression().expression; }
    Operand parse_conditional();
    Operand parse_binary(int minimum);
    Operand parse_regex(Operand subject);
    Operand parse_membership();
    Operand parse_unary();
    Operand parse_step();
    Operand parse_operand();
    Operand parse_address_of();
    Operand parse_steps(Operand base);
    void parse_path(std::vector<Accessor>& path, std::uint32_t& height);
    void check_no_step() const;
    Operand parse_primary();
    Operand parse_name();
    Operand parse_call(const Token& name);
    Operand parse_context_variable();
    Operand parse_word();
    Operand parse_statistic(StatisticExtractor extractor);
    Operand parse_cast(const Token& word);
    Operand parse_at_variable(const Token& word);
    Operand parse_operator_call(const Token& word);
    std::vector<std::optional<ExpressionBox>> parse_indexes(bool may_have_wildcard,
                                                            std::uint32_t& height);
    void check_target(const Expression& target, const Token& operation) const;
    // A new node above children of this height.
    template <typename Node>
    Operand make(Place place, Node node, std::uint32_t child_height) const {
        check_height(child_height, place);
        return {{place, std::move(node)}, child_height + 1};
    }
    void check_height(std::uint32_t child_height, Place place) const;

    const SourceMap& sources_;
    const TokenStream& stream_;
    std::size_t at_ = 0;
    std::uint32_t depth_ = 0;
    std::size_t copied_ = 0;  // by multiplying braces out
    bool in_function_ = false;
    bool may_slice_ = false;  // the next array element may have `*` among its indexes
    ParseResult result_;
};

class Parser::Nesting {
  public:
    explicit Nesting(Parser& parser);
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;
    ~Nesting() { --parser_.depth_; }

  private:
    Parser& parser_;
};

}  // namespace sutap::language
