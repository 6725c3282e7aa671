// The script's global variables: scalars, statistics and arrays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runner/execute/array.h"
#include "runner/execute/statistic.h"
#include "runner/ir/program.h"

namespace sutap::execute {

// How foreach wants an array's elements.
struct Ordering {
    int direction = 0;                       // 0: as inserted, 1: ascending, -1: descending
    std::uint32_t column = 0;                // 0: by value, n: by the nth key
    Extractor extractor = Extractor::count;  // for statistics
    std::optional<std::size_t> limit;
};

// Fills `slots` with those that match `pattern` (empty: all), ordered and cut to the limit.
// Elements that compare equal keep the order of insertion.
void find_ordered_slots(const Array& array, std::span<const KeyPart> pattern,
                        const Ordering& ordering, const StatisticForm& form,
                        std::vector<Array::Slot>& slots, Work& work);

// One global variable: the array, or the member that the declaration's type names.
struct Global {
    const ir::Global* declaration = nullptr;
    StatisticForm form;
    std::int64_t integer = 0;
    std::string text;
    Statistic statistic;
    std::optional<Array> array;

    // Scalar to 0 or "", statistic to none, array to empty.
    void clear(Work& work);
};

// All of them with their initial values, strings cut to `longest_string` bytes; `default_capacity`
// is MAXMAPENTRIES.
std::vector<Global> make_globals(const ir::Program& program, std::uint32_t default_capacity,
                                 std::size_t longest_string);

// As stap prints globals at exit that were written and never read: a line for each scalar
// (`g=1`, `s="x"`, `p=0x10`, `st @count=…`) or element (`a["k",2]=4`, greatest value first).
void append_unread_globals(std::string& out, std::span<const Global> globals);

}  // namespace sutap::execute
