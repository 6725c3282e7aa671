// The kernel's symbols with their addresses, for backtraces.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sutap::execute {

class Symbols {
  public:
    struct Found {
        std::string_view name;
        std::uint64_t start = 0;
        std::uint64_t size = 0;   // up to the next symbol; 0: not known
        std::string_view module;  // "kernel" for the kernel's own
    };

    Symbols() = default;
    // `text` as in /proc/kallsyms: "ADDRESS TYPE NAME[<tab>[MODULE]]". Symbols without an address
    // (for readers without CAP_SYSLOG all are) and of other lines are left out.
    explicit Symbols(std::string text);
    Symbols(const Symbols&) = delete;
    Symbols& operator=(const Symbols&) = delete;
    Symbols(Symbols&&) noexcept = default;
    Symbols& operator=(Symbols&&) noexcept = default;
    ~Symbols() = default;

    bool empty() const { return symbols_.empty(); }
    // The symbol that the address is in, valid while this object is.
    std::optional<Found> find(std::uint64_t address) const;
    // Of the symbols with this name in the module, or in the kernel itself, sorted, each once.
    std::vector<std::uint64_t> addresses_of(std::string_view name, std::string_view module) const;
    // Is it code of the kernel itself, not of a module or a BPF program?
    bool is_kernel_text(std::uint64_t address) const {
        return address >= text_start_ && address < text_end_;
    }

  private:
    struct Symbol {
        std::uint64_t address = 0;
        std::uint32_t name = 0;  // offsets in text_
        std::uint32_t name_size = 0;
        std::uint32_t module = 0;
        std::uint32_t module_size = 0;  // 0: the kernel's own
        bool is_local = false;
    };
    void add_line(std::string_view line);
    std::uint32_t offset_of(std::string_view part) const {
        return static_cast<std::uint32_t>(part.data() - text_.data());
    }

    std::string text_;
    std::vector<Symbol> symbols_;  // by address, each address once
    std::uint64_t text_start_ = 0;
    std::uint64_t text_end_ = 0;
    std::uint64_t end_ = 0;  // of the kernel's own memory
};

}  // namespace sutap::execute
