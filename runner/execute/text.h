// Strings as the script language has them: escapes, and the string functions of the tapset.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sutap::execute {

// Appends `text` with C escapes for what is not printable ASCII, for `"` and `\` (%#s, %#c,
// text_str): \n, \t, …, \ooo.
void append_quoted(std::string& out, std::string_view text);

// `text` escaped as by append_quoted(), at most `limit` bytes in all. `is_quoted`: within quotes,
// and if something did not fit with "..." behind them.
std::string escape_within(std::string_view text, std::size_t limit, bool is_quoted);

// Appends `text` so that a terminal takes nothing in it as a command: control bytes other than
// newline and tab, DEL, C1 controls and bytes that are not UTF-8 become \ooo; the rest stays.
void append_for_terminal(std::string& out, std::string_view text);

// Bytes from `start`, at most `length`; empty where start is outside.
std::string_view substring(std::string_view text, std::int64_t start, std::int64_t length);

// First place of `part` in `text`, 0 for an empty part, -1 if absent.
std::int64_t position(std::string_view text, std::string_view part);

// The number that `text` begins with in `base` (2 to 16, or 0: by prefix), wrapping to 64 bits; 0
// if it begins with none. A minus sign and, in base 16, 0x may precede; blanks may not.
std::int64_t parse_number(std::string_view text, std::int64_t base);

// Every occurrence of `part` replaced, cut after `limit` bytes; unchanged for an empty part.
std::string replace_all(std::string_view text, std::string_view part, std::string_view by,
                        std::size_t limit);

// tokenize(): goes on through one string over several calls.
class Tokenizer {
  public:
    // The next token between bytes of `delimiters`, never empty but at the end. A non-empty
    // `input` begins anew.
    std::string next(std::string_view input, std::string_view delimiters);

  private:
    std::string text_;
    std::size_t position_ = 0;
};

// "ENOENT" for 2, "E#3333" for a number without name.
std::string error_name(std::int64_t number);
// "SIGTERM" for 15, "SIGRTMIN+2" for the kernel's 34; the number itself where there is none.
std::string signal_name(std::int64_t number);
// "Thu Jan  1 00:00:00 1970" for 0: GMT, always 24 bytes. Empty outside 32 bits.
std::string calendar_time(std::int64_t seconds);

}  // namespace sutap::execute
