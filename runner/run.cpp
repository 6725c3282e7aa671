#include "runner/run.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "runner/bpf/load.h"
#include "runner/bpf/load_check.h"
#include "runner/bpf/own_processes.h"
#include "runner/descriptor.h"
#include "runner/execute/output.h"
#include "runner/execute/session.h"
#include "runner/lifecycle/attach_progress.h"
#include "runner/lifecycle/attendant.h"
#include "runner/lifecycle/background.h"
#include "runner/lifecycle/caller_process.h"
#include "runner/lifecycle/deadline.h"
#include "runner/lifecycle/event_loop.h"
#include "runner/lifecycle/kernel_logs.h"
#include "runner/lifecycle/kernel_side.h"
#include "runner/lifecycle/monotonic_clock.h"
#include "runner/lifecycle/needs.h"
#include "runner/lifecycle/output_file.h"
#include "runner/lifecycle/standard_input.h"
#include "runner/lifecycle/symbol_file.h"
#include "runner/lifecycle/target_command.h"
#include "runner/pass_clock.h"
#include "runner/privileges.h"
#include "runner/targets/kernel.h"
#include "runner/text_output.h"

namespace sutap {

namespace {

using privileges::Capability;
using privileges::CapabilityScope;

constexpr int refused = 126;

// ---- before the run -----------------------------------------------------------------------------

// The programs see the caller's own processes from here on.
void confine_to_owner(bpf::Image& image, const options::Grant& grant,
                      const targets::Kernel& kernel) {
    if (const std::string wrong = bpf::beyond_own_processes(image); !wrong.empty()) {
        throw RequestError{"sutap-runner: refused: " + wrong + "\n", refused};
    }
    if (image.programs.empty()) {
        return;
    }
    const auto test = bpf::own_process_test(kernel, {grant.user, grant.group});
    for (bpf::Program& program : image.programs) {
        bpf::put_first(test, program);
    }
    image.notes.push_back("each program begins with a test of " + std::to_string(test.size()) +
                          " instructions: is it your own process?");
}

void check_image(bpf::Image& image, const RunRequest& request) {
    if (const std::string wrong = ir::verify(image.user); !wrong.empty()) {
        throw RequestError{"sutap-runner: the translator's result is refused: " + wrong + "\n"};
    }
    bpf::CheckOptions options;
    if (request.grant) {
        options.allowed_probes = request.grant->probes;
        options.most_memory = request.grant->maximum_memory;
        options.most_probes = request.grant->maximum_probes;
    }
    const auto kernel = std::make_shared<const targets::Kernel>();
    options.kernel_function_name = [kernel](std::uint32_t id) {
        const targets::Type type = kernel->described(id);
        return type.kind == targets::TypeKind::function ? type.name : std::string();
    };
    const bool is_own = options::is_own_scope(request.grant);
    // Where the policy names no probe points, nothing hangs on what is attached: the kernel's types
    // need not be read a second time.
    if (!options.allowed_probes.empty() || is_own) {
        options.kernel_attach_name = [kernel](std::uint32_t id, const std::string& module) {
            constexpr std::string_view tracepoint = "btf_trace_";
            const targets::Type type = kernel->described(id, module);
            const bool is_tracepoint =
                type.kind == targets::TypeKind::typedef_name && type.name.starts_with(tracepoint);
            return is_tracepoint ? type.name.substr(tracepoint.size())
                                 : (type.kind == targets::TypeKind::function ? type.name : "");
        };
    }
    if (const std::string wrong = bpf::check(image, options); !wrong.empty()) {
        throw RequestError{"sutap-runner: refused: " + wrong + "\n", refused};
    }
    if (is_own) {
        confine_to_owner(image, *request.grant, *kernel);
    }
    if (!image.programs.empty() && (!privileges::is_permitted(Capability::bpf) ||
                                    !privileges::is_permitted(Capability::perfmon))) {
        throw RequestError{
            "sutap-runner: not permitted to load BPF programs (needs CAP_BPF and CAP_PERFMON): "
            "run it through sutap, or as root\n"};
    }
}

// SIGINT and its like end the run; what the caller had ignored (nohup) stays ignored. SIGUSR2 asks
// for the next output file.
Descriptor make_signal_descriptor(bool has_output_file) {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
        struct sigaction action {};
        sigaction(signal, nullptr, &action);
        if (signal != SIGHUP || action.sa_handler != SIG_IGN) {
            sigaddset(&set, signal);
        }
    }
    if (has_output_file) {
        sigaddset(&set, SIGUSR2);
    }
    sigprocmask(SIG_BLOCK, &set, nullptr);
    Descriptor descriptor(signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
    if (!descriptor) {
        throw RequestError{std::string("sutap-runner: cannot receive signals: ") +
                           std::strerror(errno) + "\n"};
    }
    return descriptor;
}

std::optional<OutputFiles> output_files(const options::Options& options) {
    if (!options.output_file) {
        return std::nullopt;
    }
    return OutputFiles({*options.output_file, options.rotate_megabytes > 0, options.rotate_count});
}

Descriptor open_first(std::optional<OutputFiles>& files) {
    if (!files) {
        return {};
    }
    // Only root without a grant has it.
    const CapabilityScope raised{Capability::write_files};
    Descriptor file = files->open_next();
    if (!file) {
        throw RequestError{"sutap-runner: cannot write to " + files->name() + ": " +
                           std::strerror(errno) + "\n"};
    }
    return file;
}

// The kernel's symbols are for root, and for whom the grant gives their file; what they tell of
// addresses is hidden where the grant says so.
std::shared_ptr<const execute::Symbols> symbols_for(const bpf::Image& image,
                                                    const RunRequest& request) {
    using elaborate::Builtin;
    const bool needs_symbols =
        !image.symbols.empty() || calls(image.user, Builtin::stack_text, Builtin::shown_address);
    if (!needs_symbols && !calls(image.user, Builtin::probed_function)) {
        return nullptr;
    }
    if (!request.grant) {
        return read_symbols(std::nullopt);
    }
    if (options::is_own_scope(request.grant)) {
        return std::make_shared<const execute::Symbols>();  // none, whatever was opened
    }
    const int file =
        options::descriptor_of(*request.grant, options::GrantedDescriptor::Kind::kallsyms);
    if (file < 0) {
        if (!needs_symbols) {
            return nullptr;
        }
        throw RequestError{
            "sutap-runner: refused: the script needs the kernel's symbols (backtraces, addr(), "
            "symname(), &@var), which this grant does not give\n",
            refused};
    }
    return read_symbols(file);
}

// Of the image's symbols.
std::vector<std::uint64_t> addresses_for(const bpf::Image& image, const execute::Symbols* symbols) {
    std::vector<std::uint64_t> addresses;
    for (const std::string& symbol : image.symbols) {
        const std::size_t colon = symbol.find(':');
        const bool is_of_module = colon != std::string::npos;
        const std::string name = is_of_module ? symbol.substr(colon + 1) : symbol;
        const auto found = symbols == nullptr
                               ? std::vector<std::uint64_t>()
                               : symbols->addresses_of(
                                     name, is_of_module ? symbol.substr(0, colon) : std::string());
        if (found.size() != 1) {
            throw RequestError{"sutap-runner: &@var(\"" + name + "\"): " +
                               (found.empty() ? "the kernel does not tell its address"
                                              : "the kernel has " + std::to_string(found.size()) +
                                                    " symbols of this name") +
                               "\n"};
        }
        addresses.push_back(found.front());
    }
    return addresses;
}

execute::SessionOptions session_options(const RunRequest& request, std::int64_t target,
                                        const KernelLogs& logs) {
    const options::Options& given = request.options;
    const Limits& limits = request.limits;
    execute::SessionOptions options;
    options.string_size = limits.string_size;
    options.max_actions = limits.max_actions;
    options.max_actions_begin = limits.max_actions_begin;
    options.max_nesting = limits.max_nesting;
    options.max_errors = limits.max_errors;
    options.max_map_entries = limits.max_map_entries;
    options.file_capacity = limits.file_capacity;
    options.histogram_elision = limits.histogram_elision;
    options.target = target;
    options.module_name = given.session_name.value_or("");
    options.kernel_log = logs.log.get();
    options.trace_marker = logs.marker.get();
    options.arguments = given.arguments;
    options.suppress_handler_errors = given.suppresses_handler_errors;
    options.suppress_warnings = given.suppresses_warnings;
    options.print_globals_at_exit = given.displays_globals;
    options.measures_time = given.measures_time;
    options.hides_addresses = options::hides_addresses(request.grant);
    return options;
}

// The processes and files beside the BPF programs; all of it begins before anything is raised.
class Surroundings {
  public:
    Surroundings(const ir::Program& program, const RunRequest& request)
        : signals_(make_signal_descriptor(request.options.output_file.has_value())),
          files_(output_files(request.options)),
          file_(open_first(files_)),
          logs_(open_kernel_logs(program, request.options.guru)) {
        const options::Options& options = request.options;
        const std::vector<std::string> environment = caller_environment(request.grant);
        std::vector<ProbeFile> files = probe_files(program);
        if (!files.empty() || files_ || calls(program, elaborate::Builtin::system)) {
            const std::string own_name = "sutap_" + std::to_string(getpid());
            attendant_.emplace(AttendantTasks{std::move(files),
                                              options.session_name.value_or(own_name), files_,
                                              environment, file_.get(), options.in_background});
        }
        if (std::ranges::any_of(program.handlers, is_input)) {
            const bool by_character =
                std::ranges::any_of(program.handlers, [](const ir::Handler& handler) {
                    return is_input(handler) &&
                           handler.file.name == elaborate::input_characters_name;
                });
            input_.emplace(by_character, request.limits.string_size - 1);
        }
        if (options.command) {
            command_.emplace(*options.command, environment);
        }
    }

    int output() const { return file_ ? file_.get() : STDOUT_FILENO; }
    std::int64_t target(const options::Options& options) const {
        return command_ ? command_->process() : options.target_pid.value_or(0);
    }
    std::string notes(const options::Options& options) const {
        std::string text;
        if (options.verbosity_of(5) > 0 && attendant_ && !attendant_->folder().empty()) {
            text += "The procfs files are in " + attendant_->folder() + ".\n";
        }
        if (logs_.lacks_marker && !options.suppresses_warnings) {
            text += "WARNING: no access to ftrace's buffer: what ftrace() says is dropped\n";
        }
        return text;
    }
    const KernelLogs& logs() const { return logs_; }
    bool changes_terminal() const { return input_ && input_->changed_terminal(); }

    EventLoop::Parts parts(execute::Session& session, execute::Output& output) {
        EventLoop::Parts parts{.session = session, .output = output, .signals = signals_};
        parts.has_files = files_.has_value();
        parts.attendant = attendant_ ? &*attendant_ : nullptr;
        parts.input = input_ ? &*input_ : nullptr;
        parts.command = command_ ? &*command_ : nullptr;
        return parts;
    }

  private:
    Descriptor signals_;
    std::optional<OutputFiles> files_;
    Descriptor file_;
    KernelLogs logs_;
    std::optional<Attendant> attendant_;
    std::optional<StandardInput> input_;
    std::optional<TargetCommand> command_;
};

std::int64_t deadline_after(std::int64_t start, std::uint64_t seconds) {
    constexpr auto most = static_cast<std::uint64_t>(EventLoop::never / second / 4);
    return seconds > 0 && seconds < most ? start + static_cast<std::int64_t>(seconds) * second
                                         : EventLoop::never;
}

void report(const RunRequest& request, const std::vector<std::string>& lines) {
    for (const std::string& line : lines) {
        if (request.options.verbosity_of(5) > 0) {
            write_all(STDERR_FILENO, line + "\n");
        }
    }
}

// Those that end a session are blocked while it begins.
bool is_interrupted() {
    sigset_t pending;
    sigemptyset(&pending);
    sigpending(&pending);
    return std::ranges::any_of(std::array{SIGINT, SIGTERM, SIGHUP, SIGQUIT},
                               [&](int signal) { return sigismember(&pending, signal) == 1; });
}

bpf::Progress progress_for(const RunRequest& request) {
    std::optional<AttachProgress> line;
    if (isatty(STDERR_FILENO) == 1 && !request.options.in_background && !request.options.quiet) {
        line.emplace(STDERR_FILENO);
    }
    return [line](std::size_t done, std::size_t all) mutable {
        const bool ends = done != all && is_interrupted();
        if (line) {
            (*line)(ends ? all : done, all);
        }
        if (ends) {
            throw bpf::LoadError{"interrupted when " + std::to_string(done) + " of " +
                                 std::to_string(all) + " programs were attached"};
        }
    };
}

KernelSide::Settings kernel_settings(const RunRequest& request, std::int64_t target,
                                     std::int64_t deadline) {
    KernelSide::Settings settings;
    settings.target = target;
    settings.deadline = deadline == EventLoop::never ? 0 : deadline;
    settings.progress = progress_for(request);
    if (request.grant) {
        for (const options::GrantedDescriptor& one : request.grant->descriptors) {
            if (one.kind == options::GrantedDescriptor::Kind::perf_event) {
                settings.granted.push_back({one.number, one.name});
            } else if (one.kind == options::GrantedDescriptor::Kind::module_btf) {
                settings.modules.emplace(one.name, Descriptor(one.number));
            }
        }
    }
    return settings;
}

// Each event that a program is attached to takes a descriptor. The caller's commands, which have
// been forked by then, keep the caller's own limit.
void allow_many_descriptors() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);  // without it the attaching says what it lacks
    }
}

// Each slot begins with its holder's number, in ten places (suid/sessions.cpp): `sutap --stop` goes
// by it.
void take_over_slots(const options::Grant& grant) {
    char number[16];
    const int length = std::snprintf(number, sizeof number, "%10d ", getpid());
    for (const options::GrantedDescriptor& one : grant.descriptors) {
        if (one.kind == options::GrantedDescriptor::Kind::slot &&
            pwrite(one.number, number, static_cast<std::size_t>(length), 0) != length) {
            throw RequestError{"sutap-runner: cannot write the session's file\n"};
        }
    }
}

// From here on in the background, if asked for; gives what is to be told when all is at work.
Descriptor into_background(const bpf::Image& image, const RunRequest& request) {
    if (!request.options.in_background) {
        return {};
    }
    if (std::ranges::any_of(image.user.handlers, is_input)) {
        throw RequestError{
            "sutap-runner: input probes read standard input, which -F gives up: run it without "
            "-F\n"};
    }
    Descriptor ready = go_into_background();
    if (request.grant) {
        take_over_slots(*request.grant);
    }
    return ready;
}

// What a session writes to, within the limits of its grant.
struct Outputs {
    Outputs(int descriptor, const RunRequest& request, std::int64_t deadline)
        : script(execute::Output::for_descriptor(descriptor)),
          messages(execute::Output::for_descriptor(STDERR_FILENO)) {
        if (request.options.format == options::Format::json) {
            script.use_json([] { return nanoseconds(CLOCK_REALTIME); });
        }
        budget.limit = request.grant ? request.grant->maximum_output : 0;
        for (execute::Output* output : {&script, &messages}) {
            output->use_budget(budget);
            output->give_up_after(deadline);
        }
    }
    Outputs(const Outputs&) = delete;
    Outputs& operator=(const Outputs&) = delete;
    ~Outputs() = default;

    execute::OutputBudget budget;
    execute::Output script;
    execute::Output messages;
};

void say_last_words(const RunRequest& request, const std::string& losses, const PassClock& clock,
                    const SessionEnd& end) {
    std::string text = losses;
    if (request.options.verbosity_of(5) > 0) {
        text += "Pass 5: run completed in " + clock.times() + ".\n";
    }
    if (end.status != 0 && !request.options.quiet) {
        text += "Pass 5: run failed.  [man error::pass5]\n";
    }
    // Also with -q: it is no warning, but says why there is no more.
    text += request.grant ? limit_message(*request.grant, end.reason) : "";
    write_all(STDERR_FILENO, text);
}

}  // namespace

int run(bpf::Image image, const RunRequest& request) {
    check_image(image, request);
    if (request.options.verbosity_of(5) > 0) {
        report(request, image.notes);
        write_all(STDERR_FILENO, "Pass 5: starting run.\n");
    }
    const PassClock clock;
    Descriptor ready = into_background(image, request);
    const std::int64_t start = monotonic();
    const std::uint64_t granted_seconds = request.grant ? request.grant->maximum_seconds : 0;
    const std::int64_t hard_deadline = deadline_after(start, granted_seconds);
    if (hard_deadline != EventLoop::never) {
        kill_at(hard_deadline + killed_after);
    }
    Surroundings surroundings(image.user, request);
    write_all(STDERR_FILENO, surroundings.notes(request.options));
    Outputs outputs(surroundings.output(), request, hard_deadline);
    const std::int64_t target = surroundings.target(request.options);
    execute::SessionOptions settings = session_options(request, target, surroundings.logs());
    settings.symbols = symbols_for(image, request);
    KernelSide::Settings kernel_side = kernel_settings(request, target, hard_deadline);
    kernel_side.symbols = addresses_for(image, settings.symbols.get());
    execute::Session session(image.user, std::move(settings), outputs.script, outputs.messages);
    std::optional<KernelSide> kernel;
    if (!image.programs.empty()) {
        allow_many_descriptors();
        kernel.emplace(image, std::move(kernel_side), [&](std::span<const std::byte> bytes) {
            session.record(bytes);
            if (session.exiting()) {
                kernel->stop();
            }
        });
        report(request, kernel->attached().notes);
        image.programs.clear();
    }
    if (hard_deadline != EventLoop::never) {
        interrupt_from(hard_deadline + interrupted_after);
    }
    privileges::drop_all();
    privileges::confine_session(surroundings.changes_terminal());

    EventLoop::Parts parts = surroundings.parts(session, outputs.script);
    parts.kernel = kernel ? &*kernel : nullptr;
    parts.deadline = deadline_after(start, request.options.maximum_seconds);
    parts.limit = hard_deadline;
    parts.ready = std::move(ready);
    EventLoop loop(std::move(parts), request.options.rotate_megabytes << 20U);
    loop.run();
    const int status = loop.finish();
    // Before the last words, for which a reader may let us wait.
    request.record.write({loop.reason(), outputs.budget.used, status});
    const std::string losses = kernel ? kernel->losses() : "";
    kernel.reset();
    say_last_words(request, losses, clock, {loop.reason(), outputs.budget.used, status});
    return status;
}

}  // namespace sutap
