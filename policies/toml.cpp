#include "policies/toml.h"

#include <algorithm>
#include <cstdint>

namespace sutap::policy {
namespace {

class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text) {}

    std::optional<TomlError> read(std::vector<TomlTable>& tables) {
        tables.push_back({{}, place(), {}});
        for (skip_empty_lines(); !is_end() && !error_; skip_empty_lines()) {
            if (next_is('['))
                read_header(tables);
            else
                read_entry(tables.back(), 0);
            if (!error_) end_line();
        }
        return error_;
    }

  private:
    bool is_end() const { return at_ == text_.size(); }
    bool next_is(char c) const { return !is_end() && text_[at_] == c; }
    bool accept(std::string_view word) {
        if (text_.substr(at_, word.size()) != word) return false;
        at_ += word.size();
        return true;
    }
    TomlPlace place() const { return {line_, static_cast<unsigned>(at_ - line_begin_ + 1)}; }
    void fail(const std::string& text) {
        if (!error_) error_ = {place(), text};
    }

    void skip(std::string_view signs) {
        at_ = std::min(text_.find_first_not_of(signs, at_), text_.size());
    }

    bool skip_line_end() {
        if (!accept("\n") && !accept("\r\n")) return false;
        ++line_;
        line_begin_ = at_;
        return true;
    }

    void skip_comment() {
        skip(" \t");
        if (next_is('#')) at_ = std::min(text_.find_first_of("\r\n", at_), text_.size());
    }

    void skip_empty_lines() {
        do skip_comment();
        while (skip_line_end());
    }

    void end_line() {
        skip_comment();
        if (!is_end() && !skip_line_end()) fail("expected the end of the line");
    }

    std::string read_key() {
        const std::size_t begin = at_;
        skip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");
        if (begin == at_) fail("expected a key");
        return std::string(text_.substr(begin, at_ - begin));
    }

    void read_header(std::vector<TomlTable>& tables) {
        TomlTable table{{}, place(), {}};
        if (!accept("[[")) return fail("expected [[NAME]]");
        skip(" \t");
        table.name = read_key();
        skip(" \t");
        if (!accept("]]")) return fail("expected ]]");
        tables.push_back(std::move(table));
    }

    void read_entry(TomlTable& table, int depth) {
        TomlEntry entry{{}, place(), {}};
        entry.key = read_key();
        if (table.find(entry.key)) fail("a second '" + entry.key + "'");
        skip(" \t");
        if (!accept("=")) return fail("expected =");
        skip(" \t");
        entry.value = read_value(depth);
        table.entries.push_back(std::move(entry));
    }

    // `depth`: of lists and tables around it. A list of tables of lists is what a policy has.
    TomlValue read_value(int depth) {
        TomlValue value;
        value.place = place();
        const std::size_t begin = at_;
        if (accept("\"")) {
            read_escaped_text(value.text);
        } else if (accept("'")) {
            skip_text("'", value.text);
        } else if (depth % 2 == 0 && accept("[")) {
            value.kind = TomlValue::Kind::list;
            read_list(value.list, depth + 1);
        } else if (depth < 2 && accept("{")) {
            value.kind = TomlValue::Kind::table;
            value.table.place = value.place;
            read_inline_table(value.table, depth + 1);
        } else if (accept("true") || accept("false")) {
            value.kind = TomlValue::Kind::truth;
            value.text = text_.substr(begin, at_ - begin);
        } else {
            accept("-");
            const std::size_t digits = at_;
            skip("0123456789");
            value.kind = TomlValue::Kind::number;
            value.text = text_.substr(begin, at_ - begin);
            if (digits == at_) fail("expected a text, a number, true, false, a list or a table");
        }
        return value;
    }

    void read_inline_table(TomlTable& table, int depth) {
        skip(" \t");
        if (accept("}")) return;
        do {
            skip(" \t");
            read_entry(table, depth);
            skip(" \t");
        } while (!error_ && accept(","));
        if (!accept("}")) fail("expected , or }");
    }

    void read_list(std::vector<TomlValue>& list, int depth) {
        for (;;) {
            skip_empty_lines();
            if (error_ || accept("]")) return;
            list.push_back(read_value(depth));
            skip_empty_lines();
            if (!accept(",") && !next_is(']')) return fail("expected , or ]");
        }
    }

    // Adds what stands before one of `ends`, which is taken as well and returned; 0 on an error.
    char skip_text(std::string_view ends, std::string& text) {
        for (; !is_end(); ++at_) {
            const char c = text_[at_];
            if (ends.find(c) != ends.npos) return text_[at_++];
            if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f) break;
            text += c;
        }
        fail("expected the end of the text, on its line");
        return 0;
    }

    void read_escaped_text(std::string& text) {
        constexpr std::string_view letters = "btnfr\"\\";
        constexpr std::string_view meanings = "\b\t\n\f\r\"\\";
        while (skip_text("\"\\", text) == '\\' && !error_) {
            const std::size_t letter = is_end() ? letters.npos : letters.find(text_[at_]);
            if (letter != letters.npos) {
                text += meanings[letter];
                ++at_;
            } else if (accept("u")) {
                read_character(4, text);
            } else if (accept("U")) {
                read_character(8, text);
            } else {
                fail("unknown escape");
            }
        }
    }

    // A character by its number, as UTF-8.
    void read_character(std::size_t length, std::string& text) {
        constexpr std::string_view digits = "0123456789abcdef";
        std::uint32_t number = 0;
        for (std::size_t i = 0; i < length; ++i, ++at_) {
            const char c = is_end() ? '\0' : text_[at_];
            const std::size_t digit =
                digits.find(c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c);
            if (digit == digits.npos) return fail("expected a hexadecimal digit");
            number = number << 4 | static_cast<std::uint32_t>(digit);
        }
        if (number > 0x10ffff || (number >= 0xd800 && number < 0xe000))
            return fail("not a character's number");
        const int following = number < 0x80 ? 0 : number < 0x800 ? 1 : number < 0x10000 ? 2 : 3;
        constexpr std::uint32_t first_bits[] = {0, 0xc0, 0xe0, 0xf0};
        text += static_cast<char>(first_bits[following] | number >> (6 * following));
        for (int i = following - 1; i >= 0; --i)
            text += static_cast<char>(0x80 | (number >> (6 * i) & 0x3f));
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t line_begin_ = 0;
    unsigned line_ = 1;
    std::optional<TomlError> error_;
};

}  // namespace

const TomlValue* TomlTable::find(std::string_view key) const {
    for (const TomlEntry& entry : entries)
        if (entry.key == key) return &entry.value;
    return nullptr;
}

std::optional<TomlError> parse_toml(std::string_view text, std::vector<TomlTable>& tables) {
    return Reader(text).read(tables);
}

}  // namespace sutap::policy
