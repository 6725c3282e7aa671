// serialize() and parse() of an Image. One list of fields for each type serves both directions, so
// that they cannot come apart. Numbers are little-endian and of fixed width, counts 32 bits.
#include <bit>
#include <concepts>
#include <cstring>
#include <type_traits>

#include "runner/bpf/image.h"

namespace sutap::bpf {

namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::uint64_t format_mark = 0x3330'6761'6d69'7573;  // "suimag03"
constexpr std::uint32_t deepest_nesting = 200;                // of ir::Instruction

// ---- the fields ---------------------------------------------------------------------------------

// One `each` for a type: hands every field to the visitor, in order. A structured binding names
// all fields or does not compile, so none can be forgotten.
template <typename T>
struct Fields;

template <>
struct Fields<Instruction> {
    static void each(auto& fields, auto&& visit) {
        auto& [code, registers, offset, immediate] = fields;
        visit(code, registers, offset, immediate);
    }
};
template <>
struct Fields<Map> {
    static void each(auto& fields, auto&& visit) {
        auto& [name, kind, key_size, value_size, entries, user_mapped, read_only, contents] =
            fields;
        visit(name, kind, key_size, value_size, entries, user_mapped, read_only, contents);
    }
};
template <>
struct Fields<Relocation> {
    static void each(auto& fields, auto&& visit) {
        auto& [kind, instruction, map] = fields;
        visit(kind, instruction, map);
    }
};
template <>
struct Fields<Subprogram> {
    static void each(auto& fields, auto&& visit) {
        auto& [name, start] = fields;
        visit(name, start);
    }
};
template <>
struct Fields<elaborate::PerfEvent> {
    static void each(auto& fields, auto&& visit) {
        auto& [kind, type, config, period, frequency, symbol, address, length] = fields;
        visit(kind, type, config, period, frequency, symbol, address, length);
    }
};
template <>
struct Fields<SharedFunction> {
    static void each(auto& fields, auto&& visit) {
        auto& [name, handler] = fields;
        visit(name, handler);
    }
};
template <>
struct Fields<Program> {
    static void each(auto& fields, auto&& visit) {
        auto& [name, kind, attach_btf_id, attach_name, attach_module, offset, semaphore, cookie,
               perf, functions, alternative, optional, instructions, relocations, subprograms,
               helpers, point] = fields;
        visit(name, kind, attach_btf_id, attach_name, attach_module, offset, semaphore, cookie,
              perf, functions, alternative, optional, instructions, relocations, subprograms,
              helpers, point);
    }
};
template <>
struct Fields<elaborate::FormatPiece> {
    static void each(auto& fields, auto&& visit) {
        auto& [conversion, text, left, plus, space, alternate, zero, width, precision,
               width_argument, precision_argument] = fields;
        visit(conversion, text, left, plus, space, alternate, zero, width, precision,
              width_argument, precision_argument);
    }
};
template <>
struct Fields<ir::Instruction> {
    static void each(auto& fields, auto&& visit) {
        // The kernel's side alone has capture sites.
        auto& [operation, result, extra, site, capture_site, immediate, operands, numbers, text,
               pieces, blocks] = fields;
        visit(operation, result, extra, site, immediate, operands, numbers, text, pieces, blocks);
    }
};
template <>
struct Fields<ir::Function> {
    static void each(auto& fields, auto&& visit) {
        auto& [name, parameters, registers, result, body] = fields;
        visit(name, parameters, registers, result, body);
    }
};
template <>
struct Fields<elaborate::ProbeFile> {
    static void each(auto& fields, auto&& visit) {
        auto& [name, mode, capacity] = fields;
        visit(name, mode, capacity);
    }
};
template <>
struct Fields<ir::Handler> {
    static void each(auto& fields, auto&& visit) {
        auto& [kind, point, definition, is_return, sequence, interval_ns, randomize_ns, file,
               registers, body, replay_sites, is_tallied] = fields;
        visit(kind, point, definition, is_return, sequence, interval_ns, randomize_ns, file,
              registers, body, replay_sites, is_tallied);
    }
};
template <>
struct Fields<ir::Global> {
    static void each(auto& fields, auto&& visit) {
        auto& [name, keys, value, capacity, is_sized, wraps, initial_integer, initial_string,
               print_at_exit, is_pointer, histogram, keeps_log_histogram] = fields;
        visit(name, keys, value, capacity, is_sized, wraps, initial_integer, initial_string,
              print_at_exit, is_pointer, histogram, keeps_log_histogram);
    }
};
template <>
struct Fields<ir::Program> {
    static void each(auto& fields, auto&& visit) {
        auto& [globals, functions, handlers, sites] = fields;
        visit(globals, functions, handlers, sites);
    }
};
template <>
struct Fields<Image> {
    static void each(auto& fields, auto&& visit) {
        auto& [maps, programs, user, symbols, notes, warnings, string_size, max_actions,
               max_actions_begin, max_errors, max_skipped, max_map_entries] = fields;
        visit(maps, programs, user, symbols, notes, warnings, string_size, max_actions,
              max_actions_begin, max_errors, max_skipped, max_map_entries);
    }
};

// The last enumerator of each enumeration that crosses.
template <typename T>
constexpr T last_enumerator = T::not_a_serialized_enumeration;
template <>
constexpr auto last_enumerator<Map::Kind> = Map::Kind::percpu_hash;
template <>
constexpr auto last_enumerator<Relocation::Kind> = Relocation::Kind::map_value;
template <>
constexpr auto last_enumerator<AttachKind> = AttachKind::kretprobe_multi;
template <>
constexpr auto last_enumerator<elaborate::PerfEvent::Kind> =
    elaborate::PerfEvent::Kind::watch_accesses;
template <>
constexpr auto last_enumerator<elaborate::FormatPiece::Conversion> =
    elaborate::FormatPiece::Conversion::memory_hex;
template <>
constexpr auto last_enumerator<ir::Operation> = ir::Operation::hits;
template <>
constexpr auto last_enumerator<ir::ValueType> = ir::ValueType::statistic;
template <>
constexpr auto last_enumerator<ir::Handler::Kind> = ir::Handler::Kind::kernel;

// ---- the two directions -------------------------------------------------------------------------

class Writer {
  public:
    template <typename... T>
    void operator()(const T&... values) {
        (write(values), ...);
    }
    std::vector<std::uint8_t> take() { return std::move(bytes_); }

  private:
    void append(const void* data, std::size_t size) {
        const auto* first = static_cast<const std::uint8_t*>(data);
        bytes_.insert(bytes_.end(), first, first + size);
    }
    void write_count(std::size_t count) { write(static_cast<std::uint32_t>(count)); }

    template <std::integral T>
    void write(T value) {
        if constexpr (std::same_as<T, bool>) {
            bytes_.push_back(value ? 1 : 0);
        } else {
            append(&value, sizeof value);
        }
    }
    template <typename T>
    requires std::is_enum_v<T>
    void write(T value) { write(static_cast<std::underlying_type_t<T>>(value)); }
    void write(const std::string& value) {
        write_count(value.size());
        append(value.data(), value.size());
    }
    template <typename T>
    void write(const std::optional<T>& value) {
        write(value.has_value());
        if (value) {
            write(*value);
        }
    }
    template <typename T>
    void write(const std::vector<T>& values) {
        write_count(values.size());
        for (const T& value : values) {
            write(value);
        }
    }
    template <typename T>
    requires requires { &Fields<T>::template each<const T, Writer&>; }
    void write(const T& value) { Fields<T>::each(value, *this); }

    std::vector<std::uint8_t> bytes_;
};

// Reads until something is wrong; after that every read gives nothing. Vectors grow as their
// elements are read, so a hostile count costs no memory.
class Reader {
  public:
    explicit Reader(std::span<const std::uint8_t> bytes) : rest_(bytes) {}
    template <typename... T>
    void operator()(T&... values) {
        (read(values), ...);
    }
    bool is_complete() const { return !failed_ && rest_.empty(); }

  private:
    bool take(void* to, std::size_t size) {
        if (failed_ || size > rest_.size()) {
            failed_ = true;
            return false;
        }
        std::memcpy(to, rest_.data(), size);
        rest_ = rest_.subspan(size);
        return true;
    }
    // Every element takes at least one byte.
    std::uint32_t read_count() {
        std::uint32_t count = 0;
        read(count);
        if (count > rest_.size()) {
            failed_ = true;
        }
        return failed_ ? 0 : count;
    }

    template <std::integral T>
    void read(T& value) {
        if constexpr (std::same_as<T, bool>) {
            std::uint8_t byte = 0;
            read(byte);
            failed_ = failed_ || byte > 1;
            value = byte == 1;
        } else {
            take(&value, sizeof value);
        }
    }
    template <typename T>
    requires std::is_enum_v<T>
    void read(T& value) {
        std::underlying_type_t<T> number = 0;
        read(number);
        if (number > static_cast<std::underlying_type_t<T>>(last_enumerator<T>)) {
            failed_ = true;
        } else {
            value = static_cast<T>(number);
        }
    }
    void read(std::string& value) {
        const std::uint32_t size = read_count();
        if (!failed_ && size > 0) {
            value.assign(reinterpret_cast<const char*>(rest_.data()), size);
            rest_ = rest_.subspan(size);
        }
    }
    template <typename T>
    void read(std::optional<T>& value) {
        bool present = false;
        read(present);
        if (present) {
            read(value.emplace());
        }
    }
    template <typename T>
    void read(std::vector<T>& values) {
        const std::uint32_t count = read_count();
        for (std::uint32_t i = 0; i < count && !failed_; ++i) {
            read(values.emplace_back());
        }
    }
    template <typename T>
    requires requires { &Fields<T>::template each<T, Reader&>; }
    void read(T& value) {
        constexpr bool nests = std::same_as<T, ir::Instruction>;
        if (nests && nesting_ == deepest_nesting) {
            failed_ = true;
            return;
        }
        nesting_ += nests ? 1 : 0;
        Fields<T>::each(value, *this);
        nesting_ -= nests ? 1 : 0;
    }

    std::span<const std::uint8_t> rest_;
    std::uint32_t nesting_ = 0;
    bool failed_ = false;
};

}  // namespace

std::vector<std::uint8_t> serialize(const Image& image) {
    Writer writer;
    writer(format_mark);
    Fields<Image>::each(image, writer);
    return writer.take();
}

std::optional<Image> parse(std::span<const std::uint8_t> bytes) {
    Reader reader(bytes);
    std::uint64_t mark = 0;
    reader(mark);
    if (mark != format_mark) {
        return std::nullopt;
    }
    Image image;
    Fields<Image>::each(image, reader);
    return reader.is_complete() ? std::optional(std::move(image)) : std::nullopt;
}

}  // namespace sutap::bpf
