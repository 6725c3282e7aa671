#include <catch2/catch.hpp>
#include <random>

#include "runner/bpf/image.h"

namespace {

using namespace sutap;

// An Image in which every field has a value of its own.
bpf::Image full_image() {
    bpf::Image image;
    image.maps.push_back({"control", bpf::Map::Kind::array, 4, 64, 1, true, false, {}});
    image.maps.push_back({"texts", bpf::Map::Kind::array, 4, 8, 1, false, true, {1, 2, 3, 255}});
    image.maps.push_back({"records", bpf::Map::Kind::ring_buffer, 0, 0, 4096, false, false, {}});
    bpf::Program program;
    program.name = "kill_0";
    program.kind = bpf::AttachKind::usdt;
    program.attach_btf_id = 4711;
    program.attach_name = "__x64_sys_kill";
    program.attach_module = "overlay";
    program.offset = 0x1122334455667788;
    program.semaphore = 9;
    program.cookie = ~0ULL;
    program.perf = {elaborate::PerfEvent::Kind::watch_accesses, 1, 2, 3, 4, "vm_swappiness", 5, 8};
    program.functions = {{"vfs_read", 3}, {"vfs_write", 4}};
    program.alternative = 1;
    program.optional = true;
    program.instructions = {{0xb7, 0, -3, -1}, {0x95, 0x21, 7, 0x7fffffff}};
    program.relocations = {{bpf::Relocation::Kind::map_value, 1, 2}};
    program.subprograms = {{"main", 0}, {"round", 1}};
    program.helpers = {1, 14, 130};
    program.point = "kernel.function(\"__x64_sys_kill\")";
    image.programs = {program, bpf::Program{}};
    image.symbols = {"init_task", "overlay:ovl_fs_type"};
    ir::Instruction inner;
    inner.operation = ir::Operation::replay;
    inner.result = 3;
    inner.extra = 77;
    inner.site = 1;
    inner.immediate = -5;
    inner.text = std::string("a\0b", 3);
    elaborate::FormatPiece piece;
    piece.conversion = elaborate::FormatPiece::Conversion::memory_hex;
    piece.text = "x";
    piece.zero = true;
    piece.width = 12;
    inner.pieces = {piece};
    ir::Instruction outer;
    outer.operation = ir::Operation::if_then;
    outer.operands = {1, ir::no_register};
    outer.numbers = {-1, 1};
    outer.blocks = {{inner, inner}, {}};
    ir::Handler handler;
    handler.kind = ir::Handler::Kind::kernel;
    handler.point = "p";
    handler.definition = "d";
    handler.is_return = true;
    handler.sequence = -9;
    handler.interval_ns = 1;
    handler.randomize_ns = 2;
    handler.file = {"a/b", 0404, 77};
    handler.registers = {ir::ValueType::string};
    handler.body = {outer};
    handler.replay_sites = 8;
    image.user.handlers = {handler};
    ir::Function function;
    function.name = "f";
    function.parameters = 1;
    function.registers = {ir::ValueType::integer, ir::ValueType::string};
    function.result = ir::ValueType::string;
    function.body = {inner};
    image.user.functions = {function};
    ir::Global global;
    global.name = "g";
    global.keys = {ir::ValueType::string, ir::ValueType::integer};
    global.value = ir::ValueType::statistic;
    global.capacity = 17;
    global.is_sized = global.wraps = global.print_at_exit = global.is_pointer = true;
    global.initial_integer = -1;
    global.initial_string = "i";
    global.histogram = {0, 100, 10};
    global.keeps_log_histogram = true;
    image.user.globals = {global};
    image.user.sites = {"", "operator '/' at x:1:2"};
    image.notes = {"note"};
    image.warnings = {"warning"};
    image.string_size = 256;
    image.max_actions = 1;
    image.max_actions_begin = 2;
    image.max_errors = 3;
    image.max_skipped = 4;
    image.max_map_entries = 5;
    return image;
}

ir::Instruction nested(int depth) {
    ir::Instruction instruction;
    instruction.operation = ir::Operation::block;
    for (int i = 1; i < depth; ++i) {
        ir::Instruction outer;
        outer.operation = ir::Operation::block;
        outer.blocks.emplace_back().push_back(std::move(instruction));
        instruction = std::move(outer);
    }
    return instruction;
}

bpf::Image image_of_depth(int depth) {
    bpf::Image image;
    image.user.handlers.emplace_back().body.push_back(nested(depth));
    return image;
}

}  // namespace

TEST_CASE("an image survives the way there and back") {
    const auto bytes = bpf::serialize(full_image());
    const auto image = bpf::parse(bytes);
    REQUIRE(image);
    CHECK(bpf::serialize(*image) == bytes);
    CHECK(image->maps[1].contents == std::vector<std::uint8_t>{1, 2, 3, 255});
    CHECK(image->maps[1].read_only);
    CHECK(image->maps[0].user_mapped);
    const bpf::Program& program = image->programs[0];
    CHECK(program.instructions[0] == bpf::Instruction{0xb7, 0, -3, -1});
    CHECK(program.perf == full_image().programs[0].perf);
    CHECK(program.alternative == 1U);
    CHECK(program.cookie == ~0ULL);
    CHECK(program.subprograms[1].name == "round");
    CHECK_FALSE(image->programs[1].alternative);
    const ir::Instruction& outer = image->user.handlers[0].body[0];
    CHECK(outer.numbers == std::vector<std::int64_t>{-1, 1});
    REQUIRE(outer.blocks.size() == 2);
    CHECK(outer.blocks[0][1].text == std::string("a\0b", 3));
    CHECK(outer.blocks[0][1].pieces[0].width == 12);
    CHECK(image->user.globals[0].histogram.size() == 3);
    CHECK(image->user.handlers[0].is_return);
    CHECK(image->user.sites[1] == "operator '/' at x:1:2");
    CHECK(image->max_map_entries == 5);
}

TEST_CASE("an image of every shorter length is refused, and so is a longer one") {
    auto bytes = bpf::serialize(full_image());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        CHECK_FALSE(bpf::parse(std::span(bytes).first(size)));
    }
    bytes.push_back(0);
    CHECK_FALSE(bpf::parse(bytes));
}

TEST_CASE("what is accepted with a flipped bit is what was written: the form is canonical") {
    const auto bytes = bpf::serialize(full_image());
    std::size_t refused = 0;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        for (int bit = 0; bit < 8; ++bit) {
            auto changed = bytes;
            changed[at] = static_cast<std::uint8_t>(changed[at] ^ (1U << bit));
            const auto image = bpf::parse(changed);
            refused += image ? 0 : 1;
            if (image) {
                REQUIRE(bpf::serialize(*image) == changed);
            }
        }
    }
    CHECK(refused > bytes.size());
}

TEST_CASE("enumerators and truth values out of range are refused") {
    bpf::Image image;
    image.maps.emplace_back().kind = static_cast<bpf::Map::Kind>(5);
    CHECK_FALSE(bpf::parse(bpf::serialize(image)));
    image = {};
    image.programs.emplace_back().kind = static_cast<bpf::AttachKind>(12);
    CHECK_FALSE(bpf::parse(bpf::serialize(image)));
    image = {};
    ir::Instruction& instruction = image.user.functions.emplace_back().body.emplace_back();
    instruction.operation = static_cast<ir::Operation>(999);
    CHECK_FALSE(bpf::parse(bpf::serialize(image)));
    image = {};
    image.user.handlers.emplace_back().registers = {static_cast<ir::ValueType>(4)};
    CHECK_FALSE(bpf::parse(bpf::serialize(image)));
}

TEST_CASE("instructions nest 200 deep and no deeper") {
    CHECK(bpf::parse(bpf::serialize(image_of_depth(200))));
    CHECK_FALSE(bpf::parse(bpf::serialize(image_of_depth(201))));
    CHECK_FALSE(bpf::parse(bpf::serialize(image_of_depth(400))));
}

TEST_CASE("a count larger than what is left is refused without allocating for it") {
    const auto empty = bpf::serialize(bpf::Image{});
    for (std::size_t at = 8; at + 4 <= empty.size(); at += 4) {
        auto changed = empty;
        changed[at] = changed[at + 1] = changed[at + 2] = changed[at + 3] = 0xff;
        const auto image = bpf::parse(changed);
        if (image) {  // a plain number, not a count
            CHECK(image->maps.empty());
            CHECK(image->user.handlers.empty());
        }
    }
}

TEST_CASE("random bytes never crash the parser") {
    std::mt19937 random(20240601);
    const auto original = bpf::serialize(full_image());
    for (int round = 0; round < 20000; ++round) {
        auto bytes = original;
        const std::size_t changes = 1 + random() % 8;
        for (std::size_t i = 0; i < changes; ++i) {
            bytes[8 + random() % (bytes.size() - 8)] = static_cast<std::uint8_t>(random());
        }
        bytes.resize(8 + random() % (bytes.size() - 7));
        const auto image = bpf::parse(bytes);
        if (image) {
            REQUIRE(bpf::serialize(*image) == bytes);
        }
    }
}
