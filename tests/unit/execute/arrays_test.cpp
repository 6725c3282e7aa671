#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>
#include <random>

#include "runner/execute/array.h"
#include "runner/execute/statistic.h"
#include "tests/unit/execute/runs.h"

using namespace sutap;
using namespace sutap::tests;

namespace {

ir::Global global(std::string name, std::vector<ValueType> keys, ValueType value,
                  std::int64_t capacity = 0) {
    ir::Global made;
    made.name = std::move(name);
    made.keys = std::move(keys);
    made.value = value;
    made.capacity = capacity;
    made.is_sized = capacity != 0;
    return made;
}

// a[key] = value, through registers 0 and 1.
void store(Block& body, std::int64_t key, std::int64_t value) {
    body.push_back(number(0, key));
    body.push_back(number(1, value));
    body.push_back(make(Operation::store_element, no_register, {0, 1}, 0, 2));
}

struct Order {
    std::int64_t direction = 0, column = 0, extractor = -1;
};

// foreach (v = [k] in a) prints "k=v ", through registers 0 and 1.
Instruction visit(const Order& order, Register limit = no_register, Register slice = no_register) {
    Instruction made = make(Operation::foreach_in, no_register, {0, 1, limit});
    if (slice != no_register) {
        made.operands.push_back(slice);
    }
    made.numbers = {order.direction, order.column, order.extractor};
    return with_blocks(std::move(made), {{print({piece(Conversion::signed_decimal), literal("="),
                                                 piece(Conversion::signed_decimal), literal(" ")},
                                                {0, 1})}});
}

const std::vector<ValueType> registers = {integer, integer, integer, integer};

std::string run(Block body, std::int64_t capacity = 0, bool wraps = false) {
    ir::Global array = global("a", {integer}, integer, capacity);
    array.wraps = wraps;
    return run_begin(registers, std::move(body), {array});
}

Block three() {
    Block body;
    store(body, 7, 20);
    store(body, 3, 30);
    store(body, 5, 10);
    return body;
}

std::string visited(const Order& order, std::optional<std::int64_t> limit = {}) {
    Block body = three();
    body.push_back(number(2, limit.value_or(0)));
    body.push_back(visit(order, limit ? 2 : no_register));
    return run(std::move(body));
}

}  // namespace

TEST_CASE("foreach goes in the order of insertion, or sorted") {
    CHECK(visited({}) == "7=20 3=30 5=10 ");
    CHECK(visited({.direction = 1}) == "5=10 7=20 3=30 ");
    CHECK(visited({.direction = -1}) == "3=30 7=20 5=10 ");
    CHECK(visited({.direction = 1, .column = 1}) == "3=30 5=10 7=20 ");
    CHECK(visited({.direction = -1, .column = 1}) == "7=20 5=10 3=30 ");
    CHECK(visited({}, 2) == "7=20 3=30 ");
    CHECK(visited({.direction = -1}, 1) == "3=30 ");
    CHECK(visited({.direction = -1}, 0).empty());
    CHECK(visited({}, -3).empty());
    CHECK(visited({}, std::numeric_limits<std::int64_t>::max()) == "7=20 3=30 5=10 ");
}

TEST_CASE("equal values keep their order, whichever way they are sorted") {
    Block body;
    store(body, 1, 5);
    store(body, 2, 5);
    store(body, 3, 6);
    body.push_back(visit({.direction = 1}));
    body.push_back(visit({.direction = -1}));
    CHECK(run(body) == "1=5 2=5 3=6 3=6 1=5 2=5 ");
}

TEST_CASE("reading an unset element makes none") {
    Block body = three();
    body.push_back(number(0, 99));
    body.push_back(make(Operation::load_element, 1, {0}));
    body.push_back(print_number(1));
    body.push_back(make(Operation::contains_element, 1, {0}));
    body.push_back(print_number(1));
    body.push_back(number(0, 7));
    body.push_back(make(Operation::contains_element, 1, {0}));
    body.push_back(print_number(1));
    CHECK(run(body, 3) == "0\n0\n1\n");
}

TEST_CASE("a full array") {
    Block body = three();
    store(body, 3, 31);
    store(body, 9, 1);
    body.push_back(say("not reached"));
    CHECK(run(body, 3).starts_with(
        "ERROR: Array overflow, check size limit (3) near identifier 'x' at <input>:3:4\n"));

    execute::SessionOptions options;
    options.max_map_entries = 3;
    CHECK(run_begin(registers, body, {global("a", {integer}, integer)}, options)
              .starts_with("ERROR: Array overflow, check MAXMAPENTRIES near identifier 'x'"));
    body.pop_back();
    body.push_back(visit({}));
    CHECK(run(body, 3, true) == "3=31 5=10 9=1 ");
}

TEST_CASE("delete in all its forms") {
    Block body = three();
    body.push_back(number(0, 3));
    body.push_back(make(Operation::delete_element, no_register, {0}));
    body.push_back(make(Operation::delete_element, no_register, {0}));
    body.push_back(visit({}));
    store(body, 3, 1);
    body.push_back(visit({}));
    body.push_back(make(Operation::clear_global));
    body.push_back(visit({}));
    store(body, 4, 2);
    body.push_back(visit({}));
    body.push_back(make(Operation::delete_element, no_register, {no_register}));
    body.push_back(visit({}));
    CHECK(run(body) == "7=20 5=10 7=20 5=10 3=1 4=2 ");
}

TEST_CASE("an array that changes under its foreach is visited safely") {
    Block body = three();
    Instruction each = visit({});
    each.blocks[0].push_back(make(Operation::clear_global));
    each.blocks[0].push_back(number(0, 1));
    each.blocks[0].push_back(make(Operation::store_element, no_register, {0, 1}));
    body.push_back(each);
    CHECK_FALSE(run(body).empty());
}

TEST_CASE("several keys, slices and strings") {
    // a["x", 1] = "p"; a["y", 2] = "q"; a["x", 2] = "r"
    const auto put = [](Block& body, const char* first, std::int64_t second, const char* value) {
        body.push_back(string(0, first));
        body.push_back(number(1, second));
        body.push_back(string(2, value));
        body.push_back(make(Operation::store_element, no_register, {0, 1, 2}));
    };
    Block body;
    put(body, "x", 1, "p");
    put(body, "y", 2, "q");
    put(body, "x", 2, "r");
    const auto slice = [](Register first, Register second, Order order) {
        Instruction made =
            make(Operation::foreach_in, no_register, {0, 1, 2, no_register, first, second});
        made.numbers = {order.direction, order.column, order.extractor};
        return with_blocks(std::move(made),
                           {{print({piece(Conversion::string), piece(Conversion::signed_decimal),
                                    piece(Conversion::string), literal(" ")},
                                   {0, 1, 2})}});
    };
    body.push_back(string(3, "x"));
    body.push_back(number(4, 2));
    body.push_back(slice(3, no_register, {}));
    body.push_back(slice(no_register, 4, {.direction = -1}));
    body.push_back(slice(no_register, no_register, {.direction = 1, .column = 1}));
    body.push_back(slice(3, 4, {}));
    body.push_back(make(Operation::contains_element, 5, {no_register, 4}));
    body.push_back(print_number(5));
    body.push_back(make(Operation::delete_element, no_register, {no_register, 4}));
    body.push_back(slice(no_register, no_register, {}));
    body.push_back(make(Operation::contains_element, 5, {no_register, 4}));
    body.push_back(print_number(5));
    CHECK(run_begin({text, integer, text, text, integer, integer}, body,
                    {global("a", {text, integer}, text)}) ==
          "x1p x2r x2r y2q x1p x2r y2q x2r 1\nx1p 0\n");
}

TEST_CASE("keys that only look alike are different") {
    // ["a", "bc"] and ["ab", "c"]
    Block body = {string(0, "a"),
                  string(1, "bc"),
                  number(2, 1),
                  make(Operation::store_element, no_register, {0, 1, 2}),
                  string(0, "ab"),
                  string(1, "c"),
                  make(Operation::load_element, 2, {0, 1}),
                  print_number(2)};
    CHECK(run_begin({text, text, integer}, body, {global("a", {text, text}, integer)}) == "0\n");
}

TEST_CASE("statistics") {
    const auto extract = [](std::uint32_t extractor) {
        Instruction made = make(Operation::extract_statistic, 1, {}, 0, 1);
        made.extra = extractor;
        return made;
    };
    Block body;
    for (const std::int64_t value : {3, -1, 4, 10}) {
        body.push_back(number(0, value));
        body.push_back(make(Operation::aggregate, no_register, {0}));
    }
    for (std::uint32_t extractor = 0; extractor < 6; ++extractor) {
        body.push_back(extract(extractor));
        body.push_back(print_number(1));
    }
    const ir::Global statistic = global("s", {}, ValueType::statistic);
    CHECK(run_begin({integer, integer}, body, {statistic}) == "4\n16\n-1\n10\n4\n20\n");
    CHECK(run_begin({integer, integer}, {extract(0), print_number(1), extract(1), print_number(1)},
                    {statistic}) == "0\n0\n");
    for (std::uint32_t extractor = 2; extractor < 6; ++extractor) {
        CHECK(run_begin({integer, integer}, {extract(extractor)}, {statistic})
                  .starts_with("ERROR: empty aggregate near operator '/'"));
    }
}

TEST_CASE("arrays of statistics are sorted by an extractor") {
    Block body;
    for (const auto& [key, value] : {std::pair{1, 10}, {2, 3}, {2, 4}, {3, 100}}) {
        body.push_back(number(0, key));
        body.push_back(number(1, value));
        body.push_back(make(Operation::aggregate, no_register, {0, 1}));
    }
    const auto keys = [](Order order) {
        Instruction made = visit(order);
        made.operands[1] = no_register;
        made.blocks[0] = {print({piece(Conversion::signed_decimal), literal(" ")}, {0})};
        return made;
    };
    body.push_back(keys({.direction = -1}));                  // @count
    body.push_back(keys({.direction = 1, .extractor = 1}));   // @sum
    body.push_back(keys({.direction = -1, .extractor = 4}));  // @avg
    CHECK(run_begin(registers, body, {global("s", {integer}, ValueType::statistic)}) ==
          "2 1 3 2 1 3 3 1 2 ");
}

TEST_CASE("variance with more bits is finer") {
    // 5/3 exactly. In whole numbers the mean stays behind, and the distances grow.
    for (const auto& [shift, expected] : {std::pair{0U, 5}, {10U, 1}}) {
        const execute::StatisticForm form{.keeps_variance = true, .shift = shift};
        execute::Statistic statistic;
        for (const std::int64_t value : {1, 2, 3, 4}) {
            statistic.add(value, form);
        }
        CHECK(statistic.extract(execute::Extractor::variance, form) == expected);
    }
    // Values at both ends wrap instead of being undefined.
    const execute::StatisticForm form{.keeps_variance = true, .shift = 62};
    execute::Statistic extremes;
    extremes.add(std::numeric_limits<std::int64_t>::max(), form);
    extremes.add(std::numeric_limits<std::int64_t>::min(), form);
    CHECK(extremes.extract(execute::Extractor::sum, form) == -1);
}

TEST_CASE("globals that were never read are printed at exit") {
    std::vector<ir::Global> globals = {global("g", {}, integer),
                                       global("s", {}, text),
                                       global("p", {}, integer),
                                       global("a", {text, integer}, integer),
                                       global("st", {}, ValueType::statistic),
                                       global("none", {}, ValueType::statistic),
                                       global("read", {}, integer)};
    for (ir::Global& each : globals) {
        each.print_at_exit = each.name != "read";
    }
    globals[0].initial_integer = 1;
    globals[1].initial_string = "x\"\t";
    globals[2].is_pointer = true;
    globals[2].initial_integer = 0x1f;
    Block body = {string(0, "k"),
                  number(1, 2),
                  number(2, 4),
                  make(Operation::store_element, no_register, {0, 1, 2}, 3),
                  number(1, 3),
                  number(2, 9),
                  make(Operation::store_element, no_register, {0, 1, 2}, 3)};
    for (const std::int64_t value : {1, 2, 3, 4}) {
        body.push_back(number(1, value));
        body.push_back(make(Operation::aggregate, no_register, {1}, 4));
    }
    CHECK(run_begin({text, integer, integer}, body, globals) ==
          "g=1\ns=\"x\\\"\\t\"\np=0x1f\na[\"k\",3]=9\na[\"k\",2]=4\n"
          "st @count=4 @min=1 @max=4 @sum=10 @avg=2\nnone @count=0\n");
    execute::SessionOptions options;
    options.print_globals_at_exit = false;
    CHECK(run_begin({text, integer, integer}, body, globals, options).empty());
}

TEST_CASE("scalars are loaded, stored and cleared") {
    ir::Global first = global("g", {}, integer);
    first.initial_integer = 42;
    ir::Global second = global("t", {}, text);
    second.initial_string = "start";
    CHECK(run_begin({integer, text},
                    {make(Operation::load_global, 0), print_number(0), number(0, 7),
                     make(Operation::store_global, no_register, {0}), number(0, 0),
                     make(Operation::load_global, 0), print_number(0),
                     make(Operation::clear_global), make(Operation::load_global, 0),
                     print_number(0), make(Operation::load_global, 1, {}, 1), print_text(1),
                     make(Operation::clear_global, no_register, {}, 1),
                     make(Operation::load_global, 1, {}, 1), print_text(1)},
                    {first, second}) == "42\n7\n0\nstart\n\n");
}

TEST_CASE("slots are used again after erasing many") {
    execute::Array array({integer}, integer, 100, true);
    execute::Work work;
    for (std::int64_t key = 0; key < 10000; ++key) {
        const execute::Array::Slot slot = array.find_or_insert(key, work);
        REQUIRE(slot < 100);
        array.integer(slot) = -key;
    }
    CHECK(array.size() == 100);
    CHECK(array.key_integer(array.first(), 0) == 9900);
    CHECK(array.find(9899, work) == execute::Array::none);
    CHECK(array.integer(array.find(9950, work)) == -9950);
}

TEST_CASE("arrays agree with a plain list of what was put into them") {
    for (const bool has_text : {false, true}) {
        std::minstd_rand random(has_text ? 1 : 2);
        const std::vector<ValueType> columns =
            has_text ? std::vector{text, integer} : std::vector{integer};
        execute::Array array(columns, integer, 200, true);
        execute::Work work;
        std::vector<std::pair<std::int64_t, std::int64_t>> list;  // oldest first
        for (int i = 0; i < 20000; ++i) {
            // Strides, so that keys collide in the table.
            const auto key = static_cast<std::int64_t>(random() % 300) << (random() % 3 * 20);
            const std::string name = std::to_string(key % 7);
            const std::vector<execute::KeyPart> parts =
                has_text ? std::vector<execute::KeyPart>{{.text = &name}, {.integer = key}}
                         : std::vector<execute::KeyPart>{{.integer = key}};
            const auto known = std::find_if(list.begin(), list.end(),
                                            [key](const auto& item) { return item.first == key; });
            const execute::Array::Slot found = array.find(parts, work);
            REQUIRE((found != execute::Array::none) == (known != list.end()));
            if (known != list.end()) {
                REQUIRE(array.integer(found) == known->second);
                if (random() % 2 == 0) {
                    array.erase(found, work);
                    list.erase(known);
                }
                continue;
            }
            if (list.size() == 200) {
                list.erase(list.begin());
            }
            list.emplace_back(key, i);
            array.integer(array.find_or_insert(parts, work)) = i;
        }
        auto item = list.begin();
        for (auto slot = array.first(); slot != execute::Array::none; slot = array.next(slot)) {
            REQUIRE(array.key_integer(slot, has_text ? 1 : 0) == item++->first);
        }
        CHECK(item == list.end());
    }
}
