// The BPF form of each row of the builtin table that has one (elaborate/builtins.h).
#include "runner/bpf/handler_emitter.h"
#include "runner/targets/machine.h"

namespace sutap::bpf {

using elaborate::Builtin;

void HandlerEmitter::clock(ir::Register result, std::int32_t divisor, bool wall) {
    code_.call(Helper::ktime_get_ns);
    if (wall) {
        code_.load_map_value(R::r1, maps_.control, 0);
        code_.load(Size::double_word, R::r2, R::r1, ControlLayout::clock_offset);
        code_.alu(Alu::add, R::r0, R::r2);
    }
    if (divisor != 1) {
        code_.alu(Alu::divide, R::r0, divisor);
    }
    store(result, R::r0);
}

// Where the processor was; tracepoints have no registers.
void HandlerEmitter::event_address() {
    if (attach_ == AttachKind::perf_event) {
        code_.load(Size::double_word, R::r0, R::r6,
                   static_cast<std::int32_t>(targets::instruction_pointer_offset()));
    } else if (handler_.event.kind == elaborate::KernelEvent::Kind::tracepoint) {
        code_.move(R::r0, 0);
    } else {
        code_.move(R::r1, R::r6);
        code_.call(Helper::get_func_ip);
    }
}

// Where the thread left user mode, by the registers that it left on its kernel stack. A thread of
// the kernel never was there.
void HandlerEmitter::user_address() {
    const Label end = code_.new_label();
    code_.call(Helper::get_current_task_btf);
    code_.move(R::r1, R::r0);
    code_.call(Helper::task_pt_regs);
    code_.move(R::r1, R::r0);
    code_.load(Size::double_word, R::r2, R::r1, static_cast<std::int32_t>(targets::mode_offset()));
    code_.move(R::r0, 0);
    code_.alu(Alu::bitwise_and, R::r2, static_cast<std::int32_t>(targets::user_mode_bits()));
    code_.jump_if(Compare::equal, R::r2, 0, end);
    code_.load(Size::double_word, R::r0, R::r1,
               static_cast<std::int32_t>(targets::instruction_pointer_offset()));
    code_.bind(end);
}

// Functions and tracepoints of the kernel are in kernel mode.
void HandlerEmitter::user_mode() {
    const Label end = code_.new_label();
    code_.move(R::r0, 0);
    if (attach_ == AttachKind::perf_event) {
        code_.load(Size::double_word, R::r1, R::r6,
                   static_cast<std::int32_t>(targets::mode_offset()));
        code_.alu(Alu::bitwise_and, R::r1, static_cast<std::int32_t>(targets::user_mode_bits()));
        code_.jump_if(Compare::equal, R::r1, 0, end);
        code_.move(R::r0, 1);
    }
    code_.bind(end);
}

// kernel_string(address[, default]), kernel_string_n(address, length), and of user memory.
void HandlerEmitter::read_string(const ir::Instruction& each, Helper helper, bool has_length) {
    const auto string_size = static_cast<std::int32_t>(options_.string_size);
    const Label good = code_.new_label();
    zero_string(offset(each.result));
    load(R::r8, each.operands.at(0));
    if (has_length) {
        const Label within = code_.new_label();
        load(R::r2, each.operands.at(1));
        code_.jump_if(Compare::less, R::r2, string_size, within);
        code_.move(R::r2, string_size - 1);
        code_.bind(within);
        code_.alu(Alu::add, R::r2, 1);
    } else {
        code_.move(R::r2, string_size);
    }
    address(R::r1, offset(each.result));
    code_.move(R::r3, R::r8);
    code_.call(helper);
    code_.jump_if(Compare::signed_greater_equal, R::r0, 0, good);
    if (!has_length && each.operands.size() > 1) {
        copy_words(offset(each.result), offset(each.operands[1]), string_size);
    } else {
        fault(each, R::r8);
    }
    code_.bind(good);
}

// __kernel_stack() and __user_stack(): the addresses, innermost first.
void HandlerEmitter::record_stack(const ir::Instruction& each, std::int32_t flags) {
    const Label good = code_.new_label();
    append_header(each.capture_site, RecordLayout::bytes, most_stack_bytes);
    code_.move(R::r8, R::r2);
    code_.move(R::r1, R::r6);
    code_.alu(Alu::add, R::r2, frame_.record + 8);
    code_.move(R::r3, static_cast<std::int32_t>(most_stack_bytes));
    code_.move(R::r4, flags);
    code_.call(Helper::get_stack);
    code_.jump_if(Compare::signed_greater_equal, R::r0, 0, good);
    code_.move(R::r0, 0);
    code_.bind(good);
    end_entry();
}

// __kernel_bytes(address, length) and of user memory.
void HandlerEmitter::record_bytes(const ir::Instruction& each, Helper helper) {
    constexpr auto most = static_cast<std::int32_t>(most_raw_bytes);
    const Label within = code_.new_label();
    const Label good = code_.new_label();
    append_header(each.capture_site, RecordLayout::bytes, most_raw_bytes);
    code_.move(R::r8, R::r2);
    code_.move(R::r1, R::r2);
    code_.alu(Alu::add, R::r1, frame_.record + 8);
    load(R::r2, each.operands.at(1));
    code_.jump_if(Compare::less_equal, R::r2, most, within);
    code_.move(R::r2, most);
    code_.bind(within);
    code_.store(Size::double_word, R::r7, Frame::scratch, R::r2);
    load(R::r3, each.operands.at(0));
    code_.call(helper);
    code_.jump_if(Compare::equal, R::r0, 0, good);
    load(R::r8, each.operands.at(0));
    fault(each, R::r8);
    code_.bind(good);
    code_.load(Size::double_word, R::r0, R::r7, Frame::scratch);
    end_entry();
}

void HandlerEmitter::builtin(const ir::Instruction& each) {
    if (is_raw(each) && each.capture_site == 0) {
        return;
    }
    switch (static_cast<Builtin>(each.immediate)) {
        case Builtin::pid:
            code_.call(Helper::get_current_pid_tgid);
            code_.alu(Alu::shift_right, R::r0, 32);
            break;
        case Builtin::tid:
            code_.call(Helper::get_current_pid_tgid);
            code_.zero_extend_word(R::r0);
            break;
        case Builtin::uid:
            code_.call(Helper::get_current_uid_gid);
            code_.zero_extend_word(R::r0);
            break;
        case Builtin::gid:
            code_.call(Helper::get_current_uid_gid);
            code_.alu(Alu::shift_right, R::r0, 32);
            break;
        case Builtin::cpu:
            code_.call(Helper::get_smp_processor_id);
            break;
        case Builtin::task_current:
            code_.call(Helper::get_current_task);
            break;
        case Builtin::event_address:
            event_address();
            break;
        case Builtin::uaddr:
            user_address();
            break;
        case Builtin::user_mode:
            user_mode();
            break;
        case Builtin::is_return:
            code_.move(R::r0, handler_.event.is_return() ? 1 : 0);
            break;
        case Builtin::execname:
            zero_string(offset(each.result));
            address(R::r1, offset(each.result));
            code_.move(R::r2, 16);  // TASK_COMM_LEN
            code_.call(Helper::get_current_comm);
            return;
        case Builtin::gettimeofday_ns:
            clock(each.result, 1, true);
            return;
        case Builtin::gettimeofday_us:
            clock(each.result, 1'000, true);
            return;
        case Builtin::gettimeofday_ms:
            clock(each.result, 1'000'000, true);
            return;
        case Builtin::gettimeofday_s:
            clock(each.result, 1'000'000'000, true);
            return;
        case Builtin::ktime_get_ns:
            clock(each.result, 1, false);
            return;
        case Builtin::kernel_string:
            read_string(each, Helper::probe_read_kernel_str, false);
            return;
        case Builtin::kernel_string_n:
            read_string(each, Helper::probe_read_kernel_str, true);
            return;
        case Builtin::user_string:
            read_string(each, Helper::probe_read_user_str, false);
            return;
        case Builtin::user_string_n:
            read_string(each, Helper::probe_read_user_str, true);
            return;
        case Builtin::kernel_stack:
            record_stack(each, 0);
            return;
        case Builtin::user_stack:
            record_stack(each, 256);  // linux/bpf.h: BPF_F_USER_STACK
            return;
        case Builtin::kernel_bytes:
            record_bytes(each, Helper::probe_read_kernel);
            return;
        case Builtin::user_bytes:
            record_bytes(each, Helper::probe_read_user);
            return;
        case Builtin::target:
            code_.load_map_value(R::r1, maps_.control, 0);
            code_.load(Size::double_word, R::r0, R::r1, ControlLayout::target);
            break;
        default:
            throw EmitError{"internal: a function without a kernel form was placed there"};
    }
    store(each.result, R::r0);
}

}  // namespace sutap::bpf
