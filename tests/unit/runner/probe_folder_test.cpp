#include "runner/lifecycle/probe_folder.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <string>
#include <thread>
#include <vector>

#include "runner/limits.h"

using namespace sutap;

TEST_CASE("sessions that begin and end at once do not take each other's folder away") {
    constexpr int sessions = 4;
    std::vector<std::string> problems(sessions);
    std::vector<std::thread> threads;
    for (int number = 0; number < sessions; ++number) {
        threads.emplace_back([number, &problem = problems[static_cast<std::size_t>(number)]] {
            const std::string name =
                "test_" + std::to_string(getpid()) + "_" + std::to_string(number);
            try {
                for (int round = 0; round < 1000; ++round) {
                    const ProbeFolder folder(name);
                }
            } catch (const RequestError& error) {
                problem = error.message;
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(problems == std::vector<std::string>(sessions));
}
