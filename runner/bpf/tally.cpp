// Events that are counted instead of posted: the end of a handler that only counts (TallyLayout).
#include <algorithm>

#include "runner/bpf/handler_emitter.h"

namespace sutap::bpf {

using ir::Operation;

namespace {

constexpr std::int32_t no_overwriting = 1;  // BPF_NOEXIST

}  // namespace

void HandlerEmitter::tally(Label out) {
    const Label found = code_.new_label();
    const bool has_captures = tally_key_ > static_cast<std::int32_t>(RecordLayout::header_size);
    const Label post = code_.new_label();
    if (has_captures) {
        code_.load(Size::double_word, R::r1, R::r7, Frame::single);
        code_.jump_if(Compare::not_equal, R::r1, 0, post);
        code_.load(Size::word, R::r1, R::r7, frame_.record + 4);
        code_.jump_if(Compare::not_equal, R::r1, 0, post);  // cut
        store_handler(R::r7, frame_.record);
        code_.store(Size::double_word, R::r7, frame_.record + 8, 0);
        code_.store(Size::double_word, R::r7, frame_.record + 16, 0);
    }
    code_.load_map_value(R::r1, maps_.control, 0);
    code_.load(Size::double_word, R::r8, R::r1, ControlLayout::epoch);
    find_tally();
    if (has_captures) {
        code_.jump_if(Compare::not_equal, R::r0, 0, found);
        insert_tally(out);
        find_tally();  // another processor was faster, or the map is full
        code_.jump_if(Compare::equal, R::r0, 0, post);
    } else {
        code_.jump_if(Compare::equal, R::r0, 0, out);
    }
    code_.bind(found);
    count_hit();
    code_.jump(out);
    code_.bind(post);
}

void HandlerEmitter::find_tally() {
    if (tally_key_ > static_cast<std::int32_t>(RecordLayout::header_size)) {
        address(R::r2, frame_.record);
    } else {
        store_handler(R::r10, stack_key);
        code_.move(R::r2, R::r10);
        code_.alu(Alu::add, R::r2, stack_key);
    }
    code_.load_map(R::r1, maps_.tally);
    code_.call(Helper::map_lookup_elem);
}

// The epoch is in r8.
void HandlerEmitter::insert_tally(Label out) {
    const auto on_stack = [](std::uint32_t offset) {
        return stack_tally + static_cast<std::int32_t>(offset);
    };
    code_.store(Size::double_word, R::r10, on_stack(TallyLayout::count), 1);
    code_.store(Size::double_word, R::r10, on_stack(TallyLayout::epoch), R::r8);
    code_.call(Helper::ktime_get_ns);
    code_.store(Size::double_word, R::r10, on_stack(TallyLayout::first), R::r0);
    code_.load_map(R::r1, maps_.tally);
    address(R::r2, frame_.record);
    code_.move(R::r3, R::r10);
    code_.alu(Alu::add, R::r3, stack_tally);
    code_.move(R::r4, no_overwriting);
    code_.call(Helper::map_update_elem);
    code_.jump_if(Compare::equal, R::r0, 0, out);
}

// The tally is in r0, the epoch in r8. No program nests in itself on one processor, so this
// processor's value is its own.
void HandlerEmitter::count_hit() {
    const Label same_epoch = code_.new_label();
    code_.move(R::r9, R::r0);
    code_.load(Size::double_word, R::r1, R::r9, TallyLayout::epoch);
    code_.jump_if(Compare::equal, R::r1, R::r8, same_epoch);
    code_.store(Size::double_word, R::r9, TallyLayout::epoch, R::r8);
    code_.call(Helper::ktime_get_ns);
    code_.store(Size::double_word, R::r9, TallyLayout::first, R::r0);
    code_.bind(same_epoch);
    code_.load(Size::double_word, R::r1, R::r9, TallyLayout::count);
    code_.alu(Alu::add, R::r1, 1);
    code_.store(Size::double_word, R::r9, TallyLayout::count, R::r1);
}

// Nothing to decide and nothing to capture: no frame is needed.
bool HandlerEmitter::only_counts() const {
    return tally_key_ == static_cast<std::int32_t>(RecordLayout::header_size) &&
           handler_.entry_values.empty() &&
           std::ranges::any_of(
               handler_.body,
               [](const auto& each) { return each.operation == Operation::must_post; }) &&
           std::ranges::all_of(handler_.body, [](const auto& each) {
               return each.operation == Operation::must_post || each.operation == Operation::step ||
                      each.operation == Operation::finish;
           });
}

}  // namespace sutap::bpf
