#include "runner/elaborate/object_printer.h"

namespace sutap::elaborate {

using targets::Type;
using targets::TypeKind;

namespace {

constexpr int deepest = 16;
constexpr std::uint64_t most_elements = 5;  // of an array; "..." stands for the others

}  // namespace

std::string ObjectPrinter::function(CType type, bool is_address) {
    if (is_address) {
        const Type object = types_.type(types_.strip(type.id));
        if (object.kind == TypeKind::array && type.pointers == 0) {
            array(object, "(p)", 0);
        } else {
            aggregate(object, "p", 0);
        }
    } else {
        value(type, "p", 0);
    }
    return "function __printed_object:string (p:long) {\n    try { return sprintf(\"" + format_ +
           "\"" + arguments_ + ") } catch { return \"ERROR\" }\n}\n";
}

void ObjectPrinter::text(const std::string& text) {
    format_ += text;
    least_ += text.size();
}

void ObjectPrinter::argument(const std::string& conversion, const std::string& expression) {
    format_ += conversion;
    ++least_;
    arguments_ += ", " + expression;
}

bool ObjectPrinter::is_character(CType type) const {
    if (type.pointers > 0) {
        return false;
    }
    const Type stripped = types_.type(types_.strip(type.id));
    return stripped.kind == TypeKind::integer && stripped.name == "char";
}

void ObjectPrinter::value(CType type, const std::string& path, int level) {
    if (is_full()) {
        return;
    }
    if (type.pointers > 0) {
        pointer({type.id, type.pointers - 1}, path);
        return;
    }
    const Type stripped = types_.type(types_.strip(type.id));
    switch (stripped.kind) {
        case TypeKind::pointer:
            pointer({stripped.target, 0}, path);
            break;
        case TypeKind::integer:
            integer(stripped, path);
            break;
        case TypeKind::enumeration:
            argument("%i", path);
            break;
        case TypeKind::structure:
        case TypeKind::union_type:
            if (level > 0 && (!is_deep_ || level > deepest)) {
                text("{...}");
            } else {
                aggregate(stripped, path, level);
            }
            break;
        case TypeKind::array:
            array(stripped, path, level);
            break;
        default:
            text("?");
    }
}

// Texts may be the kernel's or the process's.
void ObjectPrinter::pointer(CType target, const std::string& path) {
    if (is_character(target)) {
        argument("%s", "kernel_or_user_string_quoted(" + path + ")");
    } else {
        argument("%s", "__address_text(" + path + ")");
    }
}

void ObjectPrinter::integer(const Type& type, const std::string& path) {
    if (type.size > sizeof(std::uint64_t)) {
        text("?");
    } else if (type.name == "char") {
        argument("%c", path);
    } else {
        argument(type.is_signed ? "%i" : "%u", path);
    }
}

void ObjectPrinter::aggregate(const Type& type, const std::string& path, int level) {
    text("{");
    is_first_ = true;
    members(type, path, level);
    text("}");
    is_first_ = false;
}

void ObjectPrinter::members(const Type& type, const std::string& path, int level) {
    for (const targets::Member& member : type.members) {
        if (is_full()) {
            return;
        }
        const Type inner = types_.type(types_.strip(member.type));
        const bool is_aggregate =
            inner.kind == TypeKind::structure || inner.kind == TypeKind::union_type;
        if (!member.name.empty()) {
            text((is_first_ ? "." : ", .") + member.name + "=");
            is_first_ = false;
            value({member.type, 0}, path + "->" + member.name, level + 1);
        } else if (is_aggregate && level < deepest) {
            members(inner, path, level + 1);  // their names are the outer object's
        }
    }
}

void ObjectPrinter::array(const Type& type, const std::string& path, int level) {
    const CType element{type.target, 0};
    if (is_character(element) && type.count > 0) {
        const std::string bytes =
            "kernel_string_n(" + path + ", " + std::to_string(type.count) + ")";
        text("\\\"");
        argument("%s", bytes);
        text("\\\"");
        return;
    }
    if (level > 0 && (!is_deep_ || level > deepest)) {
        text("[...]");
        return;
    }
    text("[");
    for (std::uint64_t index = 0; index < type.count && index < most_elements; ++index) {
        text(index > 0 ? ", " : "");
        value(element, path + "[" + std::to_string(index) + "]", level + 1);
    }
    text(type.count > most_elements ? ", ...]" : "]");
}

}  // namespace sutap::elaborate
