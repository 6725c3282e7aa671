#include "runner/targets/btf.h"

#include <fcntl.h>
#include <linux/btf.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <utility>

#include "runner/descriptor.h"
#include "runner/targets/target_error.h"
#include "runner/targets/type_name.h"

namespace sutap::targets {
namespace {

constexpr std::size_t largest_file = std::size_t{64} << 20;
// The kernel's own limit is 512 (KSYM_NAME_LEN); ours only keeps the work bounded.
constexpr std::size_t longest_name = 1024;
constexpr int most_links = 64;             // of typedefs and arrays: a file may contain cycles
constexpr std::size_t record_header = 12;  // name, info, size or type

constexpr std::uint32_t bit(unsigned kind) {
    return std::uint32_t{1} << kind;
}

constexpr std::uint32_t named_kinds =
    bit(BTF_KIND_INT) | bit(BTF_KIND_FLOAT) | bit(BTF_KIND_STRUCT) | bit(BTF_KIND_UNION) |
    bit(BTF_KIND_ENUM) | bit(BTF_KIND_ENUM64) | bit(BTF_KIND_FWD) | bit(BTF_KIND_TYPEDEF) |
    bit(BTF_KIND_FUNC);
constexpr std::uint32_t found_kinds =
    named_kinds | bit(BTF_KIND_VAR) | bit(BTF_KIND_DATASEC);  // by name

std::uint32_t count_of(std::uint32_t info) {
    return info & 0xffff;
}
std::uint32_t kind_in(std::uint32_t info) {
    return (info >> 24) & 0x1f;
}
bool flag_in(std::uint32_t info) {
    return (info >> 31) != 0;
}

// Bytes after the record's header; nullopt for a kind that this program does not know.
std::optional<std::size_t> tail_size(std::uint32_t info) {
    const std::size_t count = count_of(info);
    switch (kind_in(info)) {
        case BTF_KIND_PTR:
        case BTF_KIND_FWD:
        case BTF_KIND_TYPEDEF:
        case BTF_KIND_VOLATILE:
        case BTF_KIND_CONST:
        case BTF_KIND_RESTRICT:
        case BTF_KIND_FUNC:
        case BTF_KIND_FLOAT:
        case BTF_KIND_TYPE_TAG:
            return 0;
        case BTF_KIND_INT:
        case BTF_KIND_VAR:
        case BTF_KIND_DECL_TAG:
            return 4;
        case BTF_KIND_ARRAY:
            return 12;
        case BTF_KIND_STRUCT:
        case BTF_KIND_UNION:
        case BTF_KIND_DATASEC:
        case BTF_KIND_ENUM64:
            return count * 12;
        case BTF_KIND_ENUM:
        case BTF_KIND_FUNC_PROTO:
            return count * 8;
        default:
            return std::nullopt;
    }
}

TypeKind type_kind(std::uint32_t kind) {
    switch (kind) {
        case BTF_KIND_INT:
            return TypeKind::integer;
        case BTF_KIND_FLOAT:
            return TypeKind::floating;
        case BTF_KIND_PTR:
            return TypeKind::pointer;
        case BTF_KIND_ARRAY:
            return TypeKind::array;
        case BTF_KIND_STRUCT:
            return TypeKind::structure;
        case BTF_KIND_UNION:
            return TypeKind::union_type;
        case BTF_KIND_ENUM:
        case BTF_KIND_ENUM64:
            return TypeKind::enumeration;
        case BTF_KIND_FWD:
            return TypeKind::forward;
        case BTF_KIND_FUNC:
        case BTF_KIND_FUNC_PROTO:
            return TypeKind::function;
        case BTF_KIND_TYPEDEF:
        case BTF_KIND_VOLATILE:
        case BTF_KIND_CONST:
        case BTF_KIND_RESTRICT:
        case BTF_KIND_VAR:
        case BTF_KIND_TYPE_TAG:
            return TypeKind::typedef_name;
        default:
            return TypeKind::nothing;  // sections and tags of declarations
    }
}

std::string_view keyword(std::uint32_t info) {
    switch (kind_in(info)) {
        case BTF_KIND_STRUCT:
            return "struct";
        case BTF_KIND_UNION:
            return "union";
        case BTF_KIND_ENUM:
        case BTF_KIND_ENUM64:
            return "enum";
        case BTF_KIND_FWD:
            return flag_in(info) ? "union" : "struct";
        case BTF_KIND_CONST:
            return "const";
        case BTF_KIND_VOLATILE:
            return "volatile";
        case BTF_KIND_RESTRICT:
            return "restrict";
        default:
            return "";
    }
}

std::string unreadable(const std::string& path, int error) {
    if (error == ENOENT) {
        return "this kernel does not describe its types (there is no " + path +
               "): boot a kernel built with CONFIG_DEBUG_INFO_BTF=y, as those of Debian 12 are";
    }
    return "can't read the kernel's types from " + path + ": " + std::string(std::strerror(error)) +
           "; the file has to be readable for everybody";
}

}  // namespace

Btf::Btf(const std::string& path, const Btf* base) : source_(path), base_(base) {
    read_file(path);
    read_header();
    index_types(check_types());
}

Btf::Btf(std::string_view bytes, std::string source, const Btf* base)
    : source_(std::move(source)),
      base_(base),
      file_(Pages::allocate(bytes.size())),
      size_(bytes.size()) {
    std::copy(bytes.begin(), bytes.end(), file_.data());
    read_header();
    index_types(check_types());
}

void Btf::read_file(const std::string& path) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat about = {};
    if (!file || ::fstat(file.get(), &about) != 0) {
        throw TargetError{unreadable(path, errno)};
    }
    if (!S_ISREG(about.st_mode) || about.st_size < 0) {
        reject("is not a regular file");
    }
    const auto whole = static_cast<std::size_t>(about.st_size);
    if (whole > largest_file) {
        reject("is larger than " + std::to_string(largest_file >> 20) + " MiB");
    }
    // The kernel's own file can't shrink under the mapping, as another could; Linux 6.16 and newer
    // can map it.
    struct statfs system = {};
    if (::fstatfs(file.get(), &system) == 0 && system.f_type == SYSFS_MAGIC) {
        file_ = Pages::map_file(file.get(), whole);
        if (file_.data() != nullptr) {
            size_ = whole;
            return;
        }
    }
    file_ = Pages::allocate(whole);
    while (size_ < whole) {
        const ssize_t taken = ::read(file.get(), file_.data() + size_, whole - size_);
        if (taken < 0 && errno == EINTR) {
            continue;
        }
        if (taken < 0) {
            throw TargetError{unreadable(path, errno)};
        }
        if (taken == 0) {
            break;  // shorter than it said: what is there is checked like any other bytes
        }
        size_ += static_cast<std::size_t>(taken);
    }
}

void Btf::reject(const std::string& why) const {
    throw TargetError{"can't use the kernel's types in " + source_ + ": the file " + why +
                      "; boot a kernel whose BTF is intact"};
}

void Btf::read_header() {
    btf_header header = {};
    if (size_ < sizeof(header)) {
        reject("is too short for BTF");
    }
    std::memcpy(&header, file_.data(), sizeof(header));
    if (header.magic != BTF_MAGIC) {
        reject("is no BTF of this machine's byte order");
    }
    if (header.version != BTF_VERSION) {
        reject("has BTF version " + std::to_string(header.version) + ", which is unknown here");
    }
    // 64-bit sums of 32-bit values: they can't wrap.
    const std::uint64_t base = header.hdr_len;
    const std::uint64_t types_end = base + header.type_off + header.type_len;
    const std::uint64_t strings_end = base + header.str_off + header.str_len;
    if (base < sizeof(header) || types_end > size_ || strings_end > size_) {
        reject("says that its parts are where it has ended");
    }
    types_begin_ = base + header.type_off;
    types_end_ = types_end;
    strings_begin_ = base + header.str_off;
    strings_end_ = strings_end;
    if (base_ != nullptr) {
        first_ = base_->end_;
        first_name_ = base_->first_name_ +
                      static_cast<std::uint32_t>(base_->strings_end_ - base_->strings_begin_);
    }
    const bool begins_well =
        base_ != nullptr || (header.str_len > 0 && file_.data()[strings_begin_] == '\0');
    if (!begins_well || (header.str_len > 0 && file_.data()[strings_end_ - 1] != '\0')) {
        reject("has malformed names");
    }
}

// Returns the number of own ids and one. After it, each record is known to be in the file.
std::size_t Btf::check_types() const {
    std::size_t count = 1;
    for (std::size_t at = types_begin_; at < types_end_; ++count) {
        if (types_end_ - at < record_header) {
            reject("ends within a type");
        }
        const std::uint32_t info = word(at + 4);
        const auto tail = tail_size(info);
        if (!tail) {
            reject("has types of kind " + std::to_string(kind_in(info)) +
                   ", which is newer than this program");
        }
        if (types_end_ - at - record_header < *tail) {
            reject("ends within a type");
        }
        at += record_header + *tail;
    }
    return count;
}

void Btf::index_types(std::size_t count) {
    const std::size_t buckets = std::bit_ceil(count);
    tables_ = Pages::allocate((2 * count + buckets) * sizeof(std::uint32_t));
    // Zeroed memory of the kernel holds zeroes of any integer type.
    auto* const table = static_cast<std::uint32_t*>(static_cast<void*>(tables_.data()));
    offsets_ = {table, count};
    next_ = {table + count, count};
    buckets_ = {table + 2 * count, buckets};
    end_ = first_ + static_cast<TypeId>(count - 1);
    std::size_t at = types_begin_;
    for (TypeId id = first_; id < end_; ++id) {
        const std::uint32_t info = word(at + 4);
        offsets_[id - first_ + 1] = static_cast<std::uint32_t>(at);
        if ((bit(kind_in(info)) & found_kinds) != 0) {
            if (const std::string_view name = name_at(word(at)); !name.empty()) {
                TypeId& first = bucket(name);
                next_[id - first_ + 1] = std::exchange(first, id);
            }
        }
        at += record_header + *tail_size(info);
    }
}

TypeId& Btf::bucket(std::string_view name) const {
    return buckets_[std::hash<std::string_view>{}(name) & (buckets_.size() - 1)];
}

std::uint32_t Btf::word(std::size_t offset) const {
    std::uint32_t value = 0;
    std::memcpy(&value, file_.data() + offset, sizeof(value));
    return value;
}

std::uint32_t Btf::kind_of(TypeId id) const {
    return kind_in(word(record_of(id) + 4));
}

std::string_view Btf::name_at(std::uint32_t offset) const {
    if (offset < first_name_) {
        return base_->name_at(offset);
    }
    offset -= first_name_;
    if (offset >= strings_end_ - strings_begin_) {
        return {};
    }
    const char* const begin = file_.data() + strings_begin_ + offset;
    return {begin,
            ::strnlen(begin, std::min(longest_name, strings_end_ - strings_begin_ - offset))};
}

std::optional<TypeId> Btf::find(std::string_view name, std::uint32_t kinds) const {
    std::optional<TypeId> found;
    // Later ids come first in the bucket.
    for (TypeId id = bucket(name); id != void_type; id = next_[id - first_ + 1]) {
        if ((bit(kind_of(id)) & kinds) != 0 && name_of(id) == name) {
            found = id;
        }
    }
    return found;
}

std::optional<TypeId> Btf::find_integer(std::string_view name) const {
    const std::string wanted = canonical_integer(name);
    if (wanted.empty()) {
        return std::nullopt;
    }
    for (TypeId id = first_; id < end_; ++id) {
        if (kind_of(id) == BTF_KIND_INT && canonical_integer(name_of(id)) == wanted) {
            return id;
        }
    }
    return std::nullopt;
}

std::optional<TypeId> Btf::find_type(const std::string& name) const {
    const CTypeName wanted = parse_type_name(name);
    constexpr std::uint32_t enums = bit(BTF_KIND_ENUM) | bit(BTF_KIND_ENUM64);
    // In the order of preference. A forward says no more than the name, so it comes last.
    std::vector<std::uint32_t> order;
    if (wanted.keyword == "struct") {
        order = {bit(BTF_KIND_STRUCT), bit(BTF_KIND_FWD)};
    } else if (wanted.keyword == "union") {
        order = {bit(BTF_KIND_UNION), bit(BTF_KIND_FWD)};
    } else if (wanted.keyword == "enum") {
        order = {enums};
    } else {
        order = {bit(BTF_KIND_TYPEDEF) | bit(BTF_KIND_INT) | bit(BTF_KIND_FLOAT),
                 bit(BTF_KIND_STRUCT), bit(BTF_KIND_UNION), enums, bit(BTF_KIND_FWD)};
    }
    for (const std::uint32_t kinds : order) {
        if (const auto id = find(wanted.name, kinds)) {
            const bool other_forward = kinds == bit(BTF_KIND_FWD) && !wanted.keyword.empty() &&
                                       keyword(word(record_of(*id) + 4)) != wanted.keyword;
            if (!other_forward) {
                return id;
            }
        }
    }
    return wanted.keyword.empty() ? find_integer(wanted.name) : std::nullopt;
}

std::optional<std::int64_t> Btf::find_enumerator(const std::string& name) const {
    if (name.empty()) {
        return std::nullopt;
    }
    for (TypeId id = first_; id < end_; ++id) {
        const std::uint32_t kind = kind_of(id);
        if (kind != BTF_KIND_ENUM && kind != BTF_KIND_ENUM64) {
            continue;
        }
        const std::size_t start = record_of(id) + record_header;
        const std::size_t step = kind == BTF_KIND_ENUM ? 8 : 12;
        const std::uint32_t count = count_of(word(record_of(id) + 4));
        for (std::size_t i = 0; i < count; ++i) {
            if (name_at(word(start + i * step)) == name) {
                return enumerators(id)[i].value;
            }
        }
    }
    return std::nullopt;
}

std::optional<TypeId> Btf::find_function(std::string_view name) const {
    return find(name, bit(BTF_KIND_FUNC));
}

std::optional<TypeId> Btf::find_typedef(std::string_view name) const {
    return find(name, bit(BTF_KIND_TYPEDEF));
}

std::optional<TypeId> Btf::find_processor_variable(std::string_view name) const {
    const auto variable = find(name, bit(BTF_KIND_VAR));
    const auto section = find(".data..percpu", bit(BTF_KIND_DATASEC));
    if (!variable || !section) {
        return std::nullopt;
    }
    const std::size_t start = record_of(*section);
    const std::uint32_t count = count_of(word(start + 4));
    for (std::uint32_t index = 0; index < count; ++index) {
        if (word(start + record_header + std::size_t{12} * index) == *variable) {
            return variable;
        }
    }
    return std::nullopt;
}

void Btf::for_each_function(const std::function<void(std::string_view)>& visit) const {
    for (TypeId id = first_; id < end_; ++id) {
        if (kind_of(id) == BTF_KIND_FUNC) {
            visit(name_of(id));
        }
    }
}

void Btf::for_each_typedef(const std::function<void(std::string_view)>& visit) const {
    for (TypeId id = first_; id < end_; ++id) {
        if (kind_of(id) == BTF_KIND_TYPEDEF) {
            visit(name_of(id));
        }
    }
}

std::vector<Member> Btf::members(TypeId id) const {
    const std::uint32_t info = word(record_of(id) + 4);
    std::vector<Member> all(count_of(info));
    std::size_t at = record_of(id) + record_header;
    for (Member& member : all) {
        const std::uint32_t offset = word(at + 8);
        member.name = name_at(word(at));
        member.type = word(at + 4);
        member.bit_offset = flag_in(info) ? BTF_MEMBER_BIT_OFFSET(offset) : offset;
        member.bit_size = flag_in(info) ? BTF_MEMBER_BITFIELD_SIZE(offset) : 0;
        at += 12;
    }
    return all;
}

std::vector<Enumerator> Btf::enumerators(TypeId id) const {
    const std::uint32_t info = word(record_of(id) + 4);
    const bool is_wide = kind_in(info) == BTF_KIND_ENUM64;
    std::vector<Enumerator> all(count_of(info));
    std::size_t at = record_of(id) + record_header;
    for (Enumerator& enumerator : all) {
        enumerator.name = name_at(word(at));
        const std::uint32_t low = word(at + 4);
        if (is_wide) {
            const std::uint64_t high = word(at + 8);
            enumerator.value = static_cast<std::int64_t>(high << 32 | low);
        } else if (flag_in(info)) {
            enumerator.value = static_cast<std::int32_t>(low);
        } else {
            enumerator.value = low;
        }
        at += is_wide ? 12 : 8;
    }
    return all;
}

void Btf::fill_function(TypeId id, Type& type) const {
    fill_prototype(kind_of(id) == BTF_KIND_FUNC ? word(record_of(id) + 8) : id, type);
}

void Btf::fill_prototype(TypeId id, Type& type) const {
    if (is_of_base(id)) {
        return base_->fill_prototype(id, type);
    }
    if (!is_own(id) || kind_of(id) != BTF_KIND_FUNC_PROTO) {
        return;
    }
    const std::size_t start = record_of(id);
    type.target = word(start + 8);
    const std::uint32_t count = count_of(word(start + 4));
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t at = start + record_header + i * 8;
        const TypeId parameter = word(at + 4);
        if (parameter == void_type && i + 1 == count) {
            type.is_variadic = true;
            return;
        }
        type.members.push_back({std::string(name_at(word(at))), parameter, 0, 0});
    }
}

std::uint64_t Btf::array_size(TypeId id) const {
    std::uint64_t count = 1;
    for (int links = 0; links < most_links; ++links) {
        if (is_of_base(id)) {
            return __builtin_mul_overflow(count, base_->array_size(id), &count) ? 0 : count;
        }
        if (!is_own(id)) {
            return 0;
        }
        const std::size_t start = record_of(id);
        switch (type_kind(kind_of(id))) {
            case TypeKind::array:
                if (__builtin_mul_overflow(count, word(start + record_header + 8), &count)) {
                    return 0;
                }
                id = word(start + record_header);
                break;
            case TypeKind::typedef_name:
                id = word(start + 8);
                break;
            case TypeKind::pointer:
                return __builtin_mul_overflow(count, 8, &count) ? 0 : count;
            case TypeKind::integer:
            case TypeKind::floating:
            case TypeKind::structure:
            case TypeKind::union_type:
            case TypeKind::enumeration:
                return __builtin_mul_overflow(count, word(start + 8), &count) ? 0 : count;
            default:
                return 0;
        }
    }
    return 0;
}

std::optional<TypeId> Btf::alias_target(TypeId id) const {
    if (is_of_base(id)) {
        return base_->alias_target(id);
    }
    if (!is_own(id) || type_kind(kind_of(id)) != TypeKind::typedef_name) {
        return std::nullopt;
    }
    return word(record_of(id) + 8);
}

Type Btf::type(TypeId id) const {
    if (is_of_base(id)) {
        return base_->type(id);
    }
    Type type;
    if (!is_own(id)) {
        return type;
    }
    const std::size_t start = record_of(id);
    const std::uint32_t info = word(start + 4);
    const std::uint32_t size_or_type = word(start + 8);
    const std::uint32_t kind = kind_in(info);
    type.kind = type_kind(kind);
    type.keyword = keyword(info);
    // A variable is a name for its type in the kernel's data, a tag an annotation: neither is a
    // typedef of that name.
    if ((bit(kind) & named_kinds) != 0) {
        type.name = name_at(word(start));
    }
    switch (type.kind) {
        case TypeKind::integer:
            type.size = size_or_type;
            type.is_signed = (BTF_INT_ENCODING(word(start + record_header)) & BTF_INT_SIGNED) != 0;
            break;
        case TypeKind::floating:
            type.size = size_or_type;
            break;
        case TypeKind::structure:
        case TypeKind::union_type:
            type.size = size_or_type;
            type.members = members(id);
            break;
        case TypeKind::enumeration:
            type.size = size_or_type;
            type.is_signed = flag_in(info);
            type.enumerators = enumerators(id);
            break;
        case TypeKind::pointer:
            type.size = 8;
            type.target = size_or_type;
            break;
        case TypeKind::typedef_name:
            type.target = size_or_type;
            break;
        case TypeKind::array:
            type.target = word(start + record_header);
            type.count = word(start + record_header + 8);
            type.size = array_size(id);
            break;
        case TypeKind::function:
            fill_function(id, type);
            break;
        default:
            break;
    }
    return type;
}

}  // namespace sutap::targets
