#include "runner/execute/histogram.h"

#include <algorithm>
#include <bit>
#include <string_view>
#include <vector>

#include "runner/execute/arithmetic.h"

namespace sutap::execute {
namespace {

constexpr std::size_t zero_bucket = 64;  // of @hist_log
constexpr std::size_t bar_width = 50;
constexpr std::string_view title = "value";

// The buckets that the table covers: from the first with a count to the last, and some around.
struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;
};

Range shown_range(const HistogramForm& form, std::span<const std::int64_t> counts,
                  std::int64_t elision) {
    const std::size_t around =
        elision < 0 ? counts.size() : std::min(static_cast<std::size_t>(elision), counts.size());
    const auto is_set = [](std::int64_t count) { return count != 0; };
    const auto first = std::find_if(counts.begin(), counts.end(), is_set);
    if (first == counts.end()) {
        return {};
    }
    const auto last = std::find_if(counts.rbegin(), counts.rend(), is_set);
    const auto lowest = static_cast<std::size_t>(first - counts.begin());
    const auto highest = static_cast<std::size_t>(counts.rend() - last);  // one behind
    Range range{lowest - std::min(lowest, around), std::min(counts.size(), highest + around)};
    if (form.is_linear()) {
        range.begin += range.begin == 0 && counts.front() == 0 ? 1 : 0;
        range.end -= range.end == counts.size() && counts.back() == 0 ? 1 : 0;
    } else if (lowest >= zero_bucket) {
        range.begin = std::max(range.begin, zero_bucket);
    } else if (highest <= zero_bucket) {
        range.end = std::min(range.end, zero_bucket + 1);
    }
    return range;
}

std::string label(const HistogramForm& form, std::size_t bucket) {
    std::string text;
    if (form.is_linear() && bucket == 0) {
        text = "<";
    } else if (form.is_linear() && bucket + 1 == form.buckets()) {
        text = ">";
    }
    return text + std::to_string(form.least_value(bucket));
}

void append_right(std::string& out, std::string_view text, std::size_t width) {
    out.append(width - std::min(width, text.size()), ' ').append(text);
}

// Those of a long run of empty buckets that are left out.
Range hidden_part(std::span<const std::int64_t> counts, std::size_t from, std::size_t end,
                  std::int64_t elision) {
    std::size_t run = from;
    while (run < end && counts[run] == 0) {
        ++run;
    }
    const std::size_t kept = elision < 0 ? counts.size() : static_cast<std::size_t>(elision);
    if (kept >= counts.size() || run - from <= 2 * kept) {
        return {run, run};
    }
    return {from + kept, run - kept};
}

}  // namespace

HistogramForm::HistogramForm(const ir::Global& declaration) {
    if (declaration.keeps_log_histogram) {
        buckets_ = static_cast<std::size_t>(ir::log_buckets);
    } else if (!declaration.histogram.empty()) {
        buckets_ =
            static_cast<std::size_t>(ir::linear_buckets(declaration.histogram).value_or(0) + 2);
        low_ = declaration.histogram[0];
        width_ = declaration.histogram[2];
    }
}

std::size_t HistogramForm::bucket_of(std::int64_t value) const {
    if (!is_linear()) {
        const auto bits = static_cast<std::uint64_t>(value);
        const auto magnitude =
            static_cast<std::size_t>(std::bit_width(value < 0 ? 0 - bits : bits));
        return value < 0 ? zero_bucket - magnitude : zero_bucket + magnitude;
    }
    if (value < low_) {
        return 0;
    }
    const std::uint64_t distance =
        static_cast<std::uint64_t>(value) - static_cast<std::uint64_t>(low_);
    return static_cast<std::size_t>(
        std::min<std::uint64_t>(distance / static_cast<std::uint64_t>(width_) + 1, buckets_ - 1));
}

std::int64_t HistogramForm::least_value(std::size_t bucket) const {
    if (is_linear()) {
        const std::size_t whole = std::clamp<std::size_t>(bucket, 1, buckets_ - 2) - 1;
        return wrapping_add(low_, wrapping_multiply(static_cast<std::int64_t>(whole), width_));
    }
    if (bucket == zero_bucket) {
        return 0;
    }
    const std::size_t power = bucket > zero_bucket ? bucket - zero_bucket : zero_bucket - bucket;
    const std::uint64_t magnitude = std::uint64_t{1} << (power - 1);
    return static_cast<std::int64_t>(bucket > zero_bucket ? magnitude : 0 - magnitude);
}

void append_histogram(std::string& out, const HistogramForm& form,
                      std::span<const std::int64_t> counts, std::int64_t elision) {
    const Range range = shown_range(form, counts, elision);
    std::size_t value_width = title.size();
    std::int64_t greatest = 0;
    for (std::size_t bucket = range.begin; bucket < range.end; ++bucket) {
        value_width = std::max(value_width, label(form, bucket).size());
        greatest = std::max(greatest, counts[bucket]);
    }
    const std::size_t count_width = std::to_string(greatest).size();
    // Whole samples a column, so many that the longest bar fits.
    const std::int64_t scale = std::max<std::int64_t>(
        1, greatest / std::int64_t{bar_width} + (greatest % std::int64_t{bar_width} != 0 ? 1 : 0));
    append_right(out, title, value_width);
    out.append(" |").append(bar_width, '-').append(" count\n");
    Range hidden;
    for (std::size_t bucket = range.begin; bucket < range.end; ++bucket) {
        if (bucket >= hidden.end && counts[bucket] == 0 &&
            (bucket == range.begin || counts[bucket - 1] != 0)) {
            hidden = hidden_part(counts, bucket, range.end, elision);
        }
        if (bucket >= hidden.begin && bucket < hidden.end) {
            out.append(value_width + 1, ' ').append("~\n");
            bucket = hidden.end - 1;
            continue;
        }
        append_right(out, label(form, bucket), value_width);
        const auto bar = static_cast<std::size_t>(counts[bucket] / scale);
        out.append(" |").append(bar, '@').append(bar_width - bar + 1, ' ');
        append_right(out, std::to_string(counts[bucket]), count_width);
        out += '\n';
    }
    out += '\n';
}

}  // namespace sutap::execute
