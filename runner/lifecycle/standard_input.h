// Standard input for input probes, by characters and by lines.
#pragma once

#include <termios.h>

#include <optional>
#include <string>

namespace sutap {

class StandardInput {
  public:
    // `by_character`: a terminal does not keep the characters back until the line is complete.
    // `longest_line`: bytes; of a longer one the rest is left out.
    StandardInput(bool by_character, std::size_t longest_line);
    StandardInput(const StandardInput&) = delete;
    StandardInput& operator=(const StandardInput&) = delete;
    // Leaves the terminal as it was.
    ~StandardInput();

    bool changed_terminal() const { return terminal_.has_value(); }
    // For poll(2); -1 at the end of the input.
    int descriptor() const;
    // What is there now, some kilobytes at most. Call it when descriptor() is readable.
    std::string read_some();
    // The line, newline included, that `character` completes.
    std::optional<std::string> complete_line(char character);

  private:
    std::size_t longest_line_;
    std::string line_;
    std::optional<termios> terminal_;
    bool has_ended_ = false;
};

}  // namespace sutap
