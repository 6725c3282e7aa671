// Probe points, with their braces multiplied out, and the declarations that have them.

#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runner/language/parser_state.h"

namespace sutap::language {
namespace {

// Braces multiply: a short text can stand for very many points. This bounds what is copied for
// them in one script: components, and tokens of conditions.
constexpr std::size_t maximum_copied = 200'000;

// Whether the token continues the one before it without a space.
bool touches(const Token& left, const Token& right) {
    return left.place.source == right.place.source && left.place.line == right.place.line &&
           left.place.column + left.place.length == right.place.column;
}

bool is_component_part(const Token& token) {
    return token.kind == TokenKind::identifier || token.kind == TokenKind::keyword ||
           token.kind == TokenKind::number ||
           (token.kind == TokenKind::operation && token.text == "*");
}

}  // namespace

ProbeComponent Parser::parse_component() {
    if (!is_component_part(peek()) || peek().kind == TokenKind::number) {
        fail("expected identifier or '*'");
    }
    const Token* last = &next();
    ProbeComponent component{.place = last->place, .name = std::string(last->text), .argument = {}};
    while (is_component_part(peek()) && touches(*last, peek())) {
        last = &next();
        component.name.append(last->text);
        component.place.length += last->place.length;
    }
    if (at_operator("(")) {
        const Token& opening = next();
        component.argument = take_literal();
        expect_closing(")", opening);
    }
    return component;
}

// { point, point }, each possibly with its own flags.
std::vector<Parser::PartialPoint> Parser::parse_point_group() {
    const Nesting nesting(*this);
    const Token& opening = next();
    std::vector<PartialPoint> result;
    do {
        std::vector<PartialPoint> points = parse_point();
        parse_point_flags(points);
        result.insert(result.end(), std::make_move_iterator(points.begin()),
                      std::make_move_iterator(points.end()));
    } while (accept_operator(","));
    expect_closing("}", opening);
    return result;
}

std::vector<Parser::PartialPoint> Parser::parse_point() {
    std::vector<PartialPoint> points;
    if (at_operator("{")) {
        points = parse_point_group();
    } else {
        ProbeComponent component = parse_component();
        points.emplace_back();
        points.back().place = component.place;
        points.back().components.push_back(std::move(component));
    }
    while (at_operator(".")) {
        points = parse_point_rest(std::move(points));
    }
    return points;
}

void Parser::charge_copies(std::size_t amount, const Token& token) {
    copied_ += amount;
    if (copied_ > maximum_copied) {
        fail("too many probe points", token);
    }
}

// At a '.': the next component or group, behind each of the heads.
std::vector<Parser::PartialPoint> Parser::parse_point_rest(std::vector<PartialPoint> heads) {
    const Token& dot = next();
    for (const PartialPoint& head : heads) {
        if (head.is_complete()) {
            fail("'?', '!' and 'if' are only allowed behind the last component of a probe point",
                 dot);
        }
    }
    if (!at_operator("{")) {
        const ProbeComponent component = parse_component();
        charge_copies(heads.size() - 1, dot);
        for (PartialPoint& head : heads) {
            head.components.push_back(component);
        }
        return heads;
    }
    const std::vector<PartialPoint> tails = parse_point_group();
    charge_copies(heads.size() * tails.size() *
                      (heads.front().components.size() + tails.front().components.size()),
                  dot);
    std::vector<PartialPoint> result;
    result.reserve(heads.size() * tails.size());
    for (const PartialPoint& head : heads) {
        for (const PartialPoint& tail : tails) {
            PartialPoint point = tail;
            point.place = head.place;
            point.components.insert(point.components.begin(), head.components.begin(),
                                    head.components.end());
            result.push_back(std::move(point));
        }
    }
    return result;
}

// ? or !, then if (condition)
void Parser::parse_point_flags(std::vector<PartialPoint>& points) {
    const Token& first = peek();
    const bool is_optional = accept_operator("?");
    const bool is_sufficient = !is_optional && accept_operator("!");
    std::optional<ExpressionBox> condition;
    if (accept_keyword("if")) {
        const Token& opening = expect_operator("(");
        const std::size_t begin = at_;
        condition = parse_expression_box();
        expect_closing(")", opening);
        charge_copies((points.size() - 1) * (at_ - begin), first);
    }
    if (!is_optional && !is_sufficient && !condition) {
        return;
    }
    for (PartialPoint& point : points) {
        if (point.is_complete()) {
            fail("this probe point has its '?', '!' or 'if' inside braces already", first);
        }
        point.optional = is_optional;
        point.sufficient = is_sufficient;
        point.condition = condition;
    }
}

// { … } or { … }, { … }
std::pair<Statement, std::optional<Statement>> Parser::parse_bodies() {
    Statement body = parse_block();
    std::optional<Statement> epilogue;
    if (accept_operator(",")) {
        epilogue = parse_block();
    }
    return {std::move(body), std::move(epilogue)};
}

void Parser::parse_probe() {
    const Place place = next().place;
    std::vector<std::vector<ProbeComponent>> names;
    std::vector<ProbePoint> points;
    bool is_epilogue = false;
    while (true) {
        std::vector<PartialPoint> parsed = parse_point();
        parse_point_flags(parsed);
        const bool is_name = at_operator("=") || at_operator("+=");
        if (is_name && (parsed.front().optional || parsed.front().sufficient)) {
            fail("probe point alias name cannot be optional nor sufficient");
        }
        if (is_name && (!points.empty() || parsed.size() != 1 || parsed.front().is_complete())) {
            fail("expected ',' or '{'");
        }
        if (is_name) {
            const Token& equal = next();
            if (!names.empty() && is_epilogue != (equal.text == "+=")) {
                fail("an alias is either a prologue ('=') or an epilogue ('+=')", equal);
            }
            is_epilogue = equal.text == "+=";
            names.push_back(std::move(parsed.front().components));
            continue;
        }
        for (PartialPoint& point : parsed) {
            points.push_back({point.place, std::move(point.components), point.optional,
                              point.sufficient, std::move(point.condition)});
        }
        if (!accept_operator(",")) {
            break;
        }
    }
    if (!at_operator("{")) {
        fail(names.empty() ? "expected ',', '=', '+=', '?', '!', '.', 'if' or '{'"
                           : "expected ',', '?', '!', '.', 'if' or '{'");
    }
    if (!names.empty()) {
        parse_alias(place, std::move(names), std::move(points), is_epilogue);
        return;
    }
    auto [body, epilogue] = parse_bodies();
    result_.script.probes.push_back(
        {place, std::move(points), std::move(body), std::move(epilogue)});
}

void Parser::parse_alias(Place place, std::vector<std::vector<ProbeComponent>> names,
                         std::vector<ProbePoint> points, bool is_epilogue) {
    auto [body, epilogue] = parse_bodies();
    result_.script.aliases.push_back({place, std::move(names), std::move(points), is_epilogue,
                                      std::move(body), std::move(epilogue)});
}

}  // namespace sutap::language
