// Lowering of print and its relatives.
#include <utility>

#include "runner/ir/lowering.h"

namespace sutap::ir {

using elaborate::Expression;

namespace {

constexpr std::int64_t most_memory_bytes = 64;

std::size_t values_taken(const FormatPiece& piece) {
    return (piece.width_argument ? 1U : 0U) + (piece.precision_argument ? 1U : 0U) +
           (piece.conversion == FormatPiece::Conversion::literal ? 0U : 1U);
}

// A constant string printed as it is becomes text of the format: it is the script's own, so that
// its terminal escapes work, and it costs nothing at run time.
elaborate::FormatCall with_constants_as_text(const elaborate::FormatCall& node) {
    elaborate::FormatCall made;
    made.to_string = node.to_string;
    std::size_t next = 0;
    for (const FormatPiece& piece : node.pieces) {
        const std::size_t taken = values_taken(piece);
        const bool plain = piece.conversion == FormatPiece::Conversion::string && taken == 1 &&
                           piece.width < 0 && piece.precision < 0 && !piece.alternate;
        const auto* text =
            plain ? std::get_if<elaborate::StringConstant>(&node.arguments.at(next)->node)
                  : nullptr;
        if (text != nullptr) {
            FormatPiece literal;
            literal.text = text->value.substr(0, text->value.find('\0'));
            made.pieces.push_back(std::move(literal));
        } else {
            made.pieces.push_back(piece);
            for (std::size_t index = next; index < next + taken; ++index) {
                made.arguments.push_back(node.arguments.at(index));
            }
        }
        next += taken;
    }
    return made;
}

}  // namespace

// %m and %M in a handler on a kernel event: the bytes are read there one by one or in words, and
// come out as %b or %02x. The address stands last in `arguments`.
void Lowering::memory_pieces(const Expression& e, const FormatPiece& piece, Printed& printed,
                             Register address) {
    const std::int64_t count = piece.precision < 0 ? 1 : piece.precision;
    if (piece.width_argument || piece.precision_argument || count > most_memory_bytes) {
        refuse(e, "%m and %M need their width and their number of bytes (at most " +
                      std::to_string(most_memory_bytes) + ") as constants in the format");
        return;
    }
    const bool is_hex = piece.conversion == FormatPiece::Conversion::memory_hex;
    const std::int64_t padding = piece.width - count * (is_hex ? 2 : 1);
    FormatPiece blanks;
    blanks.text.assign(static_cast<std::size_t>(padding > 0 ? padding : 0), ' ');
    if (!piece.left && !blanks.text.empty()) {
        printed.pieces.push_back(blanks);
    }
    for (std::int64_t at = 0; at < count;) {
        std::uint32_t size = 8;
        while (is_hex ? size > 1 : size > count - at) {
            size /= 2;
        }
        FormatPiece part;
        part.conversion = is_hex ? FormatPiece::Conversion::hex : FormatPiece::Conversion::binary;
        part.zero = is_hex;
        part.width = is_hex ? 2 : static_cast<std::int32_t>(size);
        printed.pieces.push_back(std::move(part));
        printed.arguments.push_back(memory(e, address, at, size, false, piece.alternate));
        at += size;
    }
    if (piece.left && !blanks.text.empty()) {
        printed.pieces.push_back(std::move(blanks));
    }
}

// The format with the bytes in place of the addresses.
Lowering::Printed Lowering::with_memory_read(const Expression& e,
                                             const std::vector<FormatPiece>& pieces,
                                             const std::vector<Register>& arguments) {
    Printed printed;
    std::size_t next = 0;
    for (const FormatPiece& piece : pieces) {
        const bool is_memory = piece.conversion == FormatPiece::Conversion::memory ||
                               piece.conversion == FormatPiece::Conversion::memory_hex;
        const std::size_t taken = values_taken(piece);
        if (is_memory) {
            memory_pieces(e, piece, printed, arguments.at(next + taken - 1));
        } else {
            printed.pieces.push_back(piece);
            for (std::size_t index = next; index < next + taken; ++index) {
                printed.arguments.push_back(arguments.at(index));
            }
        }
        next += taken;
    }
    return printed;
}

Register Lowering::lower(const Expression& e, const elaborate::FormatCall& call) {
    elaborate::FormatCall node = with_constants_as_text(call);
    auto arguments = evaluate(node.arguments);
    if (side_ == Side::kernel) {
        Printed printed = with_memory_read(e, node.pieces, arguments);
        arguments = std::move(printed.arguments);
        node.pieces = std::move(printed.pieces);
    }
    const Register result = node.to_string ? fresh(ValueType::string) : no_register;
    auto& made =
        emit(node.to_string ? Operation::format : Operation::print, result, std::move(arguments));
    made.pieces = std::move(node.pieces);
    made.site = site(e);
    return result;
}

}  // namespace sutap::ir
