// Programs written by hand, and sessions whose output a test can read.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "runner/bpf/image.h"
#include "runner/execute/session.h"
#include "runner/ir/program.h"

namespace sutap::tests {

using elaborate::Builtin;
using elaborate::FormatPiece;
using elaborate::ValueType;
using ir::Block;
using ir::Instruction;
using ir::no_register;
using ir::Operation;
using ir::Register;
using Conversion = FormatPiece::Conversion;

inline constexpr ValueType integer = ValueType::integer;
inline constexpr ValueType text = ValueType::string;

inline Instruction make(Operation operation, Register result = no_register,
                        std::vector<Register> operands = {}, std::int64_t immediate = 0,
                        std::uint32_t site = 0) {
    Instruction made;
    made.operation = operation;
    made.result = result;
    made.operands = std::move(operands);
    made.immediate = immediate;
    made.site = site;
    return made;
}

inline Instruction number(Register result, std::int64_t value) {
    return make(Operation::constant_integer, result, {}, value);
}

inline Instruction string(Register result, std::string value) {
    Instruction made = make(Operation::constant_string, result);
    made.text = std::move(value);
    return made;
}

inline FormatPiece literal(std::string value) {
    FormatPiece piece;
    piece.text = std::move(value);
    return piece;
}

inline FormatPiece piece(Conversion conversion) {
    FormatPiece made;
    made.conversion = conversion;
    return made;
}

inline Instruction print(std::vector<FormatPiece> pieces, std::vector<Register> operands = {}) {
    Instruction made = make(Operation::print, no_register, std::move(operands));
    made.pieces = std::move(pieces);
    return made;
}

inline Instruction print_number(Register from) {
    return print({piece(Conversion::signed_decimal), literal("\n")}, {from});
}

inline Instruction print_text(Register from) {
    return print({piece(Conversion::string), literal("\n")}, {from});
}

inline Instruction say(std::string line) {
    return print({literal(std::move(line) + "\n")});
}

inline Instruction call_builtin(Builtin builtin, Register result = no_register,
                                std::vector<Register> operands = {}, std::uint32_t site = 0) {
    return make(Operation::builtin, result, std::move(operands), static_cast<std::int64_t>(builtin),
                site);
}

inline Instruction with_blocks(Instruction made, std::vector<Block> blocks) {
    made.blocks = std::move(blocks);
    return made;
}

inline Instruction loop(std::uint32_t loop_number, Block body) {
    Instruction made = make(Operation::loop);
    made.extra = loop_number;
    return with_blocks(std::move(made), {std::move(body)});
}

inline Instruction leave(std::int64_t levels) {
    return make(Operation::leave, no_register, {}, levels);
}

inline Instruction when(Register condition, Block yes, Block no = {}) {
    return with_blocks(make(Operation::if_then, no_register, {condition}),
                       {std::move(yes), std::move(no)});
}

inline Instruction replay(Register result, std::uint32_t capture, std::uint32_t site = 0) {
    Instruction made = make(Operation::replay, result, {}, 0, site);
    made.extra = capture;
    return made;
}

inline Instruction begin_round(std::uint32_t loop_number) {
    Instruction made = make(Operation::begin_round);
    made.extra = loop_number;
    return made;
}

inline ir::Handler handler(ir::Handler::Kind kind, std::vector<ValueType> registers, Block body) {
    ir::Handler made;
    made.kind = kind;
    made.point = "point";
    made.definition = "definition";
    made.registers = std::move(registers);
    made.body = std::move(body);
    made.replay_sites = kind == ir::Handler::Kind::kernel ? 100 : 0;
    made.interval_ns = kind == ir::Handler::Kind::timer ? 1000 : 0;
    return made;
}

inline ir::Program program(std::vector<ir::Handler> handlers) {
    ir::Program made;
    made.handlers = std::move(handlers);
    made.sites = {"", "operator '/' at <input>:1:2", "identifier 'x' at <input>:3:4"};
    return made;
}

// A pipe whose other end is read when asked; holds what a pipe holds, 64 KiB.
class Pipe {
  public:
    Pipe() {
        if (::pipe2(ends_.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
            ends_ = {-1, -1};
        }
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    ~Pipe() {
        close_reader();
        ::close(ends_[1]);
    }
    int writer() const { return ends_[1]; }
    void close_reader() {
        if (ends_[0] >= 0) {
            ::close(ends_[0]);
            ends_[0] = -1;
        }
    }
    std::string read_all() {
        std::string all;
        std::array<char, 4096> buffer{};
        for (;;) {
            const ssize_t length = ::read(ends_[0], buffer.data(), buffer.size());
            if (length <= 0) {
                return all;
            }
            all.append(buffer.data(), static_cast<std::size_t>(length));
        }
    }

  private:
    std::array<int, 2> ends_{-1, -1};
};

// A session and both its outputs.
struct Run {
    explicit Run(ir::Program made, execute::SessionOptions options = {}, bool terminal = false)
        : output(output_pipe.writer(), terminal),
          messages(messages_pipe.writer(), terminal),
          script(std::move(made)),
          problem(ir::verify(script)),
          session(script, std::move(options), output, messages) {}

    std::string printed() {
        output.flush();
        return output_pipe.read_all();
    }
    std::string complained() { return messages_pipe.read_all(); }

    Pipe output_pipe;
    Pipe messages_pipe;
    execute::Output output;
    execute::Output messages;
    ir::Program script;
    std::string problem;  // of ir::verify()
    execute::Session session;
};

// What a program with one begin handler prints; its complaints follow.
inline std::string run_begin(std::vector<ValueType> registers, Block body,
                             std::vector<ir::Global> globals = {},
                             execute::SessionOptions options = {}) {
    ir::Program made =
        program({handler(ir::Handler::Kind::begin, std::move(registers), std::move(body))});
    made.globals = std::move(globals);
    Run run(std::move(made), std::move(options));
    if (!run.problem.empty()) {
        return "refused: " + run.problem;
    }
    run.session.start(0);
    run.session.finish();
    return run.printed() + run.complained();
}

// A record as the BPF emitter lays it out.
class RecordBuilder {
  public:
    explicit RecordBuilder(std::uint32_t handler_index, std::uint32_t flags = 0) {
        append(handler_index);
        append(flags);
        append(std::uint64_t{5'000'000'000});
        append((std::uint64_t{77} << 32U) | 78U);
    }
    RecordBuilder& integer(std::uint16_t site, std::int64_t value) {
        begin_entry(site, bpf::RecordLayout::integer, 8);
        append(value);
        return *this;
    }
    RecordBuilder& string(std::uint16_t site, std::string_view value) {
        begin_entry(site, bpf::RecordLayout::string, static_cast<std::uint32_t>(value.size()));
        for (const char character : value) {
            append(character);
        }
        while (bytes_.size() % 8 != 0) {
            append('\0');
        }
        return *this;
    }
    RecordBuilder& fault(std::uint16_t site, std::uint64_t address, std::uint32_t near) {
        begin_entry(site, bpf::RecordLayout::fault, 16);
        append(address);
        append(near);
        append(std::uint32_t{0});
        return *this;
    }
    RecordBuilder& division(std::uint16_t site, std::uint32_t near) {
        begin_entry(site, bpf::RecordLayout::error, 8);
        append(near);
        append(std::uint32_t{1});
        return *this;
    }
    RecordBuilder& round(std::uint16_t loop_number) {
        begin_entry(loop_number, bpf::RecordLayout::round, 0);
        return *this;
    }
    const std::vector<std::byte>& bytes() const { return bytes_; }

  private:
    template <typename Number>
    void append(Number value) {
        const std::size_t place = bytes_.size();
        bytes_.resize(place + sizeof value);
        std::memcpy(bytes_.data() + place, &value, sizeof value);
    }
    void begin_entry(std::uint16_t site, std::uint8_t kind, std::uint32_t size) {
        append(site);
        append(kind);
        append(std::uint8_t{0});
        append(size);
    }
    std::vector<std::byte> bytes_;
};

}  // namespace sutap::tests
