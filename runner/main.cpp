// sutap-runner: from a script's text to what it prints. The list of the passes; each is a room.
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <functional>

#include "runner/bpf/image.h"
#include "runner/bpf/load.h"
#include "runner/descriptor.h"
#include "runner/lifecycle/deadline.h"
#include "runner/lifecycle/monotonic_clock.h"
#include "runner/limits.h"
#include "runner/options/grant.h"
#include "runner/options/options.h"
#include "runner/privileges.h"
#include "runner/run.h"
#include "runner/session_end.h"
#include "runner/targets/kernel.h"
#include "runner/text_output.h"
#include "runner/translate.h"
#include "runner/translator.h"

namespace {

using namespace sutap;

constexpr int system_at_fault = 125;
constexpr std::size_t largest_text = std::size_t{16} << 20U;
constexpr int sealed = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

[[noreturn]] void broken(const std::string& sentence) {
    throw RequestError{"sutap-runner: " + sentence + "\n", system_at_fault};
}

// Nothing that is opened later may get the number of a standard stream.
void occupy_standard_streams() {
    for (int number = STDIN_FILENO; number <= STDERR_FILENO; ++number) {
        if (fcntl(number, F_GETFD) < 0 && open("/dev/null", O_RDWR) != number) {
            std::_Exit(system_at_fault);
        }
    }
}

// nullopt, with errno set, if it cannot be read or is too long.
std::optional<std::string> read_text(int descriptor) {
    std::string text;
    char buffer[65536];
    ssize_t size = 0;
    while ((size = read(descriptor, buffer, sizeof buffer)) > 0) {
        text.append(buffer, static_cast<std::size_t>(size));
        if (text.size() > largest_text) {
            errno = EFBIG;
            return std::nullopt;
        }
    }
    return size == 0 ? std::optional(text) : std::nullopt;
}

// The text of a descriptor that the front end passed on; it is closed then.
std::string read_sealed(int number, const std::string& what) {
    const Descriptor file(number);
    if ((fcntl(number, F_GET_SEALS) & sealed) != sealed || fcntl(number, F_GETFD) < 0) {
        broken("descriptor " + std::to_string(number) + " is not " + what + " of sutap");
    }
    lseek(number, 0, SEEK_SET);
    std::optional<std::string> text = read_text(number);
    if (!text) {
        broken("cannot read " + what + ": " + std::strerror(errno));
    }
    return *text;
}

// No program that is executed here inherits them; and what is no log is not written to.
void keep_in_this_process(const std::vector<options::GrantedDescriptor>& descriptors) {
    for (const options::GrantedDescriptor& one : descriptors) {
        const int flags = fcntl(one.number, F_GETFL);
        if (fcntl(one.number, F_SETFD, FD_CLOEXEC) != 0 || flags < 0) {
            broken("descriptor " + std::to_string(one.number) + " of the grant is not open");
        }
        if (one.kind == options::GrantedDescriptor::Kind::audit && (flags & O_APPEND) == 0) {
            broken("descriptor " + std::to_string(one.number) + " is not the audit log");
        }
    }
}

std::optional<options::Grant> read_grant(const options::Options& options) {
    if (!options.grant_descriptor) {
        return std::nullopt;
    }
    options::GrantResult result =
        options::parse_grant(read_sealed(*options.grant_descriptor, "a grant"));
    if (!result.grant) {
        broken("the grant is refused: " + result.error);
    }
    if (result.grant->user != getuid() || result.grant->group != getgid()) {
        broken("the grant is another user's");
    }
    keep_in_this_process(result.grant->descriptors);
    if (const std::string reason = conflict(*result.grant, options); !reason.empty()) {
        broken(reason);
    }
    return std::move(result.grant);
}

Script read_script(const options::Options& options, const std::optional<options::Grant>& grant) {
    if (grant) {
        return {grant->script_name, read_sealed(grant->script_descriptor, "a script")};
    }
    if (!options.needs_script()) {
        return {};
    }
    if (options.script_text) {
        return {"<input>", *options.script_text};
    }
    const std::string path = options.script_path.value_or("-");
    // Only root has the capability.
    const privileges::CapabilityScope raised{privileges::Capability::read_files};
    const Descriptor file(path == "-" ? dup(STDIN_FILENO)
                                      : open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    std::optional<std::string> text = file ? read_text(file.get()) : std::nullopt;
    if (!text) {
        throw RequestError{"sutap-runner: cannot read the script " + path + ": " +
                           std::strerror(errno) + "\n"};
    }
    return {path == "-" ? "<input>" : path, std::move(*text)};
}

// What the front end kept of the caller's surroundings.
void take_on(const options::Caller& caller) {
    umask(caller.file_mode_mask);
    if (caller.time_zone) {
        setenv("TZ", caller.time_zone->c_str(), 1);
    }
    if (caller.terminal) {
        setenv("TERM", caller.terminal->c_str(), 1);
    }
}

void apply(const std::vector<options::ResourceLimit>& limits) {
    for (const options::ResourceLimit& limit : limits) {
        const rlimit both{limit.value, limit.value};
        if (setrlimit(static_cast<__rlimit_resource>(limit.resource), &both) != 0) {
            throw RequestError{std::string("sutap-runner: cannot set a resource limit: ") +
                               std::strerror(errno) + "\n"};
        }
    }
}

int translate_and_run(const options::Options& options, const std::optional<options::Grant>& grant,
                      EndRecord& record) {
    if (grant) {
        take_on(grant->caller);
    }
    const Script script = read_script(options, grant);
    const Limits limits = limits_of(options);
    const TranslateRequest request{
        options,
        limits,
        script,
        grant && grant->maximum_seconds > 0,
        grant && grant->user != 0,
        !grant && privileges::is_permitted(privileges::Capability::administer),
        options::is_own_scope(grant),
        options::hides_addresses(grant)};
    const TranslatorResult translated =
        run_translator([&](int output) { return translate(request, output); });
    if (translated.exit_status != 0 || translated.image.empty()) {
        return translated.exit_status;
    }
    std::optional<bpf::Image> image = bpf::parse(translated.image);
    if (!image) {
        broken("the translator's result is refused: it is malformed");
    }
    return run(std::move(*image), {options, limits, grant, record});
}

// What `work` returns, or throws and is told of here: the exit status.
int status_of(const std::function<int()>& work) {
    try {
        return work();
    } catch (const RequestError& error) {
        write_all(STDERR_FILENO, error.message);
        return error.exit_status;
    } catch (const bpf::LoadError& error) {
        write_all(STDERR_FILENO,
                  "ERROR: " + error.message + "\nPass 5: run failed.  [man error::pass5]\n");
        return 1;
    } catch (const privileges::PrivilegeError& error) {
        complain(error.message);
        return system_at_fault;
    } catch (const targets::TargetError& error) {
        complain(error.message);
        return 1;
    } catch (const std::exception& error) {
        complain(error.what());
        return 1;
    }
}

// A session counts against its user's others from the start: stopped before it has a deadline, it
// must not do so for ever.
void kill_after(std::uint64_t seconds) {
    constexpr std::uint64_t for_translation = 120;
    kill_at(monotonic() + static_cast<std::int64_t>(seconds + for_translation) * second);
}

int serve(const options::Options& options) {
    apply(options.limits);
    const std::optional<options::Grant> grant = read_grant(options);
    if (grant && grant->maximum_seconds > 0) {
        kill_after(grant->maximum_seconds);
    }
    EndRecord record(grant);
    const int status = status_of([&] { return translate_and_run(options, grant, record); });
    record.write({SessionEnd::Reason::error, 0, status});
    return status;
}

int run_main(int argc, char** argv) {
    occupy_standard_streams();
    signal(SIGPIPE, SIG_IGN);
    privileges::become_undumpable();
    privileges::hold_back();
    const options::OptionsResult parsed = options::parse_options(argc, argv);
    if (!parsed.options) {
        write_all(STDERR_FILENO, parsed.error);
        return parsed.exit_status;
    }
    switch (parsed.options->action) {
        case options::Action::help:
            write_all(STDOUT_FILENO, options::usage());
            return 0;
        case options::Action::version:
            write_all(STDOUT_FILENO, options::version());
            return 0;
        case options::Action::nothing:
            return 0;
        default:
            return serve(*parsed.options);
    }
}

}  // namespace

int main(int argc, char** argv) {
    return status_of([&] { return run_main(argc, argv); });
}
