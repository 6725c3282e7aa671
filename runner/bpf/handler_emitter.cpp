// The frame of a program: prologue, record, control flow. Operations are in operations.cpp.
#include "runner/bpf/handler_emitter.h"

#include <algorithm>

#include "runner/targets/machine.h"

namespace sutap::bpf {

using ir::Operation;

// ---- targets --------------------------------------------------------------------------------

HandlerEmitter::Target HandlerEmitter::new_target() {
    Target made;
    made.number = static_cast<std::int32_t>(all_targets_.size()) + 1;
    made.section = code_.current();
    made.label = code_.new_label();
    all_targets_.push_back(made);
    return made;
}

void HandlerEmitter::go_to(const Target& target) {
    if (target.section == code_.current()) {
        code_.jump(target.label);
        return;
    }
    crossed_.back().insert(target.number);
    code_.store(Size::double_word, R::r7, Frame::exit_target, target.number);
    code_.move(R::r0, 1);  // bpf_loop: no further round
    code_.exit();
}

// ---- the program around the handler ---------------------------------------------------------

void HandlerEmitter::admit(Label out) {
    code_.move(R::r6, R::r1);
    code_.load_map_value(R::r1, maps_.control, 0);
    code_.load(Size::double_word, R::r2, R::r1, ControlLayout::stopped);
    code_.jump_if(Compare::not_equal, R::r2, 0, out);
    if (options_.has_deadline) {
        code_.load(Size::double_word, R::r8, R::r1, ControlLayout::deadline);
        code_.call(Helper::ktime_get_ns);
        code_.jump_if(Compare::greater, R::r0, R::r8, out);
    }
    if (handler_.event.only_syscall) {
        skip_other_syscalls(out);
    }
}

void HandlerEmitter::prologue() {
    const Label go = code_.new_label();
    const Label out = code_.new_label();
    admit(out);
    if (!in_entry_ && handler_.entry_values.empty()) {
        ask_first(out);
    }
    code_.store(Size::word, R::r10, stack_key, static_cast<std::int32_t>(frame_number_));
    code_.load_map(R::r1, maps_.frames);
    code_.move(R::r2, R::r10);
    code_.alu(Alu::add, R::r2, stack_key);
    code_.call(Helper::map_lookup_elem);
    code_.jump_if(Compare::not_equal, R::r0, 0, go);
    code_.bind(out);
    code_.move(R::r0, 0);
    code_.exit();
    code_.bind(go);
    code_.move(R::r7, R::r0);
    code_.store(Size::double_word, R::r10, stack_context, R::r6);
    code_.store(Size::double_word, R::r10, stack_frame, R::r7);
    code_.store(Size::double_word, R::r7, Frame::exit_target, 0);
    code_.store(Size::double_word, R::r7, Frame::steps,
                static_cast<std::int32_t>(options_.max_actions));
    code_.store(Size::double_word, R::r7, Frame::post, 0);
    if (!handler_.entry_values.empty()) {
        make_entry_key();
    }
}

// The thread, and what is the same at entry and return of one call, and no other's of the thread:
// the address of the context, or else where the stack is once the call has returned.
void HandlerEmitter::make_entry_key() {
    code_.call(Helper::get_current_pid_tgid);
    code_.store(Size::double_word, R::r7, Frame::entry_key, R::r0);
    code_.move(R::r1, R::r6);
    if (is_at_entry() || is_at_return()) {
        code_.load(Size::double_word, R::r1, R::r6,
                   static_cast<std::int32_t>(targets::stack_pointer_offset()));
    }
    if (is_at_entry()) {
        code_.alu(Alu::add, R::r1, static_cast<std::int32_t>(targets::stack_arguments_offset));
    }
    code_.store(Size::double_word, R::r7, Frame::entry_key + 8, R::r1);
}

void HandlerEmitter::skip_other_syscalls(Label out) {
    const bool enter = handler_.event.name == "sys_enter";
    if (enter) {
        code_.load(Size::double_word, R::r1, R::r6, 8);
    } else {
        code_.load(Size::double_word, R::r1, R::r6, 0);
        code_.load(Size::double_word, R::r1, R::r1,
                   static_cast<std::int32_t>(targets::syscall_number_offset()));
    }
    code_.jump_if(Compare::not_equal, R::r1,
                  static_cast<std::int32_t>(*handler_.event.only_syscall), out);
}

void HandlerEmitter::begin_record() {
    code_.store(Size::word, R::r7, frame_.record + 4, 0);
    code_.store(Size::double_word, R::r7, Frame::cursor, RecordLayout::header_size);
    if (tally_key_ > static_cast<std::int32_t>(RecordLayout::header_size)) {
        // The record will be a key.
        code_.store(Size::double_word, R::r7, Frame::single, 0);
        for (std::int32_t at = RecordLayout::header_size; at < tally_key_; at += 8) {
            code_.store(Size::double_word, R::r7, frame_.record + at, 0);
        }
    }
}

void HandlerEmitter::store_handler(R to, std::int32_t offset) {
    if (attach_ != AttachKind::kprobe_multi && attach_ != AttachKind::kretprobe_multi) {
        code_.store(Size::word, to, offset, static_cast<std::int32_t>(handler_.handler));
        return;
    }
    code_.move(R::r1, R::r6);
    code_.call(Helper::get_attach_cookie);
    code_.store(Size::word, to, offset, R::r0);
}

// A call whose entry was not seen (it began before the probe was there) has no return for us.
void HandlerEmitter::take_entry_values(Label out) {
    const Label found = code_.new_label();
    code_.load_map(R::r1, maps_.entries);
    address(R::r2, Frame::entry_key);
    code_.call(Helper::map_lookup_elem);
    code_.jump_if(Compare::not_equal, R::r0, 0, found);
    code_.jump(out);
    code_.bind(found);
    for (std::int32_t at = 0; at < frame_.entry_size; at += 8) {
        code_.load(Size::double_word, R::r1, R::r0, at);
        code_.store(Size::double_word, R::r7, Frame::entry_value + at, R::r1);
    }
    code_.load_map(R::r1, maps_.entries);
    address(R::r2, Frame::entry_key);
    code_.call(Helper::map_delete_elem);
}

void HandlerEmitter::count_lost(std::uint32_t control_offset) {
    code_.load_map_value(R::r1, maps_.control, 0);
    code_.move(R::r2, 1);
    code_.atomic_add(R::r1, static_cast<std::int32_t>(control_offset), R::r2);
}

void HandlerEmitter::post_record() {
    const Label out = code_.new_label();
    code_.load(Size::double_word, R::r1, R::r7, Frame::post);
    code_.jump_if(Compare::equal, R::r1, 0, out);
    if (tally_key_ != 0) {
        tally(out);
    }
    // Only now: events that the handler filters out need neither clock nor thread.
    store_handler(R::r7, frame_.record);
    code_.call(Helper::ktime_get_ns);
    code_.store(Size::double_word, R::r7, frame_.record + 8, R::r0);
    code_.call(Helper::get_current_pid_tgid);
    code_.store(Size::double_word, R::r7, frame_.record + 16, R::r0);
    code_.load(Size::double_word, R::r3, R::r7, Frame::cursor);
    code_.jump_if(Compare::greater, R::r3, frame_.record_limit, out);
    code_.load_map(R::r1, maps_.records);
    address(R::r2, frame_.record);
    code_.move(R::r4, 0);
    code_.call(Helper::ringbuf_output);
    code_.jump_if(Compare::equal, R::r0, 0, out);
    count_lost(ControlLayout::lost_records);
    code_.bind(out);
    code_.move(R::r0, 0);
    code_.exit();
}

void HandlerEmitter::emit_body(Program& program) {
    frame_ = make_frame(handler_, handler_.body, options_.string_size);
    const bool does_nothing = std::ranges::all_of(
        handler_.body, [](const auto& each) { return each.operation == Operation::finish; });
    if (does_nothing && handler_.entry_values.empty()) {
        code_.move(R::r0, 0);
        code_.exit();
        code_.finish(program);
        return;
    }
    const Label out = code_.new_label();
    if (only_counts()) {
        admit(out);
        tally(out);
        code_.bind(out);
        code_.move(R::r0, 0);
        code_.exit();
        code_.finish(program);
        return;
    }
    prologue();
    if (!handler_.entry_values.empty()) {
        take_entry_values(out);
    }
    begin_record();
    finish_ = new_target();
    catchers_.push_back(finish_);
    block(handler_.body);
    code_.bind(finish_.label);
    post_record();
    code_.bind(out);
    code_.move(R::r0, 0);
    code_.exit();
    code_.finish(program);
}

void HandlerEmitter::emit_entry(Program& program) {
    in_entry_ = true;
    frame_ = make_frame(handler_, handler_.entry, options_.string_size);
    prologue();
    code_.store(Size::double_word, R::r7, Frame::entry_fault_site, 0);
    for (std::int32_t at = 8; at < frame_.entry_size; at += 8) {
        code_.store(Size::double_word, R::r7, Frame::entry_value + at, 0);
    }
    finish_ = new_target();
    catchers_.push_back(finish_);
    block(handler_.entry);
    for (std::size_t index = 0; index < handler_.entry_values.size(); ++index) {
        const ir::Register value = handler_.entry_values[index];
        copy_words(frame_.entries[index], offset(value),
                   is_string(value) ? static_cast<std::int32_t>(options_.string_size) : 8);
    }
    code_.bind(finish_.label);
    const Label out = code_.new_label();
    code_.load_map(R::r1, maps_.entries);
    address(R::r2, Frame::entry_key);
    address(R::r3, Frame::entry_value);
    code_.move(R::r4, 0);
    code_.call(Helper::map_update_elem);
    code_.jump_if(Compare::equal, R::r0, 0, out);
    count_lost(ControlLayout::lost_entries);
    code_.bind(out);
    code_.move(R::r0, 0);
    code_.exit();
    code_.finish(program);
}

// ---- structure ------------------------------------------------------------------------------

void HandlerEmitter::block(const ir::Block& block) {
    for (const ir::Instruction& each : block) {
        instruction(each);
        if (each.capture_site != 0 && !is_raw(each)) {
            capture(each);
        }
    }
}

void HandlerEmitter::structure(const ir::Instruction& each) {
    switch (each.operation) {
        case Operation::if_then:
            branch(each);
            break;
        case Operation::block:
            labelled(each);
            break;
        case Operation::loop:
            loop(each);
            break;
        case Operation::try_catch:
            try_catch(each);
            break;
        case Operation::region:
            region(each);
            break;
        case Operation::leave:
            go_to(leave_targets_.at(leave_targets_.size() - 1 -
                                    static_cast<std::size_t>(each.immediate)));
            break;
        case Operation::finish:
            go_to(finish_);
            break;
        case Operation::must_post:
            code_.store(Size::double_word, R::r7, Frame::post, 1);
            break;
        case Operation::step:
            break;  // statements are counted where the handler runs
        case Operation::begin_round:
            append_header(each.extra, RecordLayout::round, 0);
            advance(8);
            break;
        default:
            throw EmitError{"internal: an operation that has no kernel form was placed there"};
    }
}

void HandlerEmitter::branch(const ir::Instruction& each) {
    const Label otherwise = code_.new_label();
    const Label end = code_.new_label();
    load(R::r1, each.operands.at(0));
    code_.jump_if(Compare::equal, R::r1, 0, otherwise);
    block(each.blocks.at(0));
    code_.jump(end);
    code_.bind(otherwise);
    block(each.blocks.at(1));
    code_.bind(end);
}

void HandlerEmitter::labelled(const ir::Instruction& each) {
    const Target end = new_target();
    leave_targets_.push_back(end);
    block(each.blocks.at(0));
    leave_targets_.pop_back();
    code_.bind(end.label);
}

// bpf_loop calls the body, a function of its own, at most max_actions times; the verifier looks
// at it once, whatever the number.
void HandlerEmitter::loop(const ir::Instruction& each) {
    const Target end = new_target();
    const std::size_t outer = code_.current();
    const std::size_t inner = code_.new_section();
    leave_targets_.push_back(end);
    crossed_.emplace_back();
    code_.load(Size::double_word, R::r6, R::r2, 8);
    code_.load(Size::double_word, R::r7, R::r2, 0);
    code_.store(Size::double_word, R::r10, stack_context, R::r6);
    code_.store(Size::double_word, R::r10, stack_frame, R::r7);
    const Label go = code_.new_label();
    code_.load(Size::double_word, R::r1, R::r7, Frame::steps);
    code_.jump_if(Compare::not_equal, R::r1, 0, go);
    go_to(finish_);  // the budget of this hit is used up
    code_.bind(go);
    code_.alu(Alu::subtract, R::r1, 1);
    code_.store(Size::double_word, R::r7, Frame::steps, R::r1);
    block(each.blocks.at(0));
    code_.move(R::r0, 0);
    code_.exit();
    const std::set<std::int32_t> crossed = std::move(crossed_.back());
    crossed_.pop_back();
    leave_targets_.pop_back();

    code_.select(outer);
    code_.move(R::r1, static_cast<std::int64_t>(options_.max_actions) + 1);
    code_.load_section_address(R::r2, inner);
    code_.move(R::r3, R::r10);
    code_.alu(Alu::add, R::r3, stack_frame);
    code_.move(R::r4, 0);
    code_.call(Helper::loop);
    code_.load(Size::double_word, R::r1, R::r7, Frame::exit_target);
    code_.jump_if(Compare::equal, R::r1, 0, end.label);
    for (const std::int32_t number : crossed) {
        const Target& target = all_targets_.at(static_cast<std::size_t>(number) - 1);
        const Label next = code_.new_label();
        code_.jump_if(Compare::not_equal, R::r1, number, next);
        if (target.section == code_.current()) {
            code_.store(Size::double_word, R::r7, Frame::exit_target, 0);
        }
        go_to(target);
        code_.bind(next);
    }
    code_.bind(end.label);
}

void HandlerEmitter::try_catch(const ir::Instruction& each) {
    Target handler = new_target();
    handler.silent = region_site_ != 0;
    const Label end = code_.new_label();
    catchers_.push_back(handler);
    block(each.blocks.at(0));
    catchers_.pop_back();
    code_.jump(end);
    code_.bind(handler.label);
    block(each.blocks.at(1));
    code_.bind(end);
}

void HandlerEmitter::region(const ir::Instruction& each) {
    const std::uint32_t outer_site = region_site_;
    if (outer_site == 0) {
        region_site_ = each.capture_site;
    }
    block(each.blocks.at(0));
    region_site_ = outer_site;
}

// ---- the record -----------------------------------------------------------------------------

void HandlerEmitter::reserve(std::int32_t bytes) {
    const Label fits = code_.new_label();
    code_.load(Size::double_word, R::r1, R::r7, Frame::cursor);
    code_.jump_if(Compare::less_equal, R::r1, frame_.record_limit - bytes, fits);
    code_.load(Size::word, R::r2, R::r7, frame_.record + 4);
    code_.alu(Alu::bitwise_or, R::r2, RecordLayout::flag_cut);
    code_.store(Size::word, R::r7, frame_.record + 4, R::r2);
    count_lost(ControlLayout::cut_records);
    go_to(finish_);
    code_.bind(fits);
    code_.move(R::r2, R::r7);
    code_.alu(Alu::add, R::r2, R::r1);
}

void HandlerEmitter::advance(std::int32_t bytes) {
    code_.load(Size::double_word, R::r1, R::r7, Frame::cursor);
    code_.alu(Alu::add, R::r1, bytes);
    code_.store(Size::double_word, R::r7, Frame::cursor, R::r1);
}

void HandlerEmitter::append_header(std::uint32_t site, RecordLayout::EntryKind kind,
                                   std::uint32_t size) {
    if (site > 0xffff) {
        throw EmitError{"the handler of " + handler_.point + " captures too many values"};
    }
    reserve(static_cast<std::int32_t>(8 + ((size + 7) & ~7U)));
    code_.store(Size::word, R::r2, frame_.record,
                static_cast<std::int32_t>(site | (static_cast<std::uint32_t>(kind) << 16U)));
    code_.store(Size::word, R::r2, frame_.record + 4, static_cast<std::int32_t>(size));
}

void HandlerEmitter::capture(const ir::Instruction& each) {
    const bool is_text = is_string(each.result);
    const std::uint32_t size = is_text ? captured_text_size(each, options_.string_size) : 8;
    if (is_text && size == options_.string_size) {
        capture_text(each.capture_site, each.result);
        return;
    }
    // So short that it goes with its padding.
    append_header(each.capture_site, is_text ? RecordLayout::string : RecordLayout::integer, size);
    const auto bytes = static_cast<std::int32_t>(size);
    for (std::int32_t at = 0; at < bytes; at += 8) {
        code_.load(Size::double_word, R::r3, R::r7, offset(each.result) + at);
        code_.store(Size::double_word, R::r2, frame_.record + 8 + at, R::r3);
    }
    advance(8 + bytes);
}

void HandlerEmitter::capture_text(std::uint32_t site, ir::Register reg) {
    const auto string_size = static_cast<std::int32_t>(options_.string_size);
    append_header(site, RecordLayout::string, options_.string_size);
    // The copy stops at the end of the string and tells its length with the NUL.
    code_.move(R::r8, R::r2);
    code_.move(R::r1, R::r2);
    code_.alu(Alu::add, R::r1, frame_.record + 8);
    code_.move(R::r2, string_size);
    address(R::r3, offset(reg));
    code_.call(Helper::probe_read_kernel_str);
    const Label sane = code_.new_label();
    code_.jump_if(Compare::signed_greater, R::r0, 0, sane);
    code_.move(R::r0, 1);
    code_.bind(sane);
    code_.alu(Alu::subtract, R::r0, 1);
    end_entry();
}

// The entry at r8 has a payload of r0 bytes.
void HandlerEmitter::end_entry() {
    code_.store(Size::word, R::r8, frame_.record + 4, R::r0);
    code_.alu(Alu::add, R::r0, 7);
    code_.alu(Alu::bitwise_and, R::r0, -8);
    code_.load(Size::double_word, R::r1, R::r7, Frame::cursor);
    code_.alu(Alu::add, R::r1, R::r0);
    code_.alu(Alu::add, R::r1, 8);
    code_.store(Size::double_word, R::r7, Frame::cursor, R::r1);
}

void HandlerEmitter::record_trouble(std::uint32_t site, RecordLayout::EntryKind kind,
                                    std::uint32_t where) {
    // The error has to be heard of, also where the handler had no effect before it.
    code_.store(Size::double_word, R::r7, Frame::post, 1);
    if (tally_key_ != 0) {
        code_.store(Size::double_word, R::r7, Frame::single, 1);
    }
    const std::int32_t payload = frame_.record + 8;
    if (kind == RecordLayout::fault) {
        append_header(site, kind, 16);
        code_.load(Size::double_word, R::r3, R::r7, Frame::scratch);
        code_.store(Size::double_word, R::r2, payload, R::r3);
        code_.store(Size::double_word, R::r2, payload + 8, static_cast<std::int32_t>(where));
        advance(24);
        return;
    }
    append_header(site, kind, 8);
    code_.store(Size::word, R::r2, payload, static_cast<std::int32_t>(where));
    code_.store(Size::word, R::r2, payload + 4, 1);
    advance(16);
}

void HandlerEmitter::fault(const ir::Instruction& each, R bad_address) {
    const Target catcher = catchers_.back();
    code_.store(Size::double_word, R::r7, Frame::scratch, bad_address);
    const std::uint32_t site = region_site_ != 0 ? region_site_ : each.capture_site;
    if (in_entry_) {
        if (!catcher.silent) {
            code_.store(Size::double_word, R::r7, Frame::entry_fault_site,
                        static_cast<std::int32_t>(each.site));
            code_.load(Size::double_word, R::r1, R::r7, Frame::scratch);
            code_.store(Size::double_word, R::r7, Frame::entry_fault_address, R::r1);
        }
    } else if (site != 0 && !catcher.silent) {
        record_trouble(site, RecordLayout::fault, each.site);
    }
    go_to(catcher);
}

void HandlerEmitter::error(const ir::Instruction& each, std::uint32_t) {
    const Target catcher = catchers_.back();
    const std::uint32_t site = region_site_ != 0 ? region_site_ : each.capture_site;
    if (!in_entry_ && site != 0 && !catcher.silent) {
        record_trouble(site, RecordLayout::error, each.site);
    }
    go_to(catcher);
}

}  // namespace sutap::bpf
