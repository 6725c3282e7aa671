#include "runner/bpf/attach.h"

#include <bpf/bpf.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "runner/bpf/perf_events.h"
#include "runner/privileges.h"

namespace sutap::bpf {

namespace {

using privileges::Capability;
using privileges::CapabilityScope;

// What the kernel means by an error number, here and in kernel/bpf/trampoline.c (6.1) for links,
// kernel/kprobes.c for kprobes.
std::string reason_for(const Program& program, int error) {
    const bool is_link = program.kind == AttachKind::fentry || program.kind == AttachKind::fexit;
    const bool is_kprobe =
        program.kind == AttachKind::kprobe || program.kind == AttachKind::kretprobe;
    if (is_link && error == E2BIG) {  // BPF_MAX_TRAMP_LINKS
        return "the kernel runs at most 38 programs at one function, those of other sessions "
               "included: put handlers together";
    }
    if (is_link && error == EBUSY) {
        return "the kernel lets no program be linked to this function (it is notrace, as all of "
               "lib/ is)";
    }
    // __register_trace_kprobe() of kernel/trace/trace_kprobe.c
    if (is_kprobe && error == EINVAL) {
        return "the kernel lets no kprobe be set there (the function is notrace, or on its "
               "blacklist)";
    }
    return std::strerror(error);
}

[[noreturn]] void fail(const Program& program, const std::string& what) {
    const std::string reason = reason_for(program, errno);
    throw LoadError{"cannot " + what + " " + program.attach_name + " for " + program.point + ": " +
                    reason};
}

// The number in a small file of sysfs, behind `prefix`.
std::uint32_t number_in(const std::string& path, std::string_view prefix) {
    std::uint32_t number = 0;
    const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    char text[64];
    const ssize_t size = file ? read(file.get(), text, sizeof text) : -1;
    const auto length = static_cast<std::ptrdiff_t>(prefix.size());
    if (size <= length ||
        !std::string_view(text, static_cast<std::size_t>(size)).starts_with(prefix) ||
        std::from_chars(text + length, text + size, number).ec != std::errc{}) {
        throw LoadError{"this kernel has no kprobe events: " + path + " is missing"};
    }
    return number;
}

// A kprobe or kretprobe of our own (linux/perf_event.h: config1 is the name, config2 the offset).
Descriptor open_kprobe(const Program& program) {
    const std::string folder = "/sys/bus/event_source/devices/kprobe/";
    perf_event_attr attributes{};
    attributes.size = sizeof attributes;
    attributes.type = number_in(folder + "type", "");
    if (program.kind == AttachKind::kretprobe) {
        attributes.config = std::uint64_t{1} << number_in(folder + "format/retprobe", "config:");
    }
    const std::string name =
        (program.attach_module.empty() ? "" : program.attach_module + ":") + program.attach_name;
    attributes.config1 = std::bit_cast<std::uint64_t>(name.c_str());
    attributes.config2 = program.offset;
    const CapabilityScope raised{Capability::perfmon, Capability::administer};
    Descriptor event(static_cast<int>(
        syscall(SYS_perf_event_open, &attributes, -1, 0, -1, PERF_FLAG_FD_CLOEXEC)));
    if (!event && (errno == EACCES || errno == EPERM)) {
        throw LoadError{"cannot open a kprobe on " + program.attach_name + " for " + program.point +
                        ": only root may, and nothing less serves where a function has no types "
                        "or more parameters than this kernel's links take, or for register()"};
    }
    if (!event) {
        fail(program, "open a kprobe on");
    }
    return event;
}

Descriptor link_perf_event(const Program& program, const Descriptor& loaded, int event) {
    bpf_link_create_opts options{};
    options.sz = sizeof options;
    options.perf_event.bpf_cookie = program.cookie;
    Descriptor link(bpf_link_create(loaded.get(), event, BPF_PERF_EVENT,
                                    program.cookie != 0 ? &options : nullptr));
    if (!link) {
        fail(program, "attach to the perf event");
    }
    return link;
}

// What the programs are given, and where their links go.
struct Work {
    std::span<const Descriptor> maps;
    std::span<const GrantedEvent> granted;
    ModuleTypes modules;
    const Progress& progress;
    std::size_t done = 0;
    std::size_t all = 0;
    Attached attached;

    void tell() const { progress(done, all); }
};

// On each processor one: those of the grant, else new ones, which `attached` keeps.
std::vector<int> perf_events(const Program& program, Work& work) {
    const std::vector<std::string> points = elaborate::points_of(program.perf);
    std::vector<int> events;
    for (const GrantedEvent& event : work.granted) {
        if (std::ranges::find(points, event.point) != points.end()) {
            events.push_back(event.descriptor);
        }
    }
    if (events.empty()) {
        for (Descriptor& event : open_perf_events(program.perf)) {
            events.push_back(event.get());
            work.attached.perf_events.push_back(std::move(event));
        }
    }
    return events;
}

bpf_attach_type tracing_type(AttachKind kind) {
    switch (kind) {
        case AttachKind::fentry:
            return BPF_TRACE_FENTRY;
        case AttachKind::fexit:
            return BPF_TRACE_FEXIT;
        default:
            return BPF_TRACE_RAW_TP;
    }
}

// A kprobe finds its function by name.
bool needs_types(const Program& program) {
    return !program.attach_module.empty() && program.attach_btf_id != 0;
}

int types_of_module(const Program& program, Work& work) {
    return work.modules.descriptor(program.attach_module, program.point);
}

Descriptor load(const Program& program, Work& work) {
    const int types = needs_types(program) ? types_of_module(program, work) : 0;
    const CapabilityScope raised{Capability::bpf, Capability::perfmon};
    return load_program(program, work.maps, types);
}

void link_tracing(const Program& program, Work& work) {
    const Descriptor loaded = load(program, work);
    const CapabilityScope raised{Capability::bpf, Capability::perfmon};
    Descriptor link(bpf_link_create(loaded.get(), 0, tracing_type(program.kind), nullptr));
    if (!link) {
        fail(program, "attach to");
    }
    work.attached.links.push_back(std::move(link));
}

void link_raw_tracepoint(const Program& program, Work& work) {
    const Descriptor loaded = load(program, work);
    const CapabilityScope raised{Capability::bpf, Capability::perfmon};
    Descriptor link(bpf_raw_tracepoint_open(program.attach_name.c_str(), loaded.get()));
    if (!link) {
        fail(program, "attach to the tracepoint");
    }
    work.attached.links.push_back(std::move(link));
}

void link_kprobe(const Program& program, Work& work) {
    Descriptor event = open_kprobe(program);
    const Descriptor loaded = load(program, work);
    const CapabilityScope raised{Capability::bpf, Capability::perfmon};
    work.attached.links.push_back(link_perf_event(program, loaded, event.get()));
    work.attached.perf_events.push_back(std::move(event));
}

void link_perf_events(const Program& program, Work& work) {
    const std::vector<int> events = perf_events(program, work);
    const Descriptor loaded = load(program, work);
    const CapabilityScope raised{Capability::bpf, Capability::perfmon};
    for (const int event : events) {
        work.attached.links.push_back(link_perf_event(program, loaded, event));
        // The front end's do not count yet.
        if (ioctl(event, PERF_EVENT_IOC_ENABLE, 0) != 0) {
            fail(program, "start the perf event");
        }
    }
}

// By one link, if the kernel can attach to each of them.
bool link_together(const Descriptor& loaded, bool is_return,
                   std::span<const SharedFunction> functions, Attached& attached) {
    std::vector<const char*> names;
    std::vector<__u64> cookies;
    for (const SharedFunction& function : functions) {
        names.push_back(function.name.c_str());
        cookies.push_back(function.handler);
    }
    bpf_link_create_opts options{};
    options.sz = sizeof options;
    options.kprobe_multi.cnt = static_cast<std::uint32_t>(names.size());
    options.kprobe_multi.syms = names.data();
    options.kprobe_multi.cookies = cookies.data();
    options.kprobe_multi.flags = is_return ? std::uint32_t{BPF_F_KPROBE_MULTI_RETURN} : 0;
    Descriptor link(bpf_link_create(loaded.get(), 0, BPF_TRACE_KPROBE_MULTI, &options));
    if (!link) {
        return false;
    }
    attached.links.push_back(std::move(link));
    return true;
}

// The kernel takes all of them or none: where one fails, each half is tried by itself.
void link_shared(const Program& program, const Descriptor& loaded,
                 std::span<const SharedFunction> functions, Work& work) {
    work.tell();
    if (link_together(loaded, program.is_return(), functions, work.attached)) {
        return;
    }
    if (functions.size() == 1) {
        work.attached.notes.push_back("cannot attach to " + functions.front().name + ": " +
                                      std::strerror(errno));
        ++work.attached.skipped;
        return;
    }
    const std::size_t half = functions.size() / 2;
    link_shared(program, loaded, functions.first(half), work);
    link_shared(program, loaded, functions.subspan(half), work);
}

// Loads and links one program; its descriptor is closed on the way out.
void attach_one(const Program& program, Work& work) {
    switch (program.kind) {
        case AttachKind::fentry:
        case AttachKind::fexit:
        case AttachKind::raw_tracepoint_btf:
            return link_tracing(program, work);
        case AttachKind::raw_tracepoint:
            return link_raw_tracepoint(program, work);
        case AttachKind::kprobe:
        case AttachKind::kretprobe:
            return link_kprobe(program, work);
        case AttachKind::perf_event:
            return link_perf_events(program, work);
        case AttachKind::kprobe_multi:
        case AttachKind::kretprobe_multi: {
            const Descriptor loaded = load(program, work);
            const CapabilityScope raised{Capability::bpf, Capability::perfmon};
            return link_shared(program, loaded, program.functions, work);
        }
        case AttachKind::uprobe:
        case AttachKind::uretprobe:
        case AttachKind::usdt:
            break;
    }
    throw LoadError{"probes in user programs are not available in this version"};
}

// The program, or the first of its alternatives that can be attached.
void attach_any(const Image& image, std::size_t index, Work& work) {
    std::string failures;
    for (const Program* program = &image.programs[index];;
         program = &image.programs[*program->alternative]) {
        try {
            attach_one(*program, work);
            return;
        } catch (const LoadError& error) {
            work.attached.notes.push_back(error.message);
            failures += (failures.empty() ? "" : "\nand then: ") + error.message;
        }
        if (!program->alternative) {
            break;
        }
    }
    if (!image.programs[index].optional) {
        throw LoadError{failures};
    }
    ++work.attached.skipped;
}

std::uint64_t missed_by(const Descriptor& link) {
    // struct bpf_link_info of linux/bpf.h 6.7, in words; our own header is older.
    constexpr std::size_t missed_of_multi = 4;
    constexpr std::size_t perf_event_type = 2;
    constexpr std::size_t missed_of_perf_event = 6;
    constexpr std::uint32_t kprobe = 3;  // enum bpf_perf_event_type
    constexpr std::uint32_t kretprobe = 4;
    std::array<std::uint64_t, missed_of_perf_event + 1> information{};
    bpf_attr request{};
    request.info.bpf_fd = static_cast<std::uint32_t>(link.get());
    request.info.info_len = sizeof information;
    request.info.info = std::bit_cast<std::uintptr_t>(information.data());
    if (syscall(SYS_bpf, BPF_OBJ_GET_INFO_BY_FD, &request, sizeof request) != 0 ||
        request.info.info_len < sizeof information) {
        return 0;
    }
    const auto low_half = [&](std::size_t word) {
        return static_cast<std::uint32_t>(information[word]);
    };
    if (low_half(0) == BPF_LINK_TYPE_KPROBE_MULTI) {
        return information[missed_of_multi];
    }
    const std::uint32_t event = low_half(perf_event_type);
    return low_half(0) == BPF_LINK_TYPE_PERF_EVENT && (event == kprobe || event == kretprobe)
               ? information[missed_of_perf_event]
               : 0;
}

}  // namespace

std::uint64_t Attached::missed() const {
    std::uint64_t sum = 0;
    for (const Descriptor& link : links) {
        sum += missed_by(link);
    }
    return sum;
}

Attached attach(const Image& image, std::span<const Descriptor> maps,
                std::span<const GrantedEvent> granted, ModuleTypes modules,
                const Progress& progress) {
    std::vector<bool> is_alternative(image.programs.size());
    for (const Program& program : image.programs) {
        if (program.alternative) {
            is_alternative[*program.alternative] = true;
        }
    }
    Work work{maps, granted, std::move(modules), progress, 0, image.programs.size(), {}};
    // A right that is missing must be told of, also where the points are optional.
    for (const Program& program : image.programs) {
        if (needs_types(program)) {
            types_of_module(program, work);
        }
    }
    for (; work.done < work.all; ++work.done) {
        work.tell();
        if (!is_alternative[work.done]) {
            attach_any(image, work.done, work);
        }
    }
    work.tell();
    return std::move(work.attached);
}

}  // namespace sutap::bpf
