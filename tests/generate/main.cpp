// generate SEED PROGRAMS FOLDER: writes FOLDER/script.stp with so many programs, a begin handler
// each, and FOLDER/oracle.cpp, whose program prints what the script must print.
// generate --probes SEED PROGRAMS FOLDER: writes FOLDER/NUMBER.stp, so many, each a program on a
// kernel event; --counting: of probes that count.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "tests/generate/generator.h"

namespace {

using Generate = sutap::generate::Program (*)(std::uint64_t seed, std::uint32_t number);

bool write_probes(Generate generate, std::uint64_t seed, std::uint32_t programs,
                  const std::string& folder) {
    for (std::uint32_t number = 0; number < programs; ++number) {
        const sutap::generate::Program made = generate(seed, number);
        std::ofstream script(folder + "/" + std::to_string(number) + ".stp");
        script << made.declarations << made.handler;
        if (!script) {
            return false;
        }
    }
    return true;
}

bool write_programs(std::uint64_t seed, std::uint32_t programs, const std::string& folder) {
    std::ofstream script(folder + "/script.stp");
    std::ofstream oracle(folder + "/oracle.cpp");
    oracle << "#include \"tests/generate/oracle.h\"\nusing namespace oracle;\n";
    for (std::uint32_t number = 0; number < programs; ++number) {
        const sutap::generate::Program made = sutap::generate::generate_program(seed, number);
        script << "# program " << number << "\n"
               << made.declarations << "probe begin(" << number << ") {\n"
               << made.handler << "}\n";
        oracle << made.oracle;
    }
    script << "probe begin(" << programs << ") { exit() }\n";
    oracle << "int main() {\n";
    for (std::uint32_t number = 0; number < programs; ++number) {
        oracle << "    program_" << number << "();\n";
    }
    oracle << "}\n";
    return script && oracle;
}

}  // namespace

int main(int count, char** given) {
    std::vector<std::string> arguments(given + 1, given + count);
    Generate of_probes = nullptr;
    if (!arguments.empty() && arguments[0] == "--probes") {
        of_probes = sutap::generate::generate_probe;
    } else if (!arguments.empty() && arguments[0] == "--counting") {
        of_probes = sutap::generate::generate_counting;
    }
    if (of_probes != nullptr) {
        arguments.erase(arguments.begin());
    }
    if (arguments.size() != 3) {
        std::cerr << "usage: generate [--probes | --counting] SEED PROGRAMS FOLDER\n";
        return 2;
    }
    const std::uint64_t seed = std::strtoull(arguments[0].c_str(), nullptr, 10);
    const auto programs =
        static_cast<std::uint32_t>(std::strtoul(arguments[1].c_str(), nullptr, 10));
    const bool is_written = of_probes != nullptr
                                ? write_probes(of_probes, seed, programs, arguments[2])
                                : write_programs(seed, programs, arguments[2]);
    return is_written ? 0 : 1;
}
