// Random well-typed programs: each as a piece of a script, and as C++ that must print the same.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace sutap::generate {

// What a script and its oracle have of one program.
struct Program {
    std::string declarations;  // of the script: globals and functions
    std::string handler;       // of the script: the statements of a probe
    std::string oracle;        // C++: functions, the last one `void program_NUMBER()`
};

// The same program for the same seed and number, everywhere.
Program generate_program(std::uint64_t seed, std::uint32_t number);

// A program on a kernel event, with a guard, context variables and functions of the event in its
// expressions: `handler` is the whole probe, and there is no oracle.
Program generate_probe(std::uint64_t seed, std::uint32_t number);

// A program of some probes that count kill() of a process named "counted", and report at the end:
// `handler` is all of its probes, and there is no oracle.
Program generate_counting(std::uint64_t seed, std::uint32_t number);

}  // namespace sutap::generate
