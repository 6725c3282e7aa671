// One IR operation at a time to BPF instructions. Values live in the frame (r7); r6 is the context.
#include <cstring>

#include "runner/bpf/handler_emitter.h"
#include "runner/targets/machine.h"

namespace sutap::bpf {

using ir::Operation;

// ---- access to the frame --------------------------------------------------------------------

std::int32_t HandlerEmitter::offset(ir::Register reg) const {
    return frame_.registers.at(reg);
}

bool HandlerEmitter::is_string(ir::Register reg) const {
    return handler_.registers.at(reg) == ir::ValueType::string;
}

void HandlerEmitter::load(R to, ir::Register reg) {
    if (const auto slot = guard_slots_.find(reg); slot != guard_slots_.end()) {
        code_.load(Size::double_word, to, R::r10, slot->second);
        return;
    }
    code_.load(Size::double_word, to, R::r7, offset(reg));
}

void HandlerEmitter::store(ir::Register reg, R from) {
    if (const auto slot = guard_slots_.find(reg); slot != guard_slots_.end()) {
        code_.store(Size::double_word, R::r10, slot->second, from);
        return;
    }
    code_.store(Size::double_word, R::r7, offset(reg), from);
}

void HandlerEmitter::address(R to, std::int32_t frame_offset) {
    code_.move(to, R::r7);
    code_.alu(Alu::add, to, frame_offset);
}

// Strings are NUL-filled to their full size, so that they compare word by word.
void HandlerEmitter::zero_string(std::int32_t frame_offset) {
    for (std::int32_t at = 0; at < static_cast<std::int32_t>(options_.string_size); at += 8) {
        code_.store(Size::double_word, R::r7, frame_offset + at, 0);
    }
}

void HandlerEmitter::copy_words(std::int32_t to, std::int32_t from, std::int32_t bytes) {
    for (std::int32_t at = 0; at < bytes; at += 8) {
        code_.load(Size::double_word, R::r1, R::r7, from + at);
        code_.store(Size::double_word, R::r7, to + at, R::r1);
    }
}

void HandlerEmitter::extend(R reg, std::uint32_t size, bool is_signed) {
    if (size >= 8) {
        return;
    }
    const auto bits = static_cast<std::int32_t>(64 - 8 * size);
    code_.alu(Alu::shift_left, reg, bits);
    code_.alu(is_signed ? Alu::arithmetic_shift_right : Alu::shift_right, reg, bits);
}

// ---- operations -----------------------------------------------------------------------------

void HandlerEmitter::instruction(const ir::Instruction& each) {
    switch (each.operation) {
        case Operation::constant_integer:
        case Operation::constant_string:
            constant(each);
            break;
        case Operation::move:
            move(each);
            break;
        case Operation::add:
        case Operation::subtract:
        case Operation::multiply:
        case Operation::bitwise_and:
        case Operation::bitwise_or:
        case Operation::bitwise_xor:
            integer_operation(each);
            break;
        case Operation::divide:
        case Operation::modulo:
            division(each);
            break;
        case Operation::shift_left:
        case Operation::shift_right:
        case Operation::unsigned_shift_right:
            shift(each);
            break;
        case Operation::equal:
        case Operation::not_equal:
        case Operation::less:
        case Operation::less_equal:
        case Operation::greater:
        case Operation::greater_equal:
            if (is_string(each.operands.at(0))) {
                string_comparison(each);
            } else {
                comparison(each);
            }
            break;
        case Operation::negate:
        case Operation::bitwise_not:
        case Operation::logical_not:
            unary(each);
            break;
        case Operation::context_argument:
            context_argument(each);
            break;
        case Operation::read_memory:
            read_memory(each);
            break;
        case Operation::entry_value:
            entry_value(each);
            break;
        case Operation::builtin:
            builtin(each);
            break;
        default:
            structure(each);
            break;
    }
}

void HandlerEmitter::constant(const ir::Instruction& each) {
    if (each.operation == Operation::constant_integer) {
        code_.move(R::r1, each.immediate);
        store(each.result, R::r1);
        return;
    }
    const auto size = static_cast<std::size_t>(options_.string_size);
    std::string text = each.text.substr(0, std::min(each.text.find('\0'), size - 1));
    text.resize(size, '\0');
    for (std::size_t at = 0; at < size; at += 8) {
        std::int64_t word = 0;
        std::memcpy(&word, text.data() + at, 8);
        const auto place = offset(each.result) + static_cast<std::int32_t>(at);
        if (word == 0) {
            code_.store(Size::double_word, R::r7, place, 0);
        } else {
            code_.move(R::r1, word);
            code_.store(Size::double_word, R::r7, place, R::r1);
        }
    }
}

void HandlerEmitter::move(const ir::Instruction& each) {
    const ir::Register from = each.operands.at(0);
    copy_words(offset(each.result), offset(from),
               is_string(from) ? static_cast<std::int32_t>(options_.string_size) : 8);
}

void HandlerEmitter::integer_operation(const ir::Instruction& each) {
    load(R::r1, each.operands.at(0));
    load(R::r2, each.operands.at(1));
    switch (each.operation) {
        case Operation::add:
            code_.alu(Alu::add, R::r1, R::r2);
            break;
        case Operation::subtract:
            code_.alu(Alu::subtract, R::r1, R::r2);
            break;
        case Operation::multiply:
            code_.alu(Alu::multiply, R::r1, R::r2);
            break;
        case Operation::bitwise_and:
            code_.alu(Alu::bitwise_and, R::r1, R::r2);
            break;
        case Operation::bitwise_or:
            code_.alu(Alu::bitwise_or, R::r1, R::r2);
            break;
        default:
            code_.alu(Alu::bitwise_xor, R::r1, R::r2);
            break;
    }
    store(each.result, R::r1);
}

// BPF divides unsigned (signed division came with 6.6): divide the magnitudes, then give the
// quotient the product of the signs, the remainder the sign of the dividend.
void HandlerEmitter::division(const ir::Instruction& each) {
    const Label nonzero = code_.new_label();
    const Label left_positive = code_.new_label();
    const Label right_positive = code_.new_label();
    const Label positive = code_.new_label();
    load(R::r1, each.operands.at(0));
    load(R::r2, each.operands.at(1));
    code_.jump_if(Compare::not_equal, R::r2, 0, nonzero);
    error(each, 1);
    code_.bind(nonzero);
    code_.move(R::r3, R::r1);
    if (each.operation == Operation::divide) {
        code_.alu(Alu::bitwise_xor, R::r3, R::r2);
    }
    code_.jump_if(Compare::signed_greater_equal, R::r1, 0, left_positive);
    code_.alu(Alu::negate, R::r1, 0);
    code_.bind(left_positive);
    code_.jump_if(Compare::signed_greater_equal, R::r2, 0, right_positive);
    code_.alu(Alu::negate, R::r2, 0);
    code_.bind(right_positive);
    code_.alu(each.operation == Operation::divide ? Alu::divide : Alu::modulo, R::r1, R::r2);
    code_.jump_if(Compare::signed_greater_equal, R::r3, 0, positive);
    code_.alu(Alu::negate, R::r1, 0);
    code_.bind(positive);
    store(each.result, R::r1);
}

// A negative count shifts by nothing, one over 63 shifts everything out.
void HandlerEmitter::shift(const ir::Instruction& each) {
    const Label end = code_.new_label();
    const Label near = code_.new_label();
    const bool arithmetic = each.operation == Operation::shift_right;
    load(R::r1, each.operands.at(0));
    load(R::r2, each.operands.at(1));
    code_.jump_if(Compare::signed_less_equal, R::r2, 0, end);
    code_.jump_if(Compare::less_equal, R::r2, 63, near);
    if (arithmetic) {
        code_.alu(Alu::arithmetic_shift_right, R::r1, 63);
    } else {
        code_.move(R::r1, 0);
    }
    code_.jump(end);
    code_.bind(near);
    code_.alu(Alu::bitwise_and, R::r2, 63);
    const Alu operation =
        arithmetic ? Alu::arithmetic_shift_right
                   : (each.operation == Operation::shift_left ? Alu::shift_left : Alu::shift_right);
    code_.alu(operation, R::r1, R::r2);
    code_.bind(end);
    store(each.result, R::r1);
}

namespace {

Compare compare_of(Operation operation, bool is_signed) {
    switch (operation) {
        case Operation::equal:
            return Compare::equal;
        case Operation::not_equal:
            return Compare::not_equal;
        case Operation::less:
            return is_signed ? Compare::signed_less : Compare::less;
        case Operation::less_equal:
            return is_signed ? Compare::signed_less_equal : Compare::less_equal;
        case Operation::greater:
            return is_signed ? Compare::signed_greater : Compare::greater;
        default:
            return is_signed ? Compare::signed_greater_equal : Compare::greater_equal;
    }
}

}  // namespace

void HandlerEmitter::comparison(const ir::Instruction& each) {
    const Label end = code_.new_label();
    load(R::r1, each.operands.at(0));
    load(R::r2, each.operands.at(1));
    code_.move(R::r3, 1);
    code_.jump_if(compare_of(each.operation, true), R::r1, R::r2, end);
    code_.move(R::r3, 0);
    code_.bind(end);
    store(each.result, R::r3);
}

// Word by word; the first that differs decides, in the order of its bytes.
void HandlerEmitter::string_comparison(const ir::Instruction& each) {
    const Label decided = code_.new_label();
    const Label end = code_.new_label();
    const std::int32_t left = offset(each.operands.at(0));
    const std::int32_t right = offset(each.operands.at(1));
    for (std::int32_t at = 0; at < static_cast<std::int32_t>(options_.string_size); at += 8) {
        code_.load(Size::double_word, R::r1, R::r7, left + at);
        code_.load(Size::double_word, R::r2, R::r7, right + at);
        code_.jump_if(Compare::not_equal, R::r1, R::r2, decided);
    }
    code_.bind(decided);
    code_.swap_to_big_endian(R::r1);
    code_.swap_to_big_endian(R::r2);
    code_.move(R::r3, 1);
    code_.jump_if(compare_of(each.operation, false), R::r1, R::r2, end);
    code_.move(R::r3, 0);
    code_.bind(end);
    store(each.result, R::r3);
}

void HandlerEmitter::unary(const ir::Instruction& each) {
    load(R::r1, each.operands.at(0));
    if (each.operation == Operation::negate) {
        code_.alu(Alu::negate, R::r1, 0);
    } else if (each.operation == Operation::bitwise_not) {
        code_.alu(Alu::bitwise_xor, R::r1, -1);
    } else {
        const Label end = code_.new_label();
        code_.move(R::r2, R::r1);
        code_.move(R::r1, 1);
        code_.jump_if(Compare::equal, R::r2, 0, end);
        code_.move(R::r1, 0);
        code_.bind(end);
    }
    store(each.result, R::r1);
}

void HandlerEmitter::context_argument(const ir::Instruction& each) {
    const auto index = static_cast<std::uint32_t>(each.immediate);
    auto place = static_cast<std::int32_t>(8 * index);
    if ((each.extra & (ir::from_symbols | ir::from_processor)) != 0) {
        variable_address(each);
        return;
    }
    if ((each.extra & ir::by_helper) != 0 &&
        (attach_ == AttachKind::fentry || attach_ == AttachKind::fexit)) {
        argument_by_helper(each);
        return;
    }
    if ((each.extra & ir::from_registers) != 0) {
        place = static_cast<std::int32_t>(each.immediate);
    } else if (is_at_entry() && index >= targets::register_arguments) {
        stack_argument(each);
        return;
    } else if (is_at_entry()) {
        place = static_cast<std::int32_t>(targets::function_argument_offset(index));
    } else if (is_at_return()) {
        if (index != handler_.event.arguments) {
            throw EmitError{"parameters of " + handler_.event.name +
                            " cannot be had at its return" +
                            (handler_.event.btf_id == 0 ? ": this kernel has no BTF for it"
                                                        : " together with register()")};
        }
        place = static_cast<std::int32_t>(targets::function_result_offset());
    }
    code_.load(Size::double_word, R::r1, R::r6, place);
    extend(R::r1, each.extra & 0xffU, (each.extra & 0x100U) != 0);
    store(each.result, R::r1);
}

void HandlerEmitter::argument_by_helper(const ir::Instruction& each) {
    const bool is_result = attach_ == AttachKind::fexit &&
                           static_cast<std::uint32_t>(each.immediate) == handler_.event.arguments;
    code_.store(Size::double_word, R::r7, offset(each.result), 0);
    code_.move(R::r1, R::r6);
    if (!is_result) {
        code_.move(R::r2, each.immediate);
    }
    address(is_result ? R::r2 : R::r3, offset(each.result));
    code_.call(is_result ? Helper::get_func_ret : Helper::get_func_arg);
}

void HandlerEmitter::variable_address(const ir::Instruction& each) {
    if ((each.extra & ir::from_symbols) != 0) {
        code_.load_map_value(R::r1, maps_.control, 0);
        code_.load(Size::double_word, R::r0, R::r1,
                   static_cast<std::int32_t>(ControlLayout::size + 8 * each.immediate));
    } else {
        code_.load_variable(R::r1, static_cast<std::uint32_t>(each.immediate));
        code_.call(Helper::this_cpu_ptr);
    }
    store(each.result, R::r0);
}

// The thread runs on this stack: it can be read.
void HandlerEmitter::stack_argument(const ir::Instruction& each) {
    const auto beyond = static_cast<std::uint32_t>(each.immediate) - targets::register_arguments;
    code_.store(Size::double_word, R::r7, offset(each.result), 0);
    address(R::r1, offset(each.result));
    code_.move(R::r2, 8);
    code_.load(Size::double_word, R::r3, R::r6,
               static_cast<std::int32_t>(targets::stack_pointer_offset()));
    code_.alu(Alu::add, R::r3,
              static_cast<std::int32_t>(targets::stack_arguments_offset + 8 * beyond));
    code_.call(Helper::probe_read_kernel);
    load(R::r1, each.result);
    extend(R::r1, each.extra & 0xffU, (each.extra & 0x100U) != 0);
    store(each.result, R::r1);
}

void HandlerEmitter::read_memory(const ir::Instruction& each) {
    const std::uint32_t size = each.extra & 0xffU;
    const Label good = code_.new_label();
    load(R::r8, each.operands.at(0));
    if (each.immediate != 0) {
        code_.move(R::r1, each.immediate);
        code_.alu(Alu::add, R::r8, R::r1);
    }
    code_.store(Size::double_word, R::r7, offset(each.result), 0);
    address(R::r1, offset(each.result));
    code_.move(R::r2, size);
    code_.move(R::r3, R::r8);
    code_.call((each.extra & 0x200U) != 0 ? Helper::probe_read_user : Helper::probe_read_kernel);
    code_.jump_if(Compare::equal, R::r0, 0, good);
    fault(each, R::r8);
    code_.bind(good);
    if ((each.extra & 0x100U) != 0 && size < 8) {
        load(R::r1, each.result);
        extend(R::r1, size, true);
        store(each.result, R::r1);
    }
}

void HandlerEmitter::entry_value(const ir::Instruction& each) {
    const Label good = code_.new_label();
    code_.load(Size::double_word, R::r1, R::r7, Frame::entry_fault_site);
    code_.jump_if(Compare::equal, R::r1, 0, good);
    code_.load(Size::double_word, R::r8, R::r7, Frame::entry_fault_address);
    fault(each, R::r8);
    code_.bind(good);
    copy_words(offset(each.result), frame_.entries.at(static_cast<std::size_t>(each.immediate)),
               is_string(each.result) ? static_cast<std::int32_t>(options_.string_size) : 8);
}

}  // namespace sutap::bpf
