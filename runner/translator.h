// The translator process: a forked child without any capability, in which bytes of the caller are
// parsed. Its one way to the loader is a sealed memory file.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace sutap {

struct TranslatorResult {
    int exit_status = 0;
    std::vector<std::uint8_t> image;  // what was written; for status 0 alone
};

// Forks, confines the child and runs `work` in it with a descriptor to write to; its result is the
// exit status. Throws RequestError if the child could not be made, was killed or broke the rules.
TranslatorResult run_translator(const std::function<int(int output)>& work);

}  // namespace sutap
