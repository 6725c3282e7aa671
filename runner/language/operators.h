// How the operators are written and how tightly they bind: one table for parser and printer.
#pragma once

#include <array>
#include <string_view>

#include "runner/language/syntax_tree.h"

namespace sutap::language {

// Levels of expressions, loosest first. The binary operators, from left to right, stand between
// conditional and unary.
inline constexpr int assignment_level = -1;
inline constexpr int conditional_level = 0;
inline constexpr int membership_level = 6;
inline constexpr int comparison_level = 7;
inline constexpr int multiplicative_level = 11;
inline constexpr int unary_level = 12;
inline constexpr int operand_level = 13;

struct BinaryForm {
    std::string_view text;
    BinaryOperator operation;
    int level;
};
inline constexpr std::array<BinaryForm, 20> binary_forms = {{
    {"||", BinaryOperator::logical_or, 1},
    {"&&", BinaryOperator::logical_and, 2},
    {"|", BinaryOperator::bitwise_or, 3},
    {"^", BinaryOperator::bitwise_xor, 4},
    {"&", BinaryOperator::bitwise_and, 5},
    {"<", BinaryOperator::less, comparison_level},
    {"<=", BinaryOperator::less_equal, comparison_level},
    {">", BinaryOperator::greater, comparison_level},
    {">=", BinaryOperator::greater_equal, comparison_level},
    {"==", BinaryOperator::equal, comparison_level},
    {"!=", BinaryOperator::not_equal, comparison_level},
    {"<<", BinaryOperator::shift_left, 8},
    {">>", BinaryOperator::shift_right, 8},
    {">>>", BinaryOperator::unsigned_shift_right, 8},
    {".", BinaryOperator::concatenate, 9},
    {"+", BinaryOperator::add, 10},
    {"-", BinaryOperator::subtract, 10},
    {"*", BinaryOperator::multiply, multiplicative_level},
    {"/", BinaryOperator::divide, multiplicative_level},
    {"%", BinaryOperator::modulo, multiplicative_level},
}};

struct AssignmentForm {
    std::string_view text;
    AssignmentOperator operation;
};
inline constexpr std::array<AssignmentForm, 14> assignment_forms = {{
    {"=", AssignmentOperator::set},
    {"+=", AssignmentOperator::add},
    {"-=", AssignmentOperator::subtract},
    {"*=", AssignmentOperator::multiply},
    {"/=", AssignmentOperator::divide},
    {"%=", AssignmentOperator::modulo},
    {"<<=", AssignmentOperator::shift_left},
    {">>=", AssignmentOperator::shift_right},
    {">>>=", AssignmentOperator::unsigned_shift_right},
    {"&=", AssignmentOperator::bitwise_and},
    {"|=", AssignmentOperator::bitwise_or},
    {"^=", AssignmentOperator::bitwise_xor},
    {".=", AssignmentOperator::concatenate},
    {"<<<", AssignmentOperator::aggregate},
}};

struct UnaryForm {
    std::string_view text;
    UnaryOperator operation;
};
inline constexpr std::array<UnaryForm, 4> unary_forms = {{
    {"+", UnaryOperator::plus},
    {"-", UnaryOperator::minus},
    {"!", UnaryOperator::logical_not},
    {"~", UnaryOperator::bitwise_not},
}};

struct ExtractorForm {
    std::string_view text;
    StatisticExtractor operation;
};
inline constexpr std::array<ExtractorForm, 8> extractor_forms = {{
    {"@count", StatisticExtractor::count},
    {"@sum", StatisticExtractor::sum},
    {"@min", StatisticExtractor::min},
    {"@max", StatisticExtractor::max},
    {"@avg", StatisticExtractor::avg},
    {"@variance", StatisticExtractor::variance},
    {"@hist_log", StatisticExtractor::histogram_log},
    {"@hist_linear", StatisticExtractor::histogram_linear},
}};

// The row of this operator; every operator has one.
template <typename Forms, typename Operator>
constexpr const auto& form_of(const Forms& forms, Operator operation) {
    for (const auto& form : forms) {
        if (form.operation == operation) {
            return form;
        }
    }
    return forms.front();
}

constexpr std::string_view written(BinaryOperator operation) {
    return form_of(binary_forms, operation).text;
}
constexpr std::string_view written(UnaryOperator operation) {
    return form_of(unary_forms, operation).text;
}
constexpr std::string_view written(StatisticExtractor extractor) {
    return form_of(extractor_forms, extractor).text;
}

}  // namespace sutap::language
