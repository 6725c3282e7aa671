// generate SEED PROGRAMS FOLDER: writes FOLDER/script.stp with so many programs, a begin handler
// each, and FOLDER/oracle.cpp, whose program prints what the script must print.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>

#include "tests/generate/generator.h"

int main(int count, char** arguments) {
    if (count != 4) {
        std::cerr << "usage: generate SEED PROGRAMS FOLDER\n";
        return 2;
    }
    const std::uint64_t seed = std::strtoull(arguments[1], nullptr, 10);
    const auto programs = static_cast<std::uint32_t>(std::strtoul(arguments[2], nullptr, 10));
    const std::string folder = arguments[3];
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
    return script && oracle ? 0 : 1;
}
