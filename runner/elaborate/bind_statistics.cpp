// Statistics: extractors, histograms and their buckets; and regular expressions.
#include <utility>

#include "runner/elaborate/binder.h"
#include "runner/elaborate/histograms.h"
#include "runner/regex/regex.h"

namespace sutap::elaborate {
namespace {

constexpr std::int64_t most_variance_shift = 62;

bool is_histogram(StatisticExtractor extractor) {
    return extractor == StatisticExtractor::histogram_log ||
           extractor == StatisticExtractor::histogram_linear;
}

}  // namespace

std::optional<Binder::Statistic> Binder::statistic(const language::StatisticExtraction& extraction,
                                                   const Place& place) {
    std::optional<std::uint32_t> global;
    Statistic made;
    const language::Expression& from = *extraction.statistic;
    if (const auto* name = std::get_if<language::Name>(&from.node)) {
        global = visible_global(name->name);
        if (!global) {
            session_.problems.error(from.place, "unresolved global statistic " + name->name +
                                                    ", missing global declaration?" +
                                                    session_.problems.similar(name->name, [&] {
                                                        return session_.library.global_names();
                                                    }));
            return std::nullopt;
        }
        session_.use_arity(*global, 0, from.place);
    } else if (const auto* element = std::get_if<language::ArrayElement>(&from.node)) {
        global = array(element->name, element->indexes.size(), from.place);
        if (global) {
            made.keys = keys(element->indexes, from.place);
        }
    } else {
        session_.problems.error(from.place, "expected a statistic variable");
    }
    if (!global) {
        return std::nullopt;
    }
    made.global = *global;
    if (is_histogram(extraction.extractor)) {
        keep_histogram(*global, extraction, place);
    } else if (extraction.extractor == StatisticExtractor::variance) {
        const std::int64_t shift = extraction.parameters.empty() ? 0 : extraction.parameters[0];
        if (shift < 0 || shift > most_variance_shift) {
            session_.problems.error(place, "the bit shift of @variance must be between 0 and " +
                                               std::to_string(most_variance_shift));
        }
        auto& kept = session_.global_facts[*global].variance_shift;
        if (kept && *kept != shift) {
            session_.problems.error(place, "different bit shifts of @variance on '" +
                                               session_.program.globals[*global].name + "' (" +
                                               std::to_string(*kept) + " vs " +
                                               std::to_string(shift) + ")");
        }
        kept = shift;
    }
    return made;
}

void Binder::keep_histogram(std::uint32_t index, const language::StatisticExtraction& extraction,
                            const Place& place) {
    Global& global = session_.program.globals[index];
    const bool is_linear = extraction.extractor == StatisticExtractor::histogram_linear;
    const bool is_other =
        is_linear ? global.keeps_log_histogram ||
                        (!global.histogram.empty() && global.histogram != extraction.parameters)
                  : !global.histogram.empty();
    if (is_other) {
        session_.problems.error(place,
                                "multiple histogram types declared on '" + global.name + "'");
        return;
    }
    if (!is_linear) {
        global.keeps_log_histogram = true;
        return;
    }
    if (!linear_buckets(extraction.parameters)) {
        session_.problems.warning(place, "histogram: Number of buckets must be between 1 and " +
                                             std::to_string(most_linear_buckets) +
                                             ". Number_of_buckets = (stop - start) / interval");
        session_.program.unmade_global = global.name;
        return;
    }
    global.histogram = extraction.parameters;
}

Expression Binder::node(const language::StatisticExtraction& extraction, const Place& place) {
    auto bound = statistic(extraction, place);
    if (!bound) {
        return integer_constant(place, 0);
    }
    if (is_histogram(extraction.extractor)) {
        return failed(place, "base histogram operator where expression expected");
    }
    std::string near = "identifier '" + session_.program.globals[bound->global].name + "'";
    return {place, ValueType::integer,
            StatisticRead{bound->global, std::move(bound->keys), extraction.extractor,
                          extraction.parameters},
            std::move(near)};
}

// A histogram as a whole, without an index; nullopt: something else, or an error.
std::optional<HistogramBucket> Binder::histogram(const language::Expression& expression) {
    const auto* extraction = std::get_if<language::StatisticExtraction>(&expression.node);
    if (extraction == nullptr || !is_histogram(extraction->extractor)) {
        return std::nullopt;
    }
    auto bound = statistic(*extraction, expression.place);
    if (!bound) {
        return std::nullopt;
    }
    return HistogramBucket{bound->global, std::move(bound->keys), extraction->extractor,
                           extraction->parameters, integer_constant(expression.place, 0)};
}

Expression Binder::node(const language::HistogramElement& element, const Place& place) {
    auto made = histogram(*element.histogram);
    if (!made) {
        return integer_constant(place, 0);
    }
    made->index = boxed(element.index);
    std::string near = "identifier '" + session_.program.globals[made->global].name + "'";
    return {place, ValueType::integer, std::move(*made), std::move(near)};
}

// print(@hist_log(x)) and its relatives; nullopt: none of them is printed.
std::optional<Expression> Binder::printed_histogram(const language::Call& call, const Place& place,
                                                    std::size_t first, bool to_string) {
    for (std::size_t index = first; index < call.arguments.size(); ++index) {
        const auto* extraction =
            std::get_if<language::StatisticExtraction>(&call.arguments[index]->node);
        if (extraction == nullptr || !is_histogram(extraction->extractor)) {
            continue;
        }
        if (call.arguments.size() != first + 1) {
            return failed(call.arguments[index]->place,
                          "a histogram is printed by a call of its own, without other values");
        }
        auto over = histogram(*call.arguments[index]);
        if (!over) {
            return integer_constant(place, 0);
        }
        std::string near = "identifier '" + session_.program.globals[over->global].name + "'";
        return Expression{
            place, to_string ? ValueType::string : ValueType::unknown,
            HistogramText{over->global, std::move(over->keys), over->extractor,
                          std::move(over->parameters), to_string, call.name.ends_with("ln")},
            std::move(near)};
    }
    return std::nullopt;
}

Statement Binder::histogram_loop(const language::ForeachStatement& loop, const Place& place) {
    ForeachStatement made;
    made.place = place;
    made.histogram = histogram(**loop.histogram);
    if (loop.index_names.size() != 1) {
        session_.problems.error(place, "a foreach over a histogram has one index, the bucket");
    } else if (loop.sort != language::SortDirection::none) {
        session_.problems.error(place, "the buckets of a histogram cannot be sorted");
    }
    if (!made.histogram || loop.index_names.size() != 1) {
        return {place, BlockStatement{}};
    }
    made.global = made.histogram->global;
    std::vector<StatementBox> copies;
    made.key_locals = {set_local(loop.index_names[0], loop.index_places[0], copies)};
    if (loop.value_name) {
        made.value_local = set_local(*loop.value_name, loop.value_place, copies);
    }
    if (loop.limit) {
        made.limit = boxed(*loop.limit);
    }
    made.body = begun_by(std::move(copies), looped(loop.body));
    return {place, std::move(made)};
}

Expression Binder::node(const language::RegexMatch& match, const Place& place) {
    const auto compiled = regex::Regex::compile(match.pattern);
    if (const auto* error = std::get_if<regex::SyntaxError>(&compiled)) {
        return failed(place, "invalid regular expression: " + error->message + " (at byte " +
                                 std::to_string(error->position + 1) + ")");
    }
    const std::string text = match.negated ? "!~" : "=~";
    return {place, ValueType::integer,
            RegexMatch{boxed(match.subject), match.pattern, match.negated},
            "operator '" + text + "'"};
}

}  // namespace sutap::elaborate
