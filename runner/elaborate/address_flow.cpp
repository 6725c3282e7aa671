#include "runner/elaborate/address_flow.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "runner/elaborate/tree_walk.h"
#include "runner/targets/machine.h"

namespace sutap::elaborate {
namespace {

using language::Diagnostic;

// What a value may come from: bit 0, an address of the kernel; the others, parameters of the
// function that it is in, whose callers know what they are. Far parameters share the last bit.
using Origins = std::uint64_t;
constexpr Origins kernel_address = 1;
constexpr std::size_t last_bit = 63;

Origins parameter(std::size_t index) {
    return Origins{1} << std::min(index + 1, last_bit);
}

// The lower bits of an address tell nothing of where the kernel is.
constexpr std::int64_t within_page_bits = 0xffff;
// Visits of expressions; each may be looked at again when what it depends on is known better.
constexpr std::size_t most_visits = 2'000'000;
// The instead of each message.
constexpr const char* advice =
    ": the policy does not allow it; print symname() of it, a member of what it points to, or let "
    "the policy's [[script]] say 'kernel_addresses = true'";

struct Summary {
    std::vector<Origins> locals;
    Origins result = 0;
    std::map<std::uint32_t, Origins> written;  // slots of globals, by parameters
    Origins shown = 0;                         // by parameters; bit 0: whatever they are
    std::map<std::size_t, Place> shown_at;     // by bit
};

bool is_comparison(BinaryOperator operation) {
    return operation >= BinaryOperator::less && operation <= BinaryOperator::logical_or;
}

bool is_small_mask(const Expression& expression) {
    const auto* number = std::get_if<IntegerConstant>(&expression.node);
    return number != nullptr && number->value >= 0 && number->value <= within_page_bits;
}

bool gives_address(Builtin builtin) {
    return builtin == Builtin::task_current || builtin == Builtin::event_address ||
           builtin == Builtin::kernel_stack || builtin == Builtin::pid2task ||
           builtin == Builtin::task_parent;
}

// Whose result tells no address, whatever the arguments are: data at an address, names, counts.
// symname() and its like hide what has no name when they run.
bool hides_address(Builtin builtin) {
    static constexpr std::array hiding = {Builtin::kernel_bytes,
                                          Builtin::user_bytes,
                                          Builtin::pid2execname,
                                          Builtin::task_pid,
                                          Builtin::task_tid,
                                          Builtin::task_uid,
                                          Builtin::task_euid,
                                          Builtin::task_gid,
                                          Builtin::task_egid,
                                          Builtin::task_execname,
                                          Builtin::pstrace,
                                          Builtin::kernel_string_n,
                                          Builtin::user_string_n,
                                          Builtin::strlen,
                                          Builtin::isinstr,
                                          Builtin::strpos,
                                          Builtin::stack_symbols,
                                          Builtin::print_stack,
                                          Builtin::print_addresses,
                                          Builtin::address_symbols,
                                          Builtin::symbol_name,
                                          Builtin::symbol_module,
                                          Builtin::symbol_description,
                                          Builtin::probed_function,
                                          Builtin::address_text,
                                          Builtin::user_address_symbols,
                                          Builtin::print_user_addresses,
                                          Builtin::user_module,
                                          Builtin::user_symbol_description};
    return std::find(hiding.begin(), hiding.end(), builtin) != hiding.end();
}

bool shows_text(Builtin builtin) {
    static constexpr std::array showing = {
        Builtin::error,     Builtin::warn,           Builtin::log,
        Builtin::printk,    Builtin::ftrace,         Builtin::system,
        Builtin::speculate, Builtin::set_file_value, Builtin::append_file_value};
    return std::find(showing.begin(), showing.end(), builtin) != showing.end();
}

// Of the arguments of a print those that are looked at, not only read through (%m and %M).
std::vector<bool> shown_arguments(const FormatCall& call) {
    std::vector<bool> shown;
    for (const FormatPiece& piece : call.pieces) {
        using Conversion = FormatPiece::Conversion;
        if (piece.conversion == Conversion::literal) {
            continue;
        }
        shown.insert(shown.end(), (piece.width_argument ? 1U : 0U), true);
        shown.insert(shown.end(), (piece.precision_argument ? 1U : 0U), true);
        shown.push_back(piece.conversion != Conversion::memory &&
                        piece.conversion != Conversion::memory_hex);
    }
    shown.resize(call.arguments.size(), true);
    return shown;
}

class AddressFlow {
  public:
    AddressFlow(const Program& program, const language::SourceMap& sources)
        : program_(program), sources_(sources) {
        std::uint32_t slots = 0;
        for (const Global& global : program.globals) {
            first_slot_.push_back(slots);
            slots += 1 + static_cast<std::uint32_t>(global.keys.size());
        }
        token_slot_ = slots;
        match_slot_ = slots + 1;
        slots_.resize(slots + 2);
        readers_.resize(slots + 2);
        const std::size_t units = program.functions.size() + program.probes.size();
        summaries_.resize(units);
        callers_.resize(program.functions.size());
        is_waiting_.resize(units, true);
        for (std::uint32_t unit = 0; unit < units; ++unit) {
            waiting_.push_back(unit);
        }
    }

    std::vector<Diagnostic> find() {
        while (!waiting_.empty() && visits_ < most_visits) {
            unit_ = waiting_.front();
            waiting_.pop_front();
            is_waiting_[unit_] = false;
            examine();
        }
        if (!waiting_.empty()) {
            return {{Diagnostic::Kind::semantic_error,
                     {},
                     "the script is too large to find out whether it shows addresses of the kernel",
                     {},
                     {}}};
        }
        for (std::size_t index = 0; index < program_.globals.size(); ++index) {
            report_global(index);
        }
        std::vector<Diagnostic> sorted;
        for (auto& [place, diagnostic] : found_) {
            sorted.push_back(std::move(diagnostic));
        }
        return sorted;
    }

  private:
    const Function* function() const {
        return unit_ < program_.functions.size() ? &program_.functions[unit_] : nullptr;
    }
    const Probe* probe() const {
        return function() ? nullptr : &program_.probes[unit_ - program_.functions.size()];
    }
    Summary& own() { return summaries_[unit_]; }

    void wait(std::uint32_t unit) {
        if (!is_waiting_[unit]) {
            is_waiting_[unit] = true;
            waiting_.push_back(unit);
        }
    }
    void wait_callers() {
        if (function() != nullptr) {
            for (const std::uint32_t caller : callers_[unit_]) {
                wait(caller);
            }
        }
    }

    void examine() {
        if (const Function* code = function()) {
            own().locals.resize(code->locals.size());
            for (std::size_t index = 0; index < code->parameters; ++index) {
                own().locals[index] |= parameter(index);
            }
            if (code->is_tapset && code->name == "kernel_pointer") {
                own().result |= kernel_address;
            }
            statement(code->body);
            return;
        }
        own().locals.resize(probe()->locals.size());
        for (const ExpressionBox& entry : probe()->entries) {
            of(*entry);
        }
        statement(probe()->body);
    }

    // ---- variables

    std::uint32_t slot(std::uint32_t global, std::size_t column = 0) const {
        return first_slot_[global] + static_cast<std::uint32_t>(column);
    }
    Origins read(std::uint32_t at) {
        readers_[at].insert(unit_);
        return slots_[at] ? kernel_address : 0;
    }
    void write(std::uint32_t at, Origins origins) {
        if ((origins & kernel_address) != 0 && !slots_[at]) {
            slots_[at] = true;
            for (const std::uint32_t reader : readers_[at]) {
                wait(reader);
            }
        }
        if ((origins & ~kernel_address) != 0) {
            grow(own().written[at], origins & ~kernel_address);
        }
    }
    // Of a function's summary: its callers have to be looked at again.
    void grow(Origins& known, Origins more) {
        if ((more & ~known) != 0) {
            known |= more;
            wait_callers();
        }
    }
    void set_local(std::uint32_t local, Origins origins) {
        Origins& known = own().locals[local];
        if ((origins & ~known) != 0) {
            known |= origins;
            wait(unit_);
        }
    }
    void store(const Target& target, Origins origins) {
        if (target.kind == Target::Kind::local) {
            set_local(target.index, origins);
        } else {
            write(slot(target.index), origins);
        }
    }
    Origins load(const Target& target) {
        return target.kind == Target::Kind::local ? own().locals[target.index]
                                                  : read(slot(target.index));
    }
    // The keys of an element that is written to.
    void store_keys(const Target& target) {
        for (std::size_t index = 0; index < target.keys.size(); ++index) {
            write(slot(target.index, index + 1), of(*target.keys[index]));
        }
    }

    // ---- what is shown

    bool is_of_tapset(const Place& place) const {
        return sources_.name(place.source).starts_with("tapset/");
    }
    void show(Origins origins, const Place& place, const Place* inner = nullptr) {
        const Function* code = function();
        const bool is_tapset = code != nullptr && code->is_tapset;
        if ((origins & kernel_address) != 0 && !is_tapset) {
            report(place, "an address of the kernel would be shown", inner);
        }
        const Origins left = is_tapset ? origins : origins & ~kernel_address;
        for (std::size_t bit = 0; bit <= last_bit && code != nullptr; ++bit) {
            if ((left >> bit & 1U) != 0) {
                own().shown_at.emplace(bit, place);
            }
        }
        if (code != nullptr) {
            grow(own().shown, left);
        }
    }
    void report(const Place& place, const std::string& what, const Place* inner) {
        Diagnostic made{Diagnostic::Kind::semantic_error, place, what + advice, {}, {}};
        if (inner != nullptr && !is_of_tapset(*inner)) {
            made.related.push_back({*inner, "it is shown here"});
        }
        found_.emplace(std::tuple(place.source, place.line, place.column), std::move(made));
    }
    // Printed at the end because nothing reads it.
    void report_global(std::size_t index) {
        const Global& global = program_.globals[index];
        const std::uint32_t first = first_slot_[index];
        const auto end =
            slots_.begin() + first + 1 + static_cast<std::ptrdiff_t>(global.keys.size());
        if (global.is_written && !global.is_read &&
            std::find(slots_.begin() + first, end, true) != end) {
            report(global.place,
                   "'" + global.name + "' holds addresses of the kernel, and is printed at the end",
                   nullptr);
        }
    }

    // ---- expressions

    Origins of(const Expression& expression) {
        ++visits_;
        return std::visit([&](const auto& node) { return origins(node, expression.place); },
                          expression.node);
    }
    void visit_all(const std::vector<ExpressionBox>& boxes) {
        for (const ExpressionBox& box : boxes) {
            of(*box);
        }
    }

    static Origins origins(const IntegerConstant&, const Place&) { return 0; }
    static Origins origins(const StringConstant&, const Place&) { return 0; }
    Origins origins(const LocalRead& node, const Place&) { return own().locals[node.local]; }
    Origins origins(const GlobalRead& node, const Place&) { return read(slot(node.global)); }
    Origins origins(const ArrayRead& node, const Place&) {
        visit_all(node.keys);
        return read(slot(node.global));
    }
    Origins origins(const FunctionCall& node, const Place& place) {
        std::vector<Origins> arguments;
        for (const ExpressionBox& argument : node.arguments) {
            arguments.push_back(of(*argument));
        }
        callers_[node.function].insert(unit_);
        const Summary& callee = summaries_[node.function];  // which may grow, if it is this one
        const auto here = [&](Origins inside) {
            Origins outside = inside & kernel_address;
            for (std::size_t index = 0; index < arguments.size(); ++index) {
                outside |= (inside & parameter(index)) != 0 ? arguments[index] : 0;
            }
            return outside;
        };
        for (const auto& [at, inside] : callee.written) {
            write(at, here(inside));
        }
        if ((callee.shown & kernel_address) != 0) {
            show(kernel_address, place);
        }
        for (std::size_t index = 0; index < arguments.size(); ++index) {
            if ((callee.shown & parameter(index)) != 0) {
                const auto at = callee.shown_at.find(std::min(index + 1, last_bit));
                show(arguments[index], node.arguments[index]->place,
                     at == callee.shown_at.end() ? nullptr : &at->second);
            }
        }
        return here(callee.result);
    }
    Origins origins(const BuiltinCall& node, const Place&) {
        Origins all = 0;
        for (std::size_t index = 0; index < node.arguments.size(); ++index) {
            const Origins one = of(*node.arguments[index]);
            // Their other argument is a text to be given instead.
            const bool is_read_through = index == 0 && (node.builtin == Builtin::kernel_string ||
                                                        node.builtin == Builtin::user_string);
            all |= is_read_through ? 0 : one;
            if (shows_text(node.builtin)) {
                show(one, node.arguments[index]->place);
            }
        }
        if (node.builtin == Builtin::tokenize) {  // goes on with the text of an earlier call
            write(token_slot_, all);
            return all | read(token_slot_);
        }
        if (node.builtin == Builtin::matched) {
            return all | read(match_slot_);
        }
        return gives_address(node.builtin) ? kernel_address
                                           : (hides_address(node.builtin) ? 0 : all);
    }
    Origins origins(const FormatCall& node, const Place&) {
        const std::vector<bool> shown = shown_arguments(node);
        Origins all = 0;
        for (std::size_t index = 0; index < node.arguments.size(); ++index) {
            const Origins one = of(*node.arguments[index]);
            if (shown[index]) {
                all |= one;
                if (!node.to_string) {
                    show(one, node.arguments[index]->place);
                }
            }
        }
        return node.to_string ? all : 0;
    }
    Origins origins(const UnaryOperation& node, const Place&) {
        const Origins operand = of(*node.operand);
        return node.operation == UnaryOperator::logical_not ? 0 : operand;
    }
    Origins origins(const BinaryOperation& node, const Place&) {
        const Origins both = of(*node.left) | of(*node.right);
        const bool is_masked = node.operation == BinaryOperator::bitwise_and &&
                               (is_small_mask(*node.left) || is_small_mask(*node.right));
        return is_masked || is_comparison(node.operation) ? 0 : both;
    }
    Origins origins(const ConditionalOperation& node, const Place&) {
        of(*node.condition);
        return of(*node.when_true) | of(*node.when_false);
    }
    Origins origins(const AssignmentOperation& node, const Place&) {
        store_keys(node.target);
        Origins value = of(*node.value);
        if (node.operation) {
            const bool is_masked =
                node.operation == BinaryOperator::bitwise_and && is_small_mask(*node.value);
            value = is_masked ? 0 : value | load(node.target);
        }
        store(node.target, value);
        return value;
    }
    Origins origins(const StepOperation& node, const Place&) {
        store_keys(node.target);
        return load(node.target);
    }
    Origins origins(const AggregateOperation& node, const Place&) {
        store_keys(node.target);
        const Origins value = of(*node.value);
        store(node.target, value);
        return value;
    }
    Origins origins(const StatisticRead& node, const Place&) {
        visit_all(node.keys);
        return node.extractor == StatisticExtractor::count ? 0 : read(slot(node.global));
    }
    Origins origins(const HistogramText& node, const Place& place) {
        visit_all(node.keys);
        const Origins value = read(slot(node.global));
        if (!node.to_string) {
            show(value, place);
        }
        return value;
    }
    // A number of values.
    Origins origins(const HistogramBucket& node, const Place&) {
        visit_all(node.keys);
        of(*node.index);
        return 0;
    }
    Origins origins(const RegexMatch& node, const Place&) {
        write(match_slot_, of(*node.subject));
        return 0;
    }
    Origins origins(const MembershipTest& node, const Place&) {
        for_each_present(node.keys, [&](const Expression& key) { of(key); });
        return 0;
    }
    static Origins origins(const ContextArgument& node, const Place&) {
        using Source = ContextArgument::Source;
        // What a system call was given is the process's own.
        const bool is_wide_register = node.source == Source::machine_argument && node.size >= 4;
        return !node.registers_offset && (node.is_address || is_wide_register) ? kernel_address : 0;
    }
    Origins origins(const MemoryRead& node, const Place&) {
        using Content = MemoryRead::Content;
        of(*node.address);
        const bool tells_address = node.content == Content::address ||
                                   (node.content == Content::machine_register && !at_system_call());
        return tells_address ? kernel_address : 0;
    }
    Origins origins(const EntryRead& node, const Place&) {
        return of(*probe()->entries[node.entry]);
    }

    // There the saved registers are the process's.
    bool at_system_call() const {
        static const std::string prefix = targets::syscall_entry("");
        const Probe* code = probe();
        return code != nullptr && code->event &&
               (code->event->name.starts_with(prefix) || code->event->name == "sys_enter" ||
                code->event->name == "sys_exit");
    }

    // ---- statements

    void statement(const Statement& whole) {
        if (const auto* result = std::get_if<ReturnStatement>(&whole.node)) {
            if (result->value) {
                grow(own().result, of(**result->value));
            }
            return;
        }
        if (const auto* loop = std::get_if<ForeachStatement>(&whole.node)) {
            set_loop_variables(*loop);
        }
        for_each_part(
            whole, [&](const Expression& inner) { of(inner); },
            [&](const Statement& inner) { statement(inner); });
    }
    void set_loop_variables(const ForeachStatement& loop) {
        for (std::size_t index = 0; index < loop.key_locals.size(); ++index) {
            set_local(loop.key_locals[index], read(loop.histogram ? slot(loop.histogram->global)
                                                                  : slot(loop.global, index + 1)));
        }
        if (loop.value_local && !loop.histogram) {
            set_local(*loop.value_local, read(slot(loop.global)));
        }
    }

    const Program& program_;
    const language::SourceMap& sources_;
    // Of each global its value, then its keys; behind all of them two that builtins keep.
    std::vector<std::uint32_t> first_slot_;
    std::uint32_t token_slot_ = 0;
    std::uint32_t match_slot_ = 0;
    std::vector<bool> slots_;
    std::vector<std::set<std::uint32_t>> readers_;  // units, by slot
    // Functions, then probes.
    std::vector<Summary> summaries_;
    std::vector<std::set<std::uint32_t>> callers_;  // units, by function
    std::deque<std::uint32_t> waiting_;
    std::vector<bool> is_waiting_;
    std::uint32_t unit_ = 0;  // that is being looked at
    std::size_t visits_ = 0;
    std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>, Diagnostic> found_;
};

}  // namespace

std::vector<Diagnostic> find_shown_addresses(const Program& program,
                                             const language::SourceMap& sources) {
    return AddressFlow(program, sources).find();
}

}  // namespace sutap::elaborate
