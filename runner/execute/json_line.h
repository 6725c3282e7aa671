// One JSON object a line, for --format json. README.md has the schema.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sutap::execute {

// {"type":"…","time_ns":…,…}: fields are added in order, then line() ends the object.
class JsonLine {
  public:
    // `time_ns`: since 1970.
    JsonLine(std::string_view type, std::int64_t time_ns);
    // Bytes that are not UTF-8 are shown as the characters of Latin-1: \u0080 to \u00ff.
    JsonLine& add(std::string_view name, std::string_view text);
    JsonLine& add(std::string_view name, std::int64_t number);
    // With its newline.
    std::string line() const { return text_ + "}\n"; }

  private:
    std::string text_;
};

}  // namespace sutap::execute
