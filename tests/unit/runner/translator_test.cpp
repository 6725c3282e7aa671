#include "runner/translator.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <string>

#include "runner/limits.h"

namespace {

using namespace sutap;

// What `work` wrote.
std::string output_of(const std::function<std::string()>& work) {
    const TranslatorResult result = run_translator([&](int output) {
        const std::string text = work();
        return write(output, text.data(), text.size()) == static_cast<ssize_t>(text.size()) ? 0 : 9;
    });
    REQUIRE(result.exit_status == 0);
    return {result.image.begin(), result.image.end()};
}

// "done", or the error's number.
std::string outcome(long result) {
    return result >= 0 ? "done" : std::to_string(errno);
}
const std::string not_permitted = std::to_string(EPERM);

}  // namespace

TEST_CASE("what the translator writes comes back, with status 0 alone") {
    CHECK(output_of([] { return std::string(300000, 'x'); }) == std::string(300000, 'x'));
    CHECK(output_of([] { return std::string(); }).empty());
    const TranslatorResult result =
        run_translator([](int output) { return write(output, "x", 1) == 1 ? 3 : 0; });
    CHECK(result.exit_status == 3);
    CHECK(result.image.empty());
}

TEST_CASE("the translator has no capability, cannot get one, and holds no other descriptor") {
    const int held = open("/dev/null", O_RDONLY);
    REQUIRE(held > 2);
    const std::string status = output_of([] {
        std::ifstream file("/proc/self/status");
        std::string wanted;
        for (std::string line; std::getline(file, line);) {
            for (const char* start :
                 {"CapInh", "CapPrm", "CapEff", "CapAmb", "NoNewPrivs", "Seccomp:"}) {
                if (line.starts_with(start)) {
                    wanted += line + "\n";
                }
            }
        }
        return wanted;
    });
    CHECK(status ==
          "CapInh:\t0000000000000000\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\n"
          "CapAmb:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2\n");
    CHECK(output_of([&] { return outcome(fcntl(held, F_GETFL)); }) == std::to_string(EBADF));
    close(held);
}

TEST_CASE("the translator reads files, but cannot write, connect, trace, signal or execute") {
    CHECK(output_of([] { return outcome(open("/proc/self/status", O_RDONLY)); }) == "done");
    CHECK(output_of([] { return outcome(open("/dev/null", O_WRONLY)); }) == not_permitted);
    CHECK(output_of([] { return outcome(open("/tmp/x", O_CREAT, 0600)); }) == not_permitted);
    CHECK(output_of([] { return outcome(socket(AF_UNIX, SOCK_STREAM, 0)); }) == not_permitted);
    CHECK(output_of([] { return outcome(ptrace(PTRACE_TRACEME, 0, 0, 0)); }) == not_permitted);
    CHECK(output_of([] { return outcome(kill(getppid(), 0)); }) == not_permitted);
    CHECK(output_of([] { return outcome(execl("/bin/true", "true", nullptr)); }) == not_permitted);
    CHECK(output_of([] { return outcome(unlink("/tmp/no such file")); }) == not_permitted);
}

TEST_CASE("a translator that fails is told from one that was killed") {
    CHECK(run_translator([](int) -> int { throw std::runtime_error("on purpose"); }).exit_status ==
          125);
    CHECK(run_translator([](int) -> int { throw std::bad_alloc(); }).exit_status == 1);
    std::string message;
    try {
        run_translator([](int) -> int {
            signal(SIGABRT, SIG_DFL);
            std::abort();
        });
    } catch (const RequestError& error) {
        message = error.message;
    }
    CHECK_THAT(message, Catch::Matchers::Contains("ended by signal 6"));
}

TEST_CASE("a result that is too large is refused") {
    CHECK_THROWS_AS(run_translator([](int output) {
                        const std::string piece(1 << 20, 'x');
                        for (int i = 0; i < 65; ++i) {
                            if (write(output, piece.data(), piece.size()) < 0) {
                                return 9;
                            }
                        }
                        return 0;
                    }),
                    RequestError);
}
