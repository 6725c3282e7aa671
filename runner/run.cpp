#include "runner/run.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <memory>

#include "runner/bpf/attach.h"
#include "runner/bpf/load.h"
#include "runner/bpf/load_check.h"
#include "runner/bpf/ring_buffer.h"
#include "runner/descriptor.h"
#include "runner/execute/output.h"
#include "runner/execute/session.h"
#include "runner/pass_clock.h"
#include "runner/privileges.h"
#include "runner/targets/kernel.h"
#include "runner/text_output.h"

namespace sutap {

namespace {

using bpf::ControlLayout;
using privileges::Capability;
using privileges::CapabilityScope;

constexpr int refused = 126;
constexpr std::int64_t second = 1'000'000'000;
constexpr std::size_t records_a_tick = 4096;

std::int64_t nanoseconds(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return time.tv_sec * second + time.tv_nsec;
}

std::int64_t monotonic() {
    return nanoseconds(CLOCK_MONOTONIC);
}

// ---- before the run -----------------------------------------------------------------------------

void check_image(const bpf::Image& image, const RunRequest& request) {
    if (const std::string wrong = ir::verify(image.user); !wrong.empty()) {
        throw RequestError{"sutap-runner: the translator's result is refused: " + wrong + "\n"};
    }
    bpf::CheckOptions options;
    if (request.grant) {
        options.allowed_probes = request.grant->probes;
        options.granted_descriptors = request.grant->descriptors.size();
    }
    const auto kernel = std::make_shared<const targets::Kernel>();
    options.kernel_function_name = [kernel](std::uint32_t id) {
        const targets::Type type = kernel->types().type(id);
        return type.kind == targets::TypeKind::function ? type.name : std::string();
    };
    // Where the policy names no probe points, nothing hangs on what is attached: the kernel's types
    // need not be read a second time.
    if (!options.allowed_probes.empty()) {
        options.kernel_attach_name = [kernel](std::uint32_t id) {
            constexpr std::string_view tracepoint = "btf_trace_";
            const targets::Type type = kernel->types().type(id);
            const bool is_tracepoint =
                type.kind == targets::TypeKind::typedef_name && type.name.starts_with(tracepoint);
            return is_tracepoint ? type.name.substr(tracepoint.size())
                                 : (type.kind == targets::TypeKind::function ? type.name : "");
        };
    }
    if (const std::string wrong = bpf::check(image, options); !wrong.empty()) {
        throw RequestError{"sutap-runner: refused: " + wrong + "\n", refused};
    }
    if (!image.programs.empty() && (!privileges::is_permitted(Capability::bpf) ||
                                    !privileges::is_permitted(Capability::perfmon))) {
        throw RequestError{
            "sutap-runner: not permitted to load BPF programs (needs CAP_BPF and CAP_PERFMON): "
            "run it through sutap, or as root\n"};
    }
}

// SIGINT and its like end the run; what the caller had ignored (nohup) stays ignored.
Descriptor make_signal_descriptor() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
        struct sigaction action {};
        sigaction(signal, nullptr, &action);
        if (signal != SIGHUP || action.sa_handler != SIG_IGN) {
            sigaddset(&set, signal);
        }
    }
    sigprocmask(SIG_BLOCK, &set, nullptr);
    Descriptor descriptor(signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
    if (!descriptor) {
        throw RequestError{std::string("sutap-runner: cannot receive signals: ") +
                           std::strerror(errno) + "\n"};
    }
    return descriptor;
}

// -o: strftime(3) fills in the name's % directives, as stap does.
Descriptor open_output(const RunRequest& request) {
    if (!request.options.output_file) {
        return {};
    }
    std::array<char, 4096> name{};
    const time_t now = time(nullptr);
    tm local{};
    localtime_r(&now, &local);
    const std::string& pattern = *request.options.output_file;
    const bool has_directives = pattern.find('%') != std::string::npos;
    if (!has_directives || strftime(name.data(), name.size(), pattern.c_str(), &local) == 0) {
        pattern.copy(name.data(), name.size() - 1);
    }
    // Only root without a grant has it.
    const CapabilityScope raised{Capability::write_files};
    Descriptor file(open(name.data(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (!file) {
        throw RequestError{std::string("sutap-runner: cannot write to ") + name.data() + ": " +
                           std::strerror(errno) + "\n"};
    }
    return file;
}

execute::SessionOptions session_options(const RunRequest& request) {
    const options::Options& given = request.options;
    const Limits& limits = request.limits;
    execute::SessionOptions options;
    options.string_size = limits.string_size;
    options.max_actions = limits.max_actions;
    options.max_actions_begin = limits.max_actions_begin;
    options.max_nesting = limits.max_nesting;
    options.max_errors = limits.max_errors;
    options.max_map_entries = limits.max_map_entries;
    options.target = given.target_pid.value_or(0);
    options.arguments = given.arguments;
    options.suppress_handler_errors = given.suppresses_handler_errors;
    options.suppress_warnings = given.suppresses_warnings;
    options.print_globals_at_exit = given.displays_globals;
    return options;
}

// ---- what runs in the kernel --------------------------------------------------------------------

// The programs at work. They are stopped until start().
class KernelSide {
  public:
    KernelSide(const bpf::Image& image, const RunRequest& request, std::int64_t deadline,
               bpf::RingBuffer::Consumer consumer)
        : maps_(make_maps(image)),
          control_(maps_.front()),
          records_(ring_buffer_of(image, maps_), std::move(consumer)) {
        control_.write(ControlLayout::stopped, 1);
        control_.write(ControlLayout::deadline, static_cast<std::uint64_t>(deadline));
        control_.write(ControlLayout::target,
                       static_cast<std::uint64_t>(request.options.target_pid.value_or(0)));
        refresh_clock();
        std::vector<int> granted;
        if (request.grant) {
            std::ranges::transform(request.grant->descriptors, std::back_inserter(granted),
                                   &options::GrantedDescriptor::number);
        }
        attached_ = bpf::attach(image, maps_, granted);
    }

    void start() { control_.write(ControlLayout::stopped, 0); }
    void stop() { control_.write(ControlLayout::stopped, 1); }
    // BPF has no wall clock: programs add this to the monotonic one.
    void refresh_clock() {
        control_.write(ControlLayout::clock_offset,
                       static_cast<std::uint64_t>(nanoseconds(CLOCK_REALTIME) - monotonic()));
    }
    int descriptor() const { return records_.descriptor(); }
    std::size_t consume() { return records_.consume(records_a_tick); }
    const bpf::Attached& attached() const { return attached_; }
    std::uint64_t lost_records() const { return control_.read(ControlLayout::lost_records); }

    // What was lost, a line each.
    std::string losses() const {
        std::string text;
        const auto add = [&](std::uint32_t counter, const std::string& what) {
            if (const std::uint64_t count = control_.read(counter); count > 0) {
                text += "WARNING: " + std::to_string(count) + " " + what + "\n";
            }
        };
        add(ControlLayout::lost_records, "records lost (ring buffer full: try a larger -s)");
        add(ControlLayout::lost_entries, "@entry values lost (too many calls in flight)");
        add(ControlLayout::cut_records, "records cut (too many values in one)");
        if (attached_.skipped > 0) {
            text += "WARNING: " + std::to_string(attached_.skipped) +
                    " probe points could not be attached\n";
        }
        return text;
    }

  private:
    static std::vector<Descriptor> make_maps(const bpf::Image& image) {
        const CapabilityScope raised{Capability::bpf, Capability::perfmon};
        return bpf::create_maps(image.maps);
    }
    static const Descriptor& ring_buffer_of(const bpf::Image& image,
                                            const std::vector<Descriptor>& maps) {
        const auto found =
            std::ranges::find(image.maps, bpf::Map::Kind::ring_buffer, &bpf::Map::kind);
        if (found == image.maps.end()) {
            throw bpf::LoadError{"there is no ring buffer"};
        }
        return maps[static_cast<std::size_t>(found - image.maps.begin())];
    }

    std::vector<Descriptor> maps_;
    bpf::ControlPage control_;
    bpf::RingBuffer records_;
    bpf::Attached attached_;
};

// ---- the run ------------------------------------------------------------------------------------

class EventLoop {
  public:
    // `deadline`: CLOCK_MONOTONIC, the earlier of -T and the grant's.
    EventLoop(execute::Session& session, execute::Output& output, KernelSide* kernel,
              const Descriptor& signals, std::int64_t deadline)
        : session_(session),
          output_(output),
          kernel_(kernel),
          signals_(signals),
          deadline_(deadline) {}

    void run() {
        session_.start(monotonic());
        if (kernel_ != nullptr && !session_.exiting()) {
            // As in stap, what happens before the begin handlers are done is not seen; who reads
            // their output may count on the probes.
            kernel_->start();
        }
        output_.flush();
        std::int64_t next_refresh = monotonic() + second;
        while (!session_.exiting()) {
            const bool has_signal = wait(next_refresh);
            const std::int64_t now = monotonic();
            if (kernel_ != nullptr && now >= next_refresh) {
                kernel_->refresh_clock();
                next_refresh = now + second;
            }
            more_records_ = kernel_ != nullptr && kernel_->consume() == records_a_tick;
            session_.run_timers(now);
            if (has_signal || now >= deadline_) {
                drain();
                session_.exit();
            }
            output_.flush();
        }
        if (kernel_ != nullptr) {
            kernel_->stop();
        }
    }

  private:
    // Until something is to be done; true if a signal asks for the end.
    bool wait(std::int64_t next_refresh) const {
        std::int64_t until = deadline_;
        if (const auto timer = session_.next_timer()) {
            until = std::min(until, *timer);
        }
        if (kernel_ != nullptr) {
            until = std::min(until, next_refresh);
        }
        const std::int64_t left =
            more_records_ ? 0 : std::max<std::int64_t>(until - monotonic(), 0);
        const timespec timeout{left / second, left % second};
        std::array<pollfd, 2> waiting{
            pollfd{signals_.get(), POLLIN, 0},
            pollfd{kernel_ != nullptr ? kernel_->descriptor() : -1, POLLIN, 0}};
        const bool forever = until == std::numeric_limits<std::int64_t>::max();
        ppoll(waiting.data(), waiting.size(), forever ? nullptr : &timeout, nullptr);
        return (waiting[0].revents & POLLIN) != 0;
    }

    // All that happened before now, and nothing after it.
    void drain() {
        if (kernel_ != nullptr) {
            kernel_->stop();
            while (kernel_->consume() == records_a_tick && !session_.exiting()) {
            }
        }
    }

    execute::Session& session_;
    execute::Output& output_;
    KernelSide* kernel_;
    const Descriptor& signals_;
    std::int64_t deadline_;
    bool more_records_ = false;
};

std::int64_t deadline_after(std::int64_t start, std::uint64_t seconds) {
    constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
    const bool is_set = seconds > 0 && seconds < static_cast<std::uint64_t>(never / second / 4);
    return is_set ? start + static_cast<std::int64_t>(seconds) * second : never;
}

void report(const RunRequest& request, const std::vector<std::string>& lines) {
    for (const std::string& line : lines) {
        if (request.options.verbosity > 0) {
            write_all(STDERR_FILENO, line + "\n");
        }
    }
}

}  // namespace

int run(bpf::Image image, const RunRequest& request) {
    check_image(image, request);
    if (request.options.verbosity > 0) {
        report(request, image.notes);
        write_all(STDERR_FILENO, "Pass 5: starting run.\n");
    }
    const PassClock clock;
    const std::int64_t start = monotonic();
    const std::uint64_t granted_seconds = request.grant ? request.grant->maximum_seconds : 0;
    const std::int64_t hard_deadline = deadline_after(start, granted_seconds);
    const Descriptor signals = make_signal_descriptor();
    const Descriptor file = open_output(request);
    execute::Output output = execute::Output::for_descriptor(file ? file.get() : STDOUT_FILENO);
    execute::Output messages = execute::Output::for_descriptor(STDERR_FILENO);
    execute::Session session(image.user, session_options(request), output, messages);
    std::optional<KernelSide> kernel;
    if (!image.programs.empty()) {
        kernel.emplace(image, request, granted_seconds > 0 ? hard_deadline : 0,
                       [&](std::span<const std::byte> bytes) {
                           session.record(bytes);
                           if (session.exiting()) {
                               kernel->stop();
                           }
                       });
        report(request, kernel->attached().notes);
        image.programs.clear();
    }
    privileges::drop_all();
    privileges::confine_session();

    const std::int64_t deadline =
        std::min(hard_deadline, deadline_after(start, request.options.maximum_seconds));
    EventLoop(session, output, kernel ? &*kernel : nullptr, signals, deadline).run();
    const int status = session.finish(kernel ? kernel->lost_records() : 0);
    if (kernel) {
        write_all(STDERR_FILENO, kernel->losses());
    }
    if (request.options.verbosity > 0) {
        write_all(STDERR_FILENO, "Pass 5: run completed in " + clock.times() + ".\n");
    }
    if (status != 0 && !request.options.quiet) {
        write_all(STDERR_FILENO, "Pass 5: run failed.  [man error::pass5]\n");
    }
    return status;
}

}  // namespace sutap
