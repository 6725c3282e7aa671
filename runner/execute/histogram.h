// Histograms: which bucket a value belongs to, and the table of @hist_log and @hist_linear.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "runner/ir/program.h"

namespace sutap::execute {

// How a global's values are sorted into buckets.
class HistogramForm {
  public:
    HistogramForm() = default;  // no histogram
    // What the declaration asks for; it has passed ir::verify().
    explicit HistogramForm(const ir::Global& declaration);

    // Those below and above the range of a linear histogram included; 0: no histogram.
    std::size_t buckets() const { return buckets_; }
    bool is_linear() const { return width_ > 0; }
    std::size_t bucket_of(std::int64_t value) const;
    // The least value of a bucket; of the first of a linear histogram the least of the second, and
    // of the last the least of the one before: the table puts < and > before them.
    std::int64_t least_value(std::size_t bucket) const;

  private:
    std::size_t buckets_ = 0;
    std::int64_t low_ = 0;
    std::int64_t width_ = 0;  // 0: logarithmic
};

// Appends the table for `counts`, one for each bucket, and an empty line. Of more than
// 2 * `elision` empty buckets in a row only so many at either end are shown, and "~"; a negative
// elision shows all.
void append_histogram(std::string& out, const HistogramForm& form,
                      std::span<const std::int64_t> counts, std::int64_t elision);

}  // namespace sutap::execute
