// One JSON object a line: for --format json, whose schema is in README.md, and for the audit log.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sutap::execute {

// Fields are added in order, then line() ends the object.
class JsonLine {
  public:
    // Begins empty. Where `is_ascii`, every byte beyond ASCII is escaped: for a log, whose lines
    // may come to be read on any terminal.
    explicit JsonLine(bool is_ascii = false) : is_ascii_(is_ascii) {}
    // Begins as {"type":"…","time_ns":….
    // `time_ns`: since 1970.
    JsonLine(std::string_view type, std::int64_t time_ns);
    // Bytes that are not UTF-8 are shown as the characters of Latin-1: \u0080 to \u00ff.
    JsonLine& add(std::string_view name, std::string_view text);
    JsonLine& add(std::string_view name, std::int64_t number);
    // As a number of seconds with three decimals. `nanoseconds` is not negative.
    JsonLine& add_seconds(std::string_view name, std::int64_t nanoseconds);
    // With its newline.
    std::string line() const { return text_ + "}\n"; }

  private:
    void begin_field(std::string_view name);

    std::string text_ = "{";
    bool is_ascii_ = false;
};

}  // namespace sutap::execute
