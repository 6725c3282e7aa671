#include "runner/bpf/emit.h"

#include <algorithm>
#include <bit>
#include <deque>
#include <map>
#include <set>
#include <utility>

#include "runner/bpf/handler_emitter.h"

namespace sutap::bpf {
namespace {

using Kind = elaborate::KernelEvent::Kind;

bool reads_registers(const ir::Block& block) {
    return std::ranges::any_of(block, [](const ir::Instruction& each) {
        return (each.operation == ir::Operation::context_argument &&
                (each.extra & ir::from_registers) != 0) ||
               std::ranges::any_of(each.blocks, reads_registers);
    });
}

// fentry and fexit programs are called as any function is, without registers.
bool needs_kprobe(const ir::KernelHandler& handler) {
    return handler.event.btf_id == 0 || reads_registers(handler.body) ||
           reads_registers(handler.entry);
}

// The ways to attach to an event, the one that needs least privilege first.
std::vector<AttachKind> attach_kinds(const ir::KernelHandler& handler, const EmitOptions& options) {
    const auto& event = handler.event;
    std::vector<AttachKind> kinds;
    switch (event.kind) {
        case Kind::function_entry:
            if (!needs_kprobe(handler)) {
                kinds.push_back(AttachKind::fentry);
            }
            if (needs_kprobe(handler) || options.kprobe_alternatives) {
                kinds.push_back(AttachKind::kprobe);
            }
            break;
        case Kind::function_return:
            kinds.push_back(needs_kprobe(handler) ? AttachKind::kretprobe : AttachKind::fexit);
            break;
        case Kind::tracepoint:
            kinds.push_back(event.btf_id != 0 ? AttachKind::raw_tracepoint_btf
                                              : AttachKind::raw_tracepoint);
            break;
        case Kind::perf_event:
            kinds.push_back(AttachKind::perf_event);
            break;
    }
    return kinds;
}

bool reads_parameters(const ir::Block& block, std::uint32_t parameters) {
    return std::ranges::any_of(block, [&](const ir::Instruction& each) {
        constexpr std::uint32_t others = ir::from_symbols | ir::from_processor;
        return (each.operation == ir::Operation::context_argument && (each.extra & others) == 0 &&
                each.immediate < parameters) ||
               std::ranges::any_of(each.blocks, [&](const ir::Block& inner) {
                   return reads_parameters(inner, parameters);
               });
    });
}

// Of the kernel's own functions, those that are probed whether another one can be or not. The
// parameters are not to be had at a kretprobe.
bool can_share(const ir::KernelHandler& handler) {
    const auto& event = handler.event;
    const bool is_return = event.kind == Kind::function_return;
    return (event.kind == Kind::function_entry || is_return) && event.module.empty() &&
           event.optional && handler.entry_values.empty() && !reads_registers(handler.body) &&
           !(is_return && reads_parameters(handler.body, event.arguments));
}

// All that tells one shared program from another, but for its functions.
std::vector<std::uint32_t> words_of(const Program& program) {
    std::vector<std::uint32_t> words = {static_cast<std::uint32_t>(program.kind)};
    for (const Instruction& instruction : program.instructions) {
        const auto both = std::bit_cast<std::uint64_t>(instruction);
        words.push_back(static_cast<std::uint32_t>(both));
        words.push_back(static_cast<std::uint32_t>(both >> 32U));
    }
    for (const Relocation& relocation : program.relocations) {
        words.insert(words.end(), {static_cast<std::uint32_t>(relocation.kind),
                                   relocation.instruction, relocation.map});
    }
    return words;
}

// Names in the kernel: 15 bytes of letters, digits, '_' and '.'.
std::string object_name(const std::string& wanted) {
    std::string name;
    for (const char byte : wanted) {
        const bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                           (byte >= '0' && byte <= '9') || byte == '_';
        if (name.size() < 15) {
            name += plain ? byte : '_';
        }
    }
    return name;
}

class ImageBuilder {
  public:
    ImageBuilder(ir::Lowered lowered, const EmitOptions& options)
        : lowered_(std::move(lowered)), options_(options) {}

    Image build() {
        image_.string_size = options_.string_size;
        image_.max_actions = options_.max_actions;
        if (!lowered_.kernel.empty()) {
            make_maps();
            if (options_.has_kprobe_multi) {
                find_shared();
            }
            for (const ir::KernelHandler& handler : lowered_.kernel) {
                const auto group = group_of_.find(&handler);
                if (group == group_of_.end()) {
                    add_handler(handler);
                } else if (group->second->front() == &handler) {
                    add_shared(*group->second);
                }
            }
            image_.maps[maps_.frames].value_size = static_cast<std::uint32_t>(frame_bytes_);
            image_.maps[maps_.frames].entries = frames_;
        }
        image_.symbols = std::move(lowered_.symbols);
        image_.user = std::move(lowered_.user);
        return std::move(image_);
    }

  private:
    void make_maps() {
        Map control;
        control.name = "control";
        control.key_size = 4;
        control.value_size =
            ControlLayout::size + 8 * static_cast<std::uint32_t>(lowered_.symbols.size());
        control.entries = 1;
        control.user_mapped = true;
        maps_.control = add_map(std::move(control));
        Map records;
        records.name = "records";
        records.kind = Map::Kind::ring_buffer;
        records.entries = options_.ring_bytes;
        maps_.records = add_map(std::move(records));
        Map frames;
        frames.name = "frames";
        frames.kind = Map::Kind::percpu_array;
        frames.key_size = 4;
        maps_.frames = add_map(std::move(frames));
    }

    std::uint32_t add_map(Map map) {
        image_.maps.push_back(std::move(map));
        return static_cast<std::uint32_t>(image_.maps.size() - 1);
    }

    // For the keys of this size; those of handlers without captures are the handlers' numbers.
    std::uint32_t tally_map(std::int32_t key_size) {
        if (const auto found = tally_maps_.find(key_size); found != tally_maps_.end()) {
            return found->second;
        }
        Map map;
        map.value_size = TallyLayout::size;
        if (key_size == RecordLayout::header_size) {
            map.name = "tallies";
            map.kind = Map::Kind::percpu_array;
            map.key_size = 4;
            map.entries = static_cast<std::uint32_t>(lowered_.user.handlers.size());
        } else {
            map.name = object_name("tallies_" + std::to_string(key_size));
            map.kind = Map::Kind::percpu_hash;
            map.key_size = static_cast<std::uint32_t>(key_size);
            map.entries = options_.max_tallies;
        }
        return tally_maps_[key_size] = add_map(std::move(map));
    }

    Program new_program(const ir::KernelHandler& handler, AttachKind kind) const {
        Program program;
        program.name = object_name(handler.event.name);
        program.kind = kind;
        // kprobes are attached by name: the kernel refuses a number here.
        if (kind != AttachKind::kprobe && kind != AttachKind::kretprobe && !program.is_shared()) {
            program.attach_btf_id = handler.event.btf_id;
        }
        program.attach_name = handler.event.name;
        program.attach_module = handler.event.module;
        program.perf = handler.event.perf;
        program.point = handler.point;
        program.optional = handler.event.optional;
        return program;
    }

    void add_entry_program(const ir::KernelHandler& handler, MapNumbers& maps) {
        const AttachKind kind = needs_kprobe(handler) ? AttachKind::kprobe : AttachKind::fentry;
        Program program = new_program(handler, kind);
        HandlerEmitter emitter(handler, options_, maps, kind, frames_++);
        Map entries;
        entries.name = object_name("entry_" + std::to_string(handler.handler));
        entries.kind = Map::Kind::hash;
        entries.key_size = Frame::entry_key_size;
        entries.entries = options_.max_entry_values;
        maps.entries = add_map(std::move(entries));
        emitter.emit_entry(program);
        std::int32_t entry_size = 16;
        for (const ir::Register reg : handler.entry_values) {
            entry_size += handler.registers.at(reg) == ir::ValueType::string
                              ? static_cast<std::int32_t>(options_.string_size)
                              : 8;
        }
        image_.maps[maps.entries].value_size = static_cast<std::uint32_t>(entry_size);
        frame_bytes_ = std::max(frame_bytes_, emitter.frame_size());
        image_.programs.push_back(std::move(program));
    }

    // Handlers that differ in nothing but their functions are served by one program.
    using Group = std::vector<const ir::KernelHandler*>;

    Program shared_program(const ir::KernelHandler& handler, std::uint32_t frame) {
        const AttachKind kind = handler.event.kind == Kind::function_entry
                                    ? AttachKind::kprobe_multi
                                    : AttachKind::kretprobe_multi;
        Program program = new_program(handler, kind);
        MapNumbers maps = maps_;
        if (const std::int32_t size = tally_key_size(handler, options_.string_size); size != 0) {
            maps.tally = tally_map(size);
        }
        HandlerEmitter emitter(handler, options_, maps, kind, frame);
        emitter.emit_body(program);
        frame_bytes_ = std::max(frame_bytes_, emitter.frame_size());
        return program;
    }

    void find_shared() {
        std::map<std::vector<std::uint32_t>, Group> groups;  // by their code
        std::set<std::pair<const Group*, std::string>> members;
        for (const ir::KernelHandler& handler : lowered_.kernel) {
            if (!can_share(handler) ||
                (options_.is_traceable && !options_.is_traceable(handler.event.name))) {
                continue;
            }
            Group& group = groups[words_of(shared_program(handler, 0))];
            // One link takes a function once.
            if (members.emplace(&group, handler.event.name).second) {
                group.push_back(&handler);
            }
        }
        for (auto& [code, group] : groups) {
            if (group.size() >= options_.least_shared) {
                groups_.push_back(std::move(group));
            }
        }
        for (const Group& group : groups_) {
            for (const ir::KernelHandler* handler : group) {
                group_of_[handler] = &group;
            }
        }
    }

    void add_shared(const Group& group) {
        Program program = shared_program(*group.front(), frames_++);
        program.optional = true;  // each alone
        for (const ir::KernelHandler* handler : group) {
            program.functions.push_back({handler->event.name, handler->handler});
        }
        image_.notes.push_back("one link for " + std::to_string(group.size()) +
                               " functions that share a handler, " + group.front()->point +
                               " the first of them");
        image_.programs.push_back(std::move(program));
    }

    void add_handler(const ir::KernelHandler& handler) {
        MapNumbers maps = maps_;
        const auto kinds = attach_kinds(handler, options_);
        if (!handler.entry_values.empty()) {
            add_entry_program(handler, maps);
        }
        if (const std::int32_t size = tally_key_size(handler, options_.string_size); size != 0) {
            maps.tally = tally_map(size);
        }
        const auto first = image_.programs.size();
        for (std::size_t index = 0; index < kinds.size(); ++index) {
            Program program = new_program(handler, kinds[index]);
            HandlerEmitter emitter(handler, options_, maps, kinds[index], frames_++);
            emitter.emit_body(program);
            frame_bytes_ = std::max(frame_bytes_, emitter.frame_size());
            if (index + 1 < kinds.size()) {
                program.alternative = static_cast<std::uint32_t>(first + index + 1);
            }
            image_.programs.push_back(std::move(program));
        }
    }

    ir::Lowered lowered_;
    const EmitOptions& options_;
    Image image_;
    MapNumbers maps_;
    std::map<std::int32_t, std::uint32_t> tally_maps_;  // by the size of their keys
    std::deque<Group> groups_;
    std::map<const ir::KernelHandler*, const Group*> group_of_;
    std::uint32_t frames_ = 0;
    std::int32_t frame_bytes_ = 8;
};

}  // namespace

Image emit(ir::Lowered lowered, const EmitOptions& options) {
    return ImageBuilder(std::move(lowered), options).build();
}

}  // namespace sutap::bpf
