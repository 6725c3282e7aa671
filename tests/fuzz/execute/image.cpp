// Whatever image the loader's checks of the user side accept, its handlers run without harm and
// come to an end, within the little work and memory that they are given. The input: a serialized
// image, whose notes are the records of its events; or a script, which is translated to begin with.
#include <fcntl.h>

#include <algorithm>
#include <cstring>
#include <span>

#include "runner/execute/session.h"
#include "tests/fuzz/program_mutator.h"
#include "tests/fuzz/translation.h"

using namespace sutap;

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

namespace {

constexpr std::size_t most_handlers = 8;
constexpr std::size_t most_functions = 64;
constexpr std::int64_t most_elements = 1000;

std::string_view mark() {
    static const std::vector<std::uint8_t> empty = bpf::serialize({});
    return {reinterpret_cast<const char*>(empty.data()), 8};
}

// A record with a value for each site, as the kernel would post it.
std::string record_for(std::uint32_t handler, std::uint32_t sites, bool has_text) {
    std::string record(bpf::RecordLayout::header_size, '\0');
    std::memcpy(record.data(), &handler, sizeof handler);
    for (std::uint32_t site = 0; site <= std::min(sites, 40U); ++site) {
        const bool is_text = has_text != (site % 2 == 0);
        std::string entry(16, '\0');
        const auto number = static_cast<std::uint16_t>(site);
        std::memcpy(entry.data(), &number, sizeof number);
        entry[2] =
            static_cast<char>(is_text ? bpf::RecordLayout::string : bpf::RecordLayout::integer);
        entry[4] = 8;
        entry.replace(8, 4, "text");
        record += entry;
        if (site % 3 == 0) {
            std::string round(8, '\0');
            round[0] = static_cast<char>(site / 3);
            round[2] = static_cast<char>(bpf::RecordLayout::round);
            record += round;
        }
    }
    return record;
}

std::optional<bpf::Image> image_of(const std::uint8_t* data, std::size_t size) {
    const std::string text = fuzz::text_of(data, size);
    if (text.starts_with(mark())) {
        std::optional<bpf::Image> image = bpf::parse({data, size});
        if (image) {
            // Nothing else is accepted than what can be written.
            const std::vector<std::uint8_t> again = bpf::serialize(*image);
            fuzz::require(std::equal(again.begin(), again.end(), data, data + size));
        }
        return image;
    }
    std::optional<bpf::Image> image = fuzz::translate(text, size);
    if (image) {
        fuzz::require(ir::verify(image->user).empty());
        image->programs.clear();
        image->maps.clear();
        image->notes.clear();
        for (std::uint32_t i = 0; i < image->user.handlers.size(); ++i) {
            const ir::Handler& handler = image->user.handlers[i];
            if (handler.kind == ir::Handler::Kind::kernel) {
                image->notes.push_back(record_for(i, handler.replay_sites, i % 2 == 0));
                image->notes.push_back(record_for(i, handler.replay_sites, i % 2 == 1));
            }
        }
    }
    return image;
}

// Nothing of the machine shows: each input does the same each time.
execute::SessionOptions small_options(const bpf::Image& image) {
    execute::SessionOptions options;
    options.string_size = std::clamp(image.string_size, 2U, 4096U);
    options.max_actions = 5;
    options.max_actions_begin = 10;
    options.work_without_statement = 50'000;
    options.max_errors = image.max_errors % 16;
    options.max_map_entries = 100;
    options.histogram_elision = 2;
    options.arguments = {"1", "text"};
    options.measures_time = true;
    options.clock = [now = std::int64_t{0}](clockid_t) mutable { return now += 1000; };
    options.process_folder = "/nowhere";
    return options;
}

void run(const bpf::Image& image) {
    static const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    const bool is_terminal = image.max_skipped % 2 == 1;
    execute::Output output(nowhere, is_terminal);
    execute::Output messages(nowhere, is_terminal);
    if (image.max_skipped % 4 == 2) {
        output.use_json([] { return std::int64_t{0}; });
    }
    execute::Session session(image.user, small_options(image), output, messages);
    session.start(0);
    for (const std::string& record : image.notes) {
        session.record(std::as_bytes(std::span(record.data(), record.size())));
    }
    for (int i = 0; i < 3 && session.next_timer(); ++i) {
        session.run_timers(*session.next_timer());
    }
    for (const ir::Handler& handler : image.user.handlers) {
        if (handler.kind == ir::Handler::Kind::file_read) {
            session.read_file(handler.file.name);
        } else if (handler.kind == ir::Handler::Kind::file_write) {
            session.file_written(handler.file.name, image.user.handlers[0].definition);
        }
    }
    session.take_commands();
    session.finish(1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::optional<bpf::Image> image = image_of(data, size);
    if (!image || !ir::verify(image->user).empty() || image->user.handlers.size() > most_handlers ||
        image->user.functions.size() > most_functions || image->notes.size() > most_handlers) {
        return 0;
    }
    for (ir::Global& global : image->user.globals) {
        global.capacity = std::min(global.capacity, most_elements);
    }
    run(*image);
    return 0;
}

// Most changes are made to the program, not to its bytes, and those that verify() refuses are
// seldom kept.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned int seed) {
    std::optional<bpf::Image> image = image_of(data, size);
    if (!image || seed % 8 == 0) {
        return LLVMFuzzerMutate(data, size, most);
    }
    std::vector<std::uint8_t> bytes;
    for (unsigned int attempt = 0; attempt < 4; ++attempt) {
        bpf::Image changed = *image;
        fuzz::mutate(changed.user, seed + attempt);
        bytes = bpf::serialize(changed);
        if (ir::verify(changed.user).empty()) {
            break;
        }
    }
    if (bytes.size() > most) {
        return LLVMFuzzerMutate(data, size, most);
    }
    std::copy(bytes.begin(), bytes.end(), data);
    return bytes.size();
}
