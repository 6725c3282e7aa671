// Sessions whose output a test can read, and records for them.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "runner/bpf/image.h"
#include "runner/execute/session.h"
#include "tests/unit/execute/programs.h"

namespace sutap::tests {

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
