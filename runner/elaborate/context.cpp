#include "runner/elaborate/context.h"

#include <algorithm>
#include <utility>

#include "runner/targets/kernel.h"

namespace sutap::elaborate {

using targets::TypeKind;

namespace {

CType stripped(const targets::TypeGraph& types, CType type) {
    return type.pointers > 0 ? type : CType{types.strip(type.id), 0};
}

std::string spelling(const targets::TypeGraph& types, CType type) {
    return types.spelling(type.id) + std::string(type.pointers, '*');
}

std::vector<std::string> member_names(const targets::TypeGraph& types, targets::TypeId aggregate) {
    std::vector<std::string> names;
    for (const targets::Member& member : types.type(types.strip(aggregate)).members) {
        if (!member.name.empty()) {
            names.push_back(member.name);
            continue;
        }
        for (const targets::Member& inner : types.type(types.strip(member.type)).members) {
            if (!inner.name.empty()) {
                names.push_back(inner.name);
            }
        }
    }
    return names;
}

// Of struct pt_regs: what is no general register, nor the stack's or the code's.
bool may_hold_address(const std::string& name) {
    return name != "orig_ax" && name != "flags" && name != "cs" && name != "ss";
}

std::string alternatives(const std::string& name, const std::vector<std::string>& names) {
    std::vector<std::string> chosen = targets::nearest_names(name, names, 5);
    if (chosen.empty()) {
        const auto count = static_cast<std::ptrdiff_t>(std::min<std::size_t>(names.size(), 5));
        chosen.assign(names.begin(), names.begin() + count);
    }
    std::string text;
    for (const std::string& one : chosen) {
        text += (text.empty() ? " (alternatives: " : ", ") + one;
    }
    return text.empty() ? text : text + ")";
}

}  // namespace

const ContextParameter* ProbeContext::find(const std::string& name) const {
    if (name == "return") {
        return result ? &*result : nullptr;
    }
    const auto found = std::find_if(parameters.begin(), parameters.end(),
                                    [&](const auto& one) { return one.name == name; });
    return found == parameters.end() ? nullptr : &*found;
}

std::optional<ScalarShape> scalar_shape(const targets::TypeGraph& types, CType type) {
    if (type.pointers > 0) {
        return ScalarShape{8, false};
    }
    const targets::Type described = types.type(types.strip(type.id));
    const bool fits =
        described.size == 1 || described.size == 2 || described.size == 4 || described.size == 8;
    switch (described.kind) {
        case TypeKind::pointer:
            return ScalarShape{8, false};
        case TypeKind::integer:
        case TypeKind::enumeration:
            if (fits) {
                return ScalarShape{static_cast<std::uint32_t>(described.size), described.is_signed};
            }
            return std::nullopt;
        default:
            return std::nullopt;
    }
}

bool is_address(const targets::TypeGraph& types, CType type) {
    return type.pointers > 0 || types.type(types.strip(type.id)).kind == TypeKind::pointer;
}

std::optional<CType> parse_type_name(
    const std::function<std::optional<targets::TypeId>(const std::string&)>& find,
    const std::string& name) {
    std::string base;
    unsigned pointers = 0;
    std::string word;
    const auto end_word = [&] {
        if (!word.empty() && word != "const" && word != "volatile") {
            base += (base.empty() ? "" : " ") + word;
        }
        word.clear();
    };
    for (const char next : name) {
        if (next == '*') {
            end_word();
            ++pointers;
        } else if (next == ' ' || next == '\t') {
            end_word();
        } else {
            word += next;
        }
    }
    end_word();
    if (base == "void") {
        return CType{targets::void_type, pointers};
    }
    const auto found = base.empty() ? std::nullopt : find(base);
    return found ? std::optional<CType>({*found, pointers}) : std::nullopt;
}

Expression integer_constant(const Place& place, std::int64_t value) {
    return {place, ValueType::integer, IntegerConstant{value}, {}};
}

Expression binary_integer(BinaryOperator operation, Expression left, Expression right) {
    const Place place = left.place;
    return {
        place,
        ValueType::integer,
        BinaryOperation{operation, ExpressionBox(std::move(left)), ExpressionBox(std::move(right))},
        {}};
}

CPath::CPath(const targets::TypeGraph& types, Expression start, CType type, std::string near,
             bool reads_user)
    : types_(types),
      base_(std::move(start)),
      type_(stripped(types, type)),
      near_(std::move(near)),
      place_(base_.place),
      reads_user_(reads_user) {}

TypeKind CPath::kind() const {
    return type_.pointers > 0 ? TypeKind::pointer : types_.type(type_.id).kind;
}

bool CPath::is_pointer() const {
    return kind() == TypeKind::pointer;
}

CType CPath::pointee() const {
    if (type_.pointers > 0) {
        return stripped(types_, {type_.id, type_.pointers - 1});
    }
    return stripped(types_, {types_.type(type_.id).target, 0});
}

// The value of the scalar object.
Expression CPath::load() const {
    const auto shape = scalar_shape(types_, type_);
    MemoryRead read;
    read.address = base_;
    read.offset = offset_;
    read.size = shape->size;
    read.is_signed = shape->is_signed;
    read.is_user = reads_user_;
    if (!reads_user_ && (is_pointer() || is_saved_register_)) {
        read.content =
            is_pointer() ? MemoryRead::Content::address : MemoryRead::Content::machine_register;
    }
    if (bit_size_ != 0) {
        // The smallest aligned unit that holds all bits of the field.
        for (const std::uint32_t size : {1U, 2U, 4U, 8U}) {
            const std::uint32_t unit = bit_offset_ / (size * 8) * size;
            if (bit_offset_ + bit_size_ <= (unit + size) * 8 || size == 8) {
                read.offset = offset_ + unit;
                read.size = size;
                read.bit_shift = bit_offset_ - unit * 8;
                read.bit_size = bit_size_;
                break;
            }
        }
    }
    return {place_, ValueType::integer, std::move(read), near_};
}

Expression CPath::object_address() const {
    if (offset_ == 0) {
        return base_;
    }
    return binary_integer(BinaryOperator::add, base_, integer_constant(place_, offset_));
}

void CPath::follow(const Place& place, const char* what) {
    const CType target = pointee();
    if (target.pointers == 0 && types_.type(target.id).kind == TypeKind::nothing) {
        throw Unresolved{place, std::string("invalid access '") + what + "' vs 'void*'"};
    }
    if (is_object_) {
        base_ = load();
    }
    is_object_ = true;
    is_saved_register_ = false;
    offset_ = 0;
    bit_offset_ = 0;
    bit_size_ = 0;
    type_ = target;
}

void CPath::member(const std::string& name, const Place& place) {
    if (is_pointer()) {
        follow(place, "->");
    }
    const TypeKind now = kind();
    if (!is_object_ || (now != TypeKind::structure && now != TypeKind::union_type)) {
        throw Unresolved{place,
                         "invalid access '->" + name + "' vs '" + spelling(types_, type_) + "'"};
    }
    const auto found = types_.find_member(type_.id, name);
    if (!found) {
        throw Unresolved{place, "unable to find member '" + name + "' for " +
                                    spelling(types_, type_) +
                                    alternatives(name, member_names(types_, type_.id))};
    }
    if (found->bit_size != 0) {
        bit_offset_ = found->bit_offset;
        bit_size_ = found->bit_size;
    } else {
        offset_ += found->bit_offset / 8;
    }
    is_saved_register_ = types_.type(type_.id).name == "pt_regs" && may_hold_address(name);
    type_ = stripped(types_, {found->type, 0});
}

void CPath::index(Expression index, const Place& place) {
    CType element;
    if (kind() == TypeKind::array && is_object_) {
        element = stripped(types_, {types_.type(type_.id).target, 0});
        type_ = element;
    } else if (is_pointer()) {
        follow(place, "[]");
        element = type_;
    } else {
        throw Unresolved{place, "invalid access '[]' vs '" + spelling(types_, type_) + "'"};
    }
    const std::uint64_t bytes = element.pointers > 0 ? 8 : types_.type(element.id).size;
    if (const auto* constant = std::get_if<IntegerConstant>(&index.node)) {
        offset_ += static_cast<std::int64_t>(static_cast<std::uint64_t>(constant->value) * bytes);
        return;
    }
    base_ =
        binary_integer(BinaryOperator::add, std::move(base_),
                       binary_integer(BinaryOperator::multiply, std::move(index),
                                      integer_constant(place, static_cast<std::int64_t>(bytes))));
}

bool CPath::is_aggregate() const {
    return kind() == TypeKind::structure || kind() == TypeKind::union_type;
}

Expression CPath::plain_value(const Place& place) const {
    if (!is_object_) {
        return base_;
    }
    if (kind() == TypeKind::array) {
        return object_address();
    }
    if (!scalar_shape(types_, type_)) {
        throw Unresolved{
            place, is_aggregate()
                       ? "'" + spelling(types_, type_) + "' is being accessed instead of a member"
                       : "unsupported type '" + spelling(types_, type_) + "'"};
    }
    return load();
}

Expression CPath::value(const Place& place) const {
    Expression made = plain_value(place);
    if (is_pointer()) {
        made.c_type = type_;
    } else if (kind() == TypeKind::array) {
        made.c_type = CType{types_.type(type_.id).target, 1};
    }
    return made;
}

Expression CPath::address(const Place& place) const {
    if (!is_object_) {
        throw Unresolved{place, "cannot take the address of a value that is in a register"};
    }
    if (bit_size_ != 0) {
        throw Unresolved{place, "cannot take the address of a bit-field"};
    }
    Expression made = object_address();
    made.c_type = CType{type_.id, type_.pointers + 1};
    return made;
}

CPath::Whole CPath::whole(const Place& place) const {
    if (is_object_ && (is_aggregate() || kind() == TypeKind::array)) {
        return {object_address(), type_, true};
    }
    if (is_pointer()) {
        const CType target = pointee();
        const TypeKind pointed =
            target.pointers > 0 ? TypeKind::pointer : types_.type(target.id).kind;
        if (pointed == TypeKind::structure || pointed == TypeKind::union_type) {
            return {plain_value(place), target, true};
        }
    }
    return {plain_value(place), type_, false};
}

}  // namespace sutap::elaborate
